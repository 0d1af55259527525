// SPDX-License-Identifier: GPL-2.0-only
#include "output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

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

bool output_open(struct output *output, const char *path)
{
	*output = (struct output){ .path = path, .file = stdout };
	if (strcmp(path, "-") == 0)
		return true;
	if (is_special(path)) {
		output->file = fopen(path, "w");
		return output->file || output_failed(output, "be opened");
	}
	output->temporary = malloc(strlen(path) + sizeof(".part"));
	if (!output->temporary)
		abort();
	strcpy(output->temporary, path);
	strcat(output->temporary, ".part");
	output->file = fopen(output->temporary, "w");
	if (output->file)
		return true;
	free(output->temporary);
	return output_failed(output, "be created");
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
		remove(output->temporary);
		complete = false;
	} else if (rename(output->temporary, output->path) != 0) {
		output_failed(output, "rename to");
		remove(output->temporary);
		complete = false;
	}
	free(output->temporary);
	return complete;
}

void output_abandon(struct output *output)
{
	if (output->file != stdout)
		fclose(output->file);
	if (output->temporary)
		remove(output->temporary);
	free(output->temporary);
}
