// SPDX-License-Identifier: GPL-2.0-only
#include "lines.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum { BLOCK = 1 << 20 };

/*
 * @buffer: the start of an unfinished line, then a block; one byte more for the
 *	newline that the last line may lack
 * @partial: length of that unfinished line
 */
struct lines_input {
	gzFile file;
	const char *name;
	char *path;
	uint64_t total;
	size_t partial;
	bool at_end;
	char error[512];
	char buffer[LINES_MAX_LENGTH + BLOCK + 1];
};

static void set_error(struct lines *lines, const char *format, va_list arguments)
{
	struct lines_input *input = lines->input;
	int n;

	if (input->error[0])
		return;

	if (lines->number)
		n = snprintf(input->error, sizeof(input->error), "%.256s:%ju: ", input->name,
			     (uintmax_t)lines->number);
	else
		n = snprintf(input->error, sizeof(input->error), "%.256s: ", input->name);
	vsnprintf(input->error + n, sizeof(input->error) - (size_t)n, format, arguments);

	input->at_end = true;
	lines->next = lines->end;
}

void lines_fail(struct lines *lines, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	set_error(lines, format, arguments);
	va_end(arguments);
}

static void open_file(struct lines *lines)
{
	struct lines_input *input = lines->input;
	bool standard_input = strcmp(input->path, "-") == 0;
	struct stat status;
	int fd;

	input->name = standard_input ? "standard input" : input->path;
	fd = standard_input ? dup(STDIN_FILENO) : open(input->path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		lines_fail(lines, "cannot be opened: %s; check the name and the permissions",
			   strerror(errno));
		return;
	}
	if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode))
		input->total = (uint64_t)status.st_size;

	input->file = gzdopen(fd, "rb");
	if (!input->file) {
		close(fd);
		lines_fail(lines, "cannot be opened: no memory; close other programs");
		return;
	}
	gzbuffer(input->file, 1 << 17);
}

bool lines_open(struct lines *lines, const char *path)
{
	*lines = (struct lines){ 0 };
	lines->input = malloc(sizeof(*lines->input));
	if (!lines->input)
		return false;

	/* Not calloc(): the buffer needs no clearing. */
	lines->input->file = NULL;
	lines->input->total = 0;
	lines->input->partial = 0;
	lines->input->at_end = false;
	lines->input->error[0] = '\0';
	lines->next = lines->input->buffer;
	lines->end = lines->input->buffer;
	lines->input->path = strdup(path);
	if (!lines->input->path) {
		free(lines->input);
		return false;
	}
	open_file(lines);
	return true;
}

void lines_close(struct lines *lines)
{
	if (lines->input->file)
		gzclose_r(lines->input->file);
	free(lines->input->path);
	free(lines->input);
	lines->input = NULL;
}

/* Return: bytes read into @block, 0 at the end and on error. */
static size_t read_block(struct lines *lines, char *block)
{
	struct lines_input *input = lines->input;
	int n = gzread(input->file, block, BLOCK);
	int code = Z_OK;
	const char *what = gzerror(input->file, &code);

	if (n > 0)
		return (size_t)n;

	input->at_end = true;
	if (code == Z_OK || code == Z_STREAM_END)
		return 0;

	lines->number++;
	if (code == Z_BUF_ERROR)
		lines_fail(lines, "the gzip data ends too early; copy or record the file again");
	else if (code == Z_ERRNO)
		lines_fail(lines, "cannot be read: %s; check the file", strerror(errno));
	else
		lines_fail(lines, "the gzip data is damaged (%s); copy or record the file again",
			   what);
	return 0;
}

static void fail_over_long(struct lines *lines)
{
	lines_fail(lines, "longer than %d bytes; is this a text file?", LINES_MAX_LENGTH);
}

static bool fill(struct lines *lines)
{
	struct lines_input *input = lines->input;
	char *begin = input->buffer;
	char *end = begin + input->partial;
	char *newline = NULL;

	/* The unfinished line begins where the whole ones ended. */
	memmove(begin, lines->end, input->partial);
	lines->next = begin;
	lines->end = begin;

	while (!newline && !input->at_end) {
		/* Else the next block would not fit behind it. */
		if (end - begin > LINES_MAX_LENGTH) {
			lines->number++;
			fail_over_long(lines);
			return false;
		}
		end += read_block(lines, end);
		if (input->at_end && end > begin && !input->error[0])
			*end++ = '\n';
		newline = memrchr(begin, '\n', (size_t)(end - begin));
	}
	if (!newline || input->error[0])
		return false;

	lines->end = newline + 1;
	input->partial = (size_t)(end - lines->end);
	return true;
}

char *lines_next(struct lines *lines, size_t *length)
{
	char *line;
	char *newline;

	if (lines->next == lines->end && !fill(lines))
		return NULL;

	line = lines->next;
	newline = memchr(line, '\n', (size_t)(lines->end - line));
	*length = (size_t)(newline - line);
	lines->next = newline + 1;
	lines->number++;
	if (*length <= LINES_MAX_LENGTH)
		return line;

	fail_over_long(lines);
	return NULL;
}

const char *lines_error(const struct lines *lines)
{
	return lines->input->error[0] ? lines->input->error : NULL;
}

void lines_progress(const struct lines *lines, uint64_t *consumed, uint64_t *total)
{
	z_off_t offset = lines->input->file ? gzoffset(lines->input->file) : 0;

	*consumed = offset > 0 ? (uint64_t)offset : 0;
	*total = lines->input->total;
}
