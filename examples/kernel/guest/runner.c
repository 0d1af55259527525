// SPDX-License-Identifier: GPL-2.0-only
/* Runs tests: each in a process and cgroup of its own, under a watchdog. */
#include "guest.h"
#include "outcome.h"

#include <fnmatch.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define CGROUP "/sys/fs/cgroup/test"

extern const struct test *const __start_guest_tests[];
extern const struct test *const __stop_guest_tests[];

static unsigned int passed, failed, skipped;

static void become_test(const struct test *test)
{
	cpu_set_t cpus;

	setpgid(0, 0);
	must(mkdir(CGROUP, 0755));
	expect(write_file(CGROUP "/cgroup.procs", "0"), "cgroup.procs: %s", strerror(errno));
	/* Reclaim is for what a test has mapped, not for its stack. */
	must(mlockall(MCL_CURRENT));
	if (test->flags & TEST_ANY_CPU)
		return;
	CPU_ZERO(&cpus);
	CPU_SET(0, &cpus);
	must(sched_setaffinity(0, sizeof(cpus), &cpus));
}

static pid_t start_test(const struct test *test, const struct backend *backend)
{
	const pid_t child = fork();

	if (child)
		return child;
	become_test(test);
	test->run(backend);
	_exit(0);
}

/* Has it ended within the time? What has failed already gets no more than a second. */
static bool await_test(pid_t child, unsigned int seconds, int *status)
{
	unsigned int ticks_left = seconds * 100;

	while (waitpid(child, status, WNOHANG) != child) {
		if (outcome->verdict != VERDICT_NONE && ticks_left > 100)
			ticks_left = 100;
		if (!ticks_left--)
			return false;
		usleep(10000);
	}
	return true;
}

/* All that the test has started dies with it. */
static bool reap_test(pid_t child)
{
	kill(-child, SIGKILL);
	kill(child, SIGKILL);
	for (int tries = 0; tries < 300; tries++) {
		while (waitpid(-1, NULL, WNOHANG) > 0)
			continue;
		if (rmdir(CGROUP) == 0 || errno == ENOENT)
			return true;
		usleep(10000);
	}
	return false;
}

/*
 * A cgroup stays as long as a page or a slot is charged to it. One more than each CPU has kept for
 * later charges: something leaks.
 */
static bool memory_is_freed(void)
{
	const long kept = sysconf(_SC_NPROCESSORS_ONLN);

	/* Batches of the LRU lists hold references. */
	write_file("/proc/sys/vm/drop_caches", "5");
	for (int tries = 0; tries < 200; tries++) {
		char *const text = read_file("/sys/fs/cgroup/cgroup.stat");
		const long dying = find_number(text, "nr_dying_descendants");

		free(text);
		if (dying <= kept)
			return true;
		usleep(10000);
	}
	return false;
}

#define ZSWAP "/sys/module/zswap/parameters/enabled"
#define MTHP_64K "/sys/kernel/mm/transparent_hugepage/hugepages-64kB/enabled"

static bool zswap_is_on(void)
{
	char *const text = read_file(ZSWAP);
	const bool on = text && text[0] == 'Y';

	free(text);
	return on;
}

/* A test that failed half-way has not turned these off. */
static void turn_off(void)
{
	write_file("/sys/kernel/debug/fail_page_alloc/probability", "0");
	/* Even to switch it off, the first write sets zswap up, and from then on it refuses THPs. */
	if (zswap_is_on())
		write_file(ZSWAP, "N");
	write_file(MTHP_64K, "never");
	write_file("/sys/kernel/mm/ksm/run", "0");
}

static void blame(const char *why)
{
	if (outcome->verdict == VERDICT_FAIL)
		return;
	outcome->verdict = VERDICT_FAIL;
	snprintf(outcome->why, sizeof(outcome->why), "%s", why);
}

