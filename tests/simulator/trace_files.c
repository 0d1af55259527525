// SPDX-License-Identifier: GPL-2.0-only
#include "trace_files.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

void empty_folder(void)
{
	ck_assert_int_eq(system("rm -f ./*"), 0);
}

void write_bytes(const char *path, const void *bytes, size_t n)
{
	FILE *file = fopen(path, "wb");

	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(bytes, 1, n, file), n);
	ck_assert_int_eq(fclose(file), 0);
}

void write_text(const char *path, const char *text)
{
	write_bytes(path, text, strlen(text));
}

void write_gzip(const char *path, const void *bytes, size_t n)
{
	gzFile file = gzopen(path, "wb");

	ck_assert_ptr_nonnull(file);
	ck_assert_int_eq(gzwrite(file, bytes, (unsigned int)n), (int)n);
	ck_assert_int_eq(gzclose(file), Z_OK);
}

char *read_bytes(const char *path, size_t *n)
{
	FILE *file = fopen(path, "rb");
	struct stat status;
	char *bytes;

	ck_assert_ptr_nonnull(file);
	ck_assert_int_eq(fstat(fileno(file), &status), 0);
	*n = (size_t)status.st_size;
	bytes = calloc(1, *n + 1);
	ck_assert_uint_eq(fread(bytes, 1, *n, file), *n);
	fclose(file);
	return bytes;
}

struct contents read_trace(const char *path, size_t step)
{
	struct contents contents = { .accesses = calloc(step, sizeof(struct trace_access)) };
	struct trace *trace = trace_open(path);
	size_t capacity = 0;
	size_t n;

	ck_assert_ptr_nonnull(trace);
	while ((n = trace_read(trace, contents.accesses + contents.n, step))) {
		contents.n += n;
		if (contents.n <= capacity)
			continue;
		capacity = 2 * contents.n;
		contents.accesses =
			realloc(contents.accesses, (capacity + step) * sizeof(struct trace_access));
		ck_assert_ptr_nonnull(contents.accesses);
	}
	if (trace_error(trace))
		snprintf(contents.error, sizeof(contents.error), "%s", trace_error(trace));
	ck_assert_uint_eq(trace_read(trace, contents.accesses + contents.n, step), 0);
	trace_close(trace);
	return contents;
}

bool same_access(const struct trace_access *a, const struct trace_access *b)
{
	return a->time_us == b->time_us && a->pid == b->pid && a->address == b->address &&
	       a->size == b->size && a->write == b->write;
}

bool same_contents(const struct contents *a, const struct contents *b)
{
	if (a->n != b->n || strcmp(a->error, b->error) != 0)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (!same_access(&a->accesses[i], &b->accesses[i]))
			return false;
	return true;
}

void expect_accesses(const char *text, const struct trace_access *expected, size_t n)
{
	struct contents contents;

	write_text("t", text);
	contents = read_trace("t", 3);
	ck_assert_str_eq(contents.error, "");
	ck_assert_uint_eq(contents.n, n);
	for (size_t i = 0; i < n; i++)
		ck_assert_msg(same_access(&contents.accesses[i], &expected[i]), "access %zu", i);
	free(contents.accesses);
}

void expect_error(const char *path, size_t n, const char *message)
{
	struct contents contents = read_trace(path, 7);

	ck_assert_str_eq(contents.error, message);
	ck_assert_uint_eq(contents.n, n);
	free(contents.accesses);
}

void expect_line_error(const char *text, size_t n, const char *message)
{
	write_text("t", text);
	expect_error("t", n, message);
}

int run_in_folder(Suite *suite)
{
	SRunner *runner = srunner_create(suite);
	char folder[] = "/tmp/test_trace.XXXXXX";
	int failed;

	/* The tests empty the folder they are in: never go on in another one. */
	if (!mkdtemp(folder) || chdir(folder) != 0) {
		perror(folder);
		return EXIT_FAILURE;
	}
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	if (system("rm -f ./*") != 0 || rmdir(folder) != 0)
		perror(folder);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
