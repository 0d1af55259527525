// SPDX-License-Identifier: GPL-2.0-only
#include "output.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <fcntl.h>

static void complain(const struct output *output)
{
	fprintf(stderr, "record.sh: %s: %s; choose another place\n", output->path, strerror(errno));
}

static bool create(struct output *output)
{
	mode_t mask = umask(0);
	size_t size = sizeof(output->temporary);

	umask(mask);
	if ((size_t)snprintf(output->temporary, size, "%s.XXXXXX", output->path) >= size) {
		errno = ENAMETOOLONG;
		return false;
	}
	output->fd = mkostemp(output->temporary, O_CLOEXEC);
	if (output->fd < 0)
		return false;
	fchmod(output->fd, 0666 & ~mask);
	return true;
}

/* In a session of its own: Ctrl-C is not meant for it. */
static void become_compressor(const char *compressor, int input, int fd)
{
	sigset_t none;

	setsid();
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	dup2(input, STDIN_FILENO);
	dup2(fd, STDOUT_FILENO);
	execlp(compressor, compressor, "-q", "-c", "-9", (char *)NULL);
	fprintf(stderr, "record.sh: %s: %s; install it\n", compressor, strerror(errno));
	_exit(2);
}

/* Return: where to write to; -1 on error. */
static int start_compressor(struct output *output, const char *compressor)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -1;
	output->compressor = fork();
	if (output->compressor == 0)
		become_compressor(compressor, ends[0], output->fd);
	close(ends[0]);
	return ends[1];
}

bool output_open(struct output *output, const char *path, const char *compressor)
{
	int fd;

	*output = (struct output){ .path = path };
	if (!create(output)) {
		complain(output);
		return false;
	}
	fd = *compressor ? start_compressor(output, compressor)
			 : fcntl(output->fd, F_DUPFD_CLOEXEC, 0);
	output->stream = fd < 0 ? NULL : fdopen(fd, "w");
	if (output->stream && output->compressor >= 0)
		return true;
	complain(output);
	unlink(output->temporary);
	return false;
}

bool output_is_good(const struct output *output)
{
	return !ferror(output->stream);
}

unsigned long long output_size(const struct output *output)
{
	struct stat status;

	return fstat(output->fd, &status) < 0 ? 0 : (unsigned long long)status.st_size;
}

static bool compressor_succeeded(const struct output *output)
{
	int status = 0;

	if (output->compressor == 0)
		return true;
	if (waitpid(output->compressor, &status, 0) == output->compressor && status == 0)
		return true;
	errno = EIO;
	return false;
}

bool output_finish(struct output *output)
{
	bool is_whole = !ferror(output->stream);

	/* Both in any case: the file is as long as its last writer lives. */
	is_whole &= fclose(output->stream) == 0;
	is_whole &= compressor_succeeded(output);
	is_whole =
		is_whole && close(output->fd) == 0 && rename(output->temporary, output->path) == 0;
	if (is_whole)
		return true;
	complain(output);
	unlink(output->temporary);
	return false;
}

void output_discard(struct output *output)
{
	fclose(output->stream);
	compressor_succeeded(output);
	unlink(output->temporary);
}