static void run_body(const struct test *test, const struct backend *backend)
{
	const unsigned int seconds = test->seconds ? test->seconds : 20;
	const pid_t child = start_test(test, backend);
	char why[60];
	int status = 0;

	if (!await_test(child, seconds, &status)) {
		if (outcome->verdict == VERDICT_NONE)
			blame("hung");
	} else if (WIFSIGNALED(status)) {
		snprintf(why, sizeof(why), "killed by signal %d", WTERMSIG(status));
		blame(why);
	} else if (WEXITSTATUS(status) && outcome->verdict == VERDICT_NONE) {
		snprintf(why, sizeof(why), "exited with %d", WEXITSTATUS(status));
		blame(why);
	}
	turn_off();
	/* Idle swap cache is charged to the cgroup: what is left of it goes first. */
	kill(-child, SIGKILL);
	if (backend->disk && !slots_shrink_to(backend, slots_slack())) {
		snprintf(why, sizeof(why), "%ld slots are still used at the end",
			 slots_used(backend));
		blame(why);
	}
	if (!reap_test(child))
		blame("hung, and cannot be killed");
}

static void print_outcome(const struct test *test, const struct backend *backend)
{
	char name[80];

	snprintf(name, sizeof(name), "%s/%s", backend->name, test->name);
	switch (outcome->verdict) {
	case VERDICT_NONE:
		passed++;
		say("ok %s", name);
		break;
	case VERDICT_SKIP:
		skipped++;
		say("skip %s: %s", name, outcome->why);
		break;
	default:
		failed++;
		say("not ok %s: %s", name, outcome->why);
	}
}

static void run_on_backend(const struct test *test, const struct backend *backend)
{
	const char *problem = backend_start(backend);

	if (problem) {
		blame(problem);
		return;
	}
	run_body(test, backend);
	problem = backend_stop(backend, 10);
	if (problem)
		blame(problem);
	else if (!memory_is_freed())
		blame("memory stays charged, of this test or of earlier ones");
}

void run_one(const struct test *test, const struct backend *backend)
{
	if (!outcome)
		outcome = mmap(NULL, sizeof(*outcome), PROT_READ | PROT_WRITE,
			       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	memset(outcome, 0, sizeof(*outcome));
	kernel_complaint();
	say("run %s/%s", backend->name, test->name);

	if (!backend_exists(backend)) {
		outcome->verdict = VERDICT_SKIP;
		snprintf(outcome->why, sizeof(outcome->why), "no /dev/%s", backend->disk);
	} else if (test->flags & TEST_PMD_ONLY && !pmd_mode()) {
		outcome->verdict = VERDICT_SKIP;
		snprintf(outcome->why, sizeof(outcome->why), "needs PMD swap entries");
	} else {
		run_on_backend(test, backend);
	}

	const char *const complaint = kernel_complaint();

	if (complaint)
		blame(complaint);
	print_outcome(test, backend);
}

static bool is_wanted(const struct test *test, const struct backend *backend, const char *pattern,
		      bool zswap)
{
	char name[80];

	if (zswap != !!(test->flags & TEST_ZSWAP))
		return false;
	if (!((test->on ? test->on : ON_ALL) & backend->bit))
		return false;
	snprintf(name, sizeof(name), "%s/%s", backend->name, test->name);
	return strstr(name, pattern) || !fnmatch(pattern, name, FNM_EXTMATCH);
}

void run_tests(const char *pattern, unsigned int share, unsigned int shares, bool zswap)
{
	unsigned int number = 0;

	if (!pmd_mode())
		say("guest: no PMD swap entries: what counts them is not expected");
	for (size_t i = 0; i < nr_backends; i++)
		for (const struct test *const *test = __start_guest_tests;
		     test < __stop_guest_tests; test++)
			if (is_wanted(*test, &backends[i], pattern, zswap) &&
			    number++ % shares == share)
				run_one(*test, &backends[i]);
}

void print_summary(void)
{
	say("guest: %u passed, %u failed, %u skipped", passed, failed, skipped);
}
