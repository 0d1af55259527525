// SPDX-License-Identifier: GPL-2.0-only
/* How a test fails, in whichever of its processes. */
#include "guest.h"
#include "outcome.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

struct outcome *outcome;

static _Noreturn void end(enum verdict verdict, const char *format, va_list arguments)
{
	int none = VERDICT_NONE;

	if (atomic_compare_exchange_strong(&outcome->verdict, &none, (int)verdict))
		vsnprintf(outcome->why, sizeof(outcome->why), format, arguments);
	_exit(1);
}

void fail_at(const char *file, int line, const char *format, ...)
{
	const char *const slash = strrchr(file, '/');
	char with_place[300];
	va_list arguments;

	snprintf(with_place, sizeof(with_place), "%s:%d: %s", slash ? slash + 1 : file, line,
		 format);
	va_start(arguments, format);
	end(VERDICT_FAIL, with_place, arguments);
}

void skip_test(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	end(VERDICT_SKIP, format, arguments);
}

void expect_number_at(const char *file, int line, const char *what, long is, long should)
{
	if (is != should)
		fail_at(file, line, "%s: %ld, not %ld", what, is, should);
}

pid_t start_child(void (*body)(void *argument), void *argument)
{
	const pid_t child = must(fork());

	if (child)
		return child;
	body(argument);
	_exit(0);
}

void join_child(pid_t child)
{
	int status;

	must(waitpid(child, &status, 0));
	if (WIFSIGNALED(status))
		fail("child was killed by signal %d", WTERMSIG(status));
	if (WEXITSTATUS(status))
		fail("child exited with %d", WEXITSTATUS(status));
}

struct baton baton_make(void)
{
	struct baton baton;

	must(pipe(baton.to_child));
	must(pipe(baton.to_parent));
	return baton;
}

static void give(const int *ends)
{
	expect(write(ends[1], "", 1) == 1, "cannot write to a pipe: %s", strerror(errno));
}

static void await(const int *ends)
{
	char byte;

	expect(read(ends[0], &byte, 1) == 1, "cannot read from a pipe: %s", strerror(errno));
}

void baton_give_child(struct baton *baton)
{
	give(baton->to_child);
}

void baton_give_parent(struct baton *baton)
{
	give(baton->to_parent);
}

void baton_await_parent(struct baton *baton)
{
	await(baton->to_child);
}

void baton_await_child(struct baton *baton)
{
	await(baton->to_parent);
}
