// SPDX-License-Identifier: GPL-2.0-only
/* The trace reader: what it accepts. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "trace_files.h"

START_TEST(reads_decimal_and_hexadecimal)
{
	const struct trace_access expected[] = {
		{ .time_us = 0, .pid = 1, .address = 0xDEADbeef, .size = 8, .write = false },
		{ .time_us = 0, .pid = 0, .address = 4096, .size = 1, .write = true },
		{ .time_us = 9,
		  .pid = UINT32_MAX,
		  .address = 0,
		  .size = UINT32_MAX,
		  .write = true },
	};

	expect_accesses("0,1,0xDEADbeef,8,r\n0,0,4096,1,w\n9,4294967295,0x0,4294967295,w\n",
			expected, 3);
}
END_TEST

START_TEST(reads_the_largest_numbers)
{
	const struct trace_access expected[] = {
		{ .time_us = 0, .pid = 1, .address = UINT64_MAX, .size = 1 },
		{ .time_us = 0, .pid = 1, .address = UINT64_MAX - 7, .size = 8 },
		{ .time_us = UINT64_MAX, .pid = 1, .address = UINT64_MAX, .size = 1 },
		{ .time_us = UINT64_MAX, .pid = 1, .address = 1, .size = 1 },
	};

	expect_accesses("0,1,18446744073709551615,1,r\n0,1,0xfffffffffffffff8,8,r\n"
			"18446744073709551615,1,0xffffffffffffffff,1,r\n"
			"00000000000000000000018446744073709551615,1,0x000000000000000000001,1,r\n",
			expected, 4);
}
END_TEST

START_TEST(skips_header_comments_and_blank_lines)
{
	const struct trace_access expected[] = {
		{ .time_us = 1, .pid = 2, .address = 3, .size = 4 },
		{ .time_us = 1, .pid = 2, .address = 3, .size = 4 }
	};

	expect_accesses("1,2,3,4,r\n1,2,3,4,r\n", expected, 2);
	expect_accesses(HEADER "1,2,3,4,r\n1,2,3,4,r\n", expected, 2);
	expect_accesses("# a\n\n" HEADER "#\n1,2,3,4,r\n\n\n#1,2\n1,2,3,4,r\n#", expected, 2);
	expect_accesses("1,2,3,4,r\n1,2,3,4,r", expected, 2);
	expect_accesses("time_us,pid,address,size,op\r\n\r\n1,2,3,4,r\r\n1,2,3,4,r\r\n", expected,
			2);
}
END_TEST

static void expect_contents(const struct contents *expected, const char *path, size_t step)
{
	struct contents contents = read_trace(path, step);

	ck_assert(same_contents(expected, &contents));
	free(contents.accesses);
}

START_TEST(reads_plain_gzip_and_standard_input_alike)
{
	size_t size = 0;
	char *text = malloc(40 * 20000);
	struct contents plain;

	for (int i = 0; i < 20000; i++)
		size += (size_t)sprintf(text + size, "%d,%d,0x%x,8,%c\n", i / 3, i % 5, i * 7919,
					i % 4 ? 'r' : 'w');
	write_bytes("t", text, size);
	write_gzip("t.gz", text, size);
	free(text);
	plain = read_trace("t", 1000);
	ck_assert_uint_eq(plain.n, 20000);

	expect_contents(&plain, "t.gz", 1);

	ck_assert_ptr_nonnull(freopen("t.gz", "rb", stdin));
	expect_contents(&plain, "-", MANY);

	ck_assert_ptr_nonnull(freopen("t", "rb", stdin));
	expect_contents(&plain, "-", 4096);
	free(plain.accesses);
}
END_TEST

START_TEST(progress_ends_at_the_size_of_the_file)
{
	struct trace_access accesses[1000];
	uint64_t before = 0;
	uint64_t consumed;
	uint64_t total;
	struct stat status;
	struct trace *trace;
	gzFile file = gzopen("t.gz", "wb");

	srandom(1);
	for (int i = 0; i < 200000; i++)
		gzprintf(file, "1,1,0x%lx,8,r\n", random());
	gzclose(file);
	ck_assert_int_eq(stat("t.gz", &status), 0);

	trace = trace_open("t.gz");
	while (trace_read(trace, accesses, 1000)) {
		trace_progress(trace, &consumed, &total);
		ck_assert_uint_eq(total, (uint64_t)status.st_size);
		ck_assert_uint_ge(consumed, before);
		if (before == 0)
			ck_assert_uint_lt(consumed, total);
		before = consumed;
	}
	trace_progress(trace, &consumed, &total);
	ck_assert_uint_eq(consumed, total);
	trace_close(trace);
}
END_TEST

START_TEST(progress_of_a_pipe_is_not_known)
{
	struct trace_access access;
	uint64_t consumed = 1;
	uint64_t total = 1;
	struct trace *trace;
	int ends[2];

	ck_assert_int_eq(pipe(ends), 0);
	ck_assert_int_eq(write(ends[1], "1,2,3,4,r\n", 10), 10);
	close(ends[1]);
	ck_assert_int_eq(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
	trace = trace_open("-");
	ck_assert_uint_eq(trace_read(trace, &access, 1), 1);
	trace_progress(trace, &consumed, &total);
	ck_assert_uint_eq(consumed, 0);
	ck_assert_uint_eq(total, 0);
	trace_close(trace);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("trace_accepts");
	TCase *tcase = tcase_create("accepts");

	tcase_set_timeout(tcase, 60);
	tcase_add_checked_fixture(tcase, empty_folder, NULL);
	tcase_add_test(tcase, reads_decimal_and_hexadecimal);
	tcase_add_test(tcase, reads_the_largest_numbers);
	tcase_add_test(tcase, skips_header_comments_and_blank_lines);
	tcase_add_test(tcase, reads_plain_gzip_and_standard_input_alike);
	tcase_add_test(tcase, progress_ends_at_the_size_of_the_file);
	tcase_add_test(tcase, progress_of_a_pipe_is_not_known);
	suite_add_tcase(suite, tcase);
	return run_in_folder(suite);
}
