// SPDX-License-Identifier: GPL-2.0-only
/* The trace reader: what it refuses, each error by its message and line. */
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

#define A_LINE_IS "a line is time_us,pid,address,size,op"
#define TIME "field 1, time_us, is not a decimal number below 2^64; " A_LINE_IS
#define PID "field 2, pid, is not a decimal number below 2^32; " A_LINE_IS
#define ADDRESS "field 3, address, is not a number below 2^64; write 0x before hexadecimal digits"
#define SIZE "field 4, size, is not a decimal number below 2^32; give the bytes of one access"
#define OP "field 5, op, is neither r nor w; write one of them"
#define MORE "more follows field 5, op; remove it"
#define ZERO "the size is 0; give the bytes of the access, or remove the line"
#define WRAP "the access wraps around the end of the address space; check address and size"
#define BACK "the time goes backwards; sort the lines: sort -s -n -t , -k 1,1"
#define NO_TEXT "not text; is this a trace?"
#define TOO_LONG "longer than 4096 bytes; is this a text file?"
#define NOTHING "no access in it; record the trace again"
#define TRUNCATED "the gzip data ends too early; copy or record the file again"

static const struct {
	const char *line;
	const char *what;
} bad_lines[] = {
	{ "x", TIME },
	{ ",", TIME },
	{ "-1,2,3,4,r", TIME },
	{ "+1,2,3,4,r", TIME },
	{ " 1,2,3,4,r", TIME },
	{ "1", TIME },
	{ "1 ,2,3,4,r", TIME },
	{ "1.5,2,3,4,r", TIME },
	{ "0x1,2,3,4,r", TIME },
	{ "18446744073709551616,2,3,4,r", TIME },
	{ "99999999999999999999,2,3,4,r", TIME },
	{ "184467440737095516150,2,3,4,r", TIME },
	{ "time_us,pid,address,size,op", TIME },
	{ "7,", PID },
	{ "7,2", PID },
	{ "7,,3,4,r", PID },
	{ "7, 2,3,4,r", PID },
	{ "7,0x2,3,4,r", PID },
	{ "7,4294967296,3,4,r", PID },
	{ "7,-2,3,4,r", PID },
	{ "7,2,", ADDRESS },
	{ "7,2,0x", ADDRESS },
	{ "7,2,0x,4,r", ADDRESS },
	{ "7,2,ff,4,r", ADDRESS },
	{ "7,2,0Xff,4,r", ADDRESS },
	{ "7,2,0xfg,4,r", ADDRESS },
	{ "7,2,0x10000000000000000,4,r", ADDRESS },
	{ "7,2,18446744073709551616,4,r", ADDRESS },
	{ "7,2,3;4,r", ADDRESS },
	{ "7,2,3", ADDRESS },
	{ "7,2,3,", SIZE },
	{ "7,2,3,4", SIZE },
	{ "7,2,3,0x4,r", SIZE },
	{ "7,2,3,4294967296,r", SIZE },
	{ "7,2,3,-4,r", SIZE },
	{ "7,2,3,4,", OP },
	{ "7,2,3,4,x", OP },
	{ "7,2,3,4,R", OP },
	{ "7,2,3,4,,", OP },
	{ "7,2,3,4,rw", MORE },
	{ "7,2,3,4,r,", MORE },
	{ "7,2,3,4,r ", MORE },
	{ "7,2,3,0,r", ZERO },
	{ "7,2,0xffffffffffffffff,2,r", WRAP },
	{ "7,2,0xffffffff00000002,4294967295,r", WRAP },
	{ "6,2,3,4,r", BACK },
	{ "7,2,3,4,r\r\r", NO_TEXT },
	{ "\x01", NO_TEXT },
	{ "7,2\x7f\x02,3,4,r", NO_TEXT },
};

START_TEST(refuses_a_malformed_line)
{
	const char *line = bad_lines[_i].line;
	const char *what = bad_lines[_i].what;
	char text[256];
	char message[256];

	snprintf(text, sizeof(text), "#\n7,2,3,4,w\n%s\n8,2,3,4,w\n", line);
	snprintf(message, sizeof(message), "t:3: %s", what);
	expect_line_error(text, 1, message);

	/* A last line without a newline is judged alike. */
	snprintf(text, sizeof(text), "7,2,3,4,w\n%s", line);
	snprintf(message, sizeof(message), "t:2: %s", what);
	expect_line_error(text, 1, message);
}
END_TEST

START_TEST(refuses_a_second_or_late_header)
{
	expect_line_error(HEADER HEADER "1,2,3,4,r\n", 0, "t:2: " TIME);
	expect_line_error("1,2,3,4,r\n" HEADER, 1, "t:2: " TIME);
	expect_line_error("time,pid,address,size,op\n", 0, "t:1: " TIME);
}
END_TEST

START_TEST(refuses_a_trace_without_accesses)
{
	expect_line_error("", 0, "t: " NOTHING);
	expect_line_error(HEADER "# nothing\n", 0, "t:2: " NOTHING);
	write_gzip("t.gz", "", 0);
	expect_error("t.gz", 0, "t.gz: " NOTHING);
}
END_TEST

