/* SPDX-License-Identifier: GPL-2.0-only */
/* Files for the tests of the trace reader, and what it reads from them. */
#ifndef THPSWAP_TESTS_TRACE_FILES_H
#define THPSWAP_TESTS_TRACE_FILES_H

#include <stddef.h>

#include <check.h>

#include "trace.h"

#define HEADER "time_us,pid,address,size,op\n"

enum { MANY = 400000, LINE_MAX_LENGTH = 4096, BLOCK = 1 << 20 };

struct contents {
	struct trace_access *accesses;
	size_t n;
	char error[512];
};

/* Every test starts in this folder, empty, so that file names in messages are short. */
void empty_folder(void);

void write_bytes(const char *path, const void *bytes, size_t n);

void write_text(const char *path, const char *text);

void write_gzip(const char *path, const void *bytes, size_t n);

/* Return: the bytes of a file, with a zero byte behind them. */
char *read_bytes(const char *path, size_t *n);

/* @step: how many accesses are asked for at once */
struct contents read_trace(const char *path, size_t step);

bool same_access(const struct trace_access *a, const struct trace_access *b);

bool same_contents(const struct contents *a, const struct contents *b);

void expect_accesses(const char *text, const struct trace_access *expected, size_t n);

/* @n: accesses handed out before the error */
void expect_error(const char *path, size_t n, const char *message);

void expect_line_error(const char *text, size_t n, const char *message);

/* Runs the suite in an empty folder of its own. Return: an exit status. */
int run_in_folder(Suite *suite);

#endif
