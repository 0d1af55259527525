// SPDX-License-Identifier: GPL-2.0-only
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What a signal must remove, so that nothing half-written stays. */
static struct output *volatile unfinished;

static void remove_unfinished(int signal_number)
{
	for (const struct output *output = unfinished; output; output = output->next)
		unlink(output->temporary);
	signal(signal_number, SIG_DFL);
	raise(signal_number);
}

static void remember(struct output *output)
{
	static bool asked;

	output->next = unfinished;
	unfinished = output;
	if (asked)
		return;
	signal(SIGINT, remove_unfinished);
	signal(SIGTERM, remove_unfinished);
	signal(SIGHUP, remove_unfinished);
	asked = true;
}

static void forget(struct output *output)
{
	struct output *before = unfinished;

	if (before == output)
		unfinished = output->next;
	for (; before && before != output; before = before->next)
		if (before->next == output)
			before->next = output->next;
	free(output->temporary);
	output->temporary = NULL;
}

static bool output_failed(const struct output *output, const char *what)
{
	fprintf(stderr, "thpswap-sim: %s: cannot %s: %s\n", output->path, what, strerror(errno));
	return false;
}

/* To be written to, not replaced by a file: root could lose /dev/full to it. */
static bool is_special(const char *path)
{
	struct stat status;

	return lstat(path, &status) == 0 && !S_ISREG(status.st_mode);
}

/* A name that is nobody's, beside the final place so that rename() can put it there in one step. */
static bool open_temporary(struct output *output)
{
	const mode_t mask = umask(0);
	int fd;

	umask(mask);
	if (asprintf(&output->temporary, "%s.XXXXXX", output->path) < 0)
		abort();
	fd = mkstemp(output->temporary);
	if (fd < 0) {
		free(output->temporary);
		output->temporary = NULL;
		return output_failed(output, "be created");
	}
	remember(output);
	fchmod(fd, 0666 & ~mask);
	output->file = fdopen(fd, "w");
	if (!output->file)
		abort();
	return true;
}

bool output_open(struct output *output, const char *path)
{
	*output = (struct output){ .path = path, .file = stdout };
	if (strcmp(path, "-") == 0)
		return true;
	if (!is_special(path))
		return open_temporary(output);
	output->file = fopen(path, "w");
	return output->file || output_failed(output, "be opened");
}

bool output_close(struct output *output, bool complete)
{
	if (!output->temporary) {
		complete = fflush(output->file) == 0 && !ferror(output->file) && complete;
		if (!complete)
			output_failed(output, "write");
		if (output->file != stdout)
			fclose(output->file);
		return complete;
	}
	complete = !ferror(output->file) && complete;
	if (fclose(output->file) != 0 || !complete) {
		output_failed(output, "write");
		unlink(output->temporary);
		complete = false;
	} else if (rename(output->temporary, output->path) != 0) {
		output_failed(output, "rename to");
		unlink(output->temporary);
		complete = false;
	}
	forget(output);
	return complete;
}

void output_abandon(struct output *output)
{
	if (output->file != stdout)
		fclose(output->file);
	if (!output->temporary)
		return;
	unlink(output->temporary);
	forget(output);
}