START_TEST(refuses_what_cannot_be_read)
{
	expect_error("absent", 0,
		     "absent: cannot be opened: No such file or directory; "
		     "check the name and the permissions");
	expect_error(".", 0, ".:1: cannot be read: Is a directory; check the file");
	close(STDIN_FILENO);
	expect_error("-", 0,
		     "standard input: cannot be opened: Bad file descriptor; "
		     "check the name and the permissions");
}
END_TEST

START_TEST(refuses_binary_files)
{
	static const char zeros[3 * BLOCK];

	write_bytes("t",
		    "\x7f"
		    "ELF\x02\x01\x01\0\n",
		    9);
	expect_error("t", 0, "t:1: " NO_TEXT);
	write_bytes("t", zeros, 100);
	expect_error("t", 0, "t:1: " NO_TEXT);
	write_bytes("t", zeros, sizeof(zeros));
	expect_error("t", 0, "t:1: " TOO_LONG);
}
END_TEST

/* A comment of @length bytes that starts @offset bytes into the file. */
static void write_long_comment(size_t offset, size_t length)
{
	FILE *file = fopen("t", "wb");

	fputs("1,2,3,4,r\n", file);
	for (size_t i = 10; i < offset; i++)
		putc('\n', file);
	for (size_t i = 0; i < length; i++)
		putc('#', file);
	fputs("\n1,2,3,4,r\n", file);
	fclose(file);
}

START_TEST(limits_the_length_of_a_line_wherever_it_starts)
{
	for (size_t offset = BLOCK - 4100; offset < BLOCK + 10; offset += 97) {
		struct contents contents;
		char message[128];

		write_long_comment(offset, LINE_MAX_LENGTH);
		contents = read_trace("t", 2);
		ck_assert_str_eq(contents.error, "");
		ck_assert_uint_eq(contents.n, 2);
		free(contents.accesses);

		write_long_comment(offset, LINE_MAX_LENGTH + 1);
		snprintf(message, sizeof(message), "t:%zu: " TOO_LONG, offset - 10 + 2);
		expect_error("t", 1, message);
	}
	write_long_comment(10, 3 * BLOCK);
	expect_error("t", 1, "t:2: " TOO_LONG);
}
END_TEST

static size_t write_gzip_sample(char **bytes)
{
	char text[4096];
	size_t size = 0;
	size_t n;

	for (int i = 0; i < 100; i++)
		size += (size_t)sprintf(text + size, "%d,%d,0x%x,8,%c\n", i * i, i % 3, i * 65521,
					i % 2 ? 'r' : 'w');
	write_gzip("t.gz", text, size);
	*bytes = read_bytes("t.gz", &n);
	return n;
}

START_TEST(refuses_gzip_cut_anywhere)
{
	char *bytes;
	size_t n = write_gzip_sample(&bytes);

	write_bytes("t.gz", bytes, 1);
	expect_error("t.gz", 0, "t.gz:1: " NO_TEXT);
	for (size_t cut = 2; cut < n; cut++) {
		struct contents contents;

		write_bytes("t.gz", bytes, cut);
		contents = read_trace("t.gz", 8);
		ck_assert_msg(strstr(contents.error, ": " TRUNCATED), "cut at %zu: '%s'", cut,
			      contents.error);
		free(contents.accesses);
	}
	write_bytes("t.gz", bytes, n - 1);
	expect_error("t.gz", 100, "t.gz:101: " TRUNCATED);
	free(bytes);
}
END_TEST

START_TEST(never_takes_damaged_gzip_for_another_trace)
{
	char *bytes;
	size_t n = write_gzip_sample(&bytes);
	struct contents good = read_trace("t.gz", 8);
	size_t caught = 0;

	for (size_t bit = 0; bit < 8 * n; bit += 7) {
		struct contents contents;

		bytes[bit / 8] ^= (char)(1 << bit % 8);
		write_bytes("t.gz", bytes, n);
		bytes[bit / 8] ^= (char)(1 << bit % 8);
		contents = read_trace("t.gz", 8);
		ck_assert_msg(contents.error[0] || same_contents(&good, &contents), "bit %zu", bit);
		caught += strstr(contents.error, "the gzip data is damaged (") != NULL;
		free(contents.accesses);
	}
	/* All but the header, where bits say what nobody reads, and cut-off ends. */
	ck_assert_uint_gt(caught, n * 3 / 4);
	free(good.accesses);
	free(bytes);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("trace_refuses");
	TCase *tcase = tcase_create("refuses");

	tcase_set_timeout(tcase, 60);
	tcase_add_checked_fixture(tcase, empty_folder, NULL);
	tcase_add_loop_test(tcase, refuses_a_malformed_line, 0,
			    (int)(sizeof(bad_lines) / sizeof(bad_lines[0])));
	tcase_add_test(tcase, refuses_a_second_or_late_header);
	tcase_add_test(tcase, refuses_a_trace_without_accesses);
	tcase_add_test(tcase, refuses_what_cannot_be_read);
	tcase_add_test(tcase, refuses_binary_files);
	tcase_add_test(tcase, limits_the_length_of_a_line_wherever_it_starts);
	tcase_add_test(tcase, refuses_gzip_cut_anywhere);
	tcase_add_test(tcase, never_takes_damaged_gzip_for_another_trace);
	suite_add_tcase(suite, tcase);
	return run_in_folder(suite);
}
