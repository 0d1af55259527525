/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Lines of a text file, plain or gzip, at the speed of the disk.
 *
 * Nothing here exits or prints: whatever goes wrong becomes one line of text
 * that says what, where and what to do. The first error stays.
 */
#ifndef THPSWAP_SIM_LINES_H
#define THPSWAP_SIM_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A longer line is not a line of text; nobody writes such comments. */
#define LINES_MAX_LENGTH 4096

/*
 * @next, @end: the whole lines in memory that were not handed out yet
 * @number: line handed out last, from 1; 0 before the first
 */
struct lines {
	char *next;
	char *end;
	uint64_t number;
	struct lines_input *input;
};

/**
 * lines_open() - Start to read a file
 * @path: plain or gzip; "-" is standard input
 *
 * A file that cannot be read is an error of the first lines_next().
 *
 * Return: false when there is no memory; then there is nothing to close.
 */
bool lines_open(struct lines *lines, const char *path);
void lines_close(struct lines *lines);

/**
 * lines_next() - The next line
 * @length: its length without the newline
 *
 * A last line without a newline is a line. The byte at [length] is the newline,
 * so that a parser needs no other bound. Valid until the next call.
 *
 * Return: the line, NULL at the end and on error: ask lines_error().
 */
char *lines_next(struct lines *lines, size_t *length);

/* Records "FILE:LINE: WHAT", and makes lines_next() return NULL from now on. */
void lines_fail(struct lines *lines, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Return: what went wrong, as one line without a newline; NULL if nothing did. */
const char *lines_error(const struct lines *lines);

/*
 * How far into the file, in bytes as they are stored (compressed). Both are
 * 0 when that is not known, as for a pipe.
 */
void lines_progress(const struct lines *lines, uint64_t *consumed, uint64_t *total);

#endif
