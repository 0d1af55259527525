// SPDX-License-Identifier: GPL-2.0-only
/* thpswap-sim reduce: from what valgrind prints to a trace. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "commands.h"
#include "trace_files.h"

/* What it says goes to the file "stderr". */
static int run_reduce(const char *output, const char *option)
{
	char *argv[] = {
		"thpswap-sim reduce", "-o", (char *)output, (char *)option, "lackey", NULL
	};

	int status;

	ck_assert_ptr_nonnull(freopen("stderr", "wb", stderr));
	status = reduce_main(5, argv);
	fflush(stderr);
	return status;
}

static void expect_said(const char *message)
{
	size_t n;
	char *said = read_bytes("stderr", &n);

	ck_assert_str_eq(said, message);
	free(said);
}

static void expect_reduced(const char *lackey, const char *option, const char *lines)
{
	size_t n;
	char *file;
	char *got;

	write_text("lackey", lackey);
	ck_assert_int_eq(run_reduce("out.csv", option), 0);
	file = read_bytes("out.csv", &n);
	got = strstr(file, HEADER);
	ck_assert_ptr_nonnull(got);
	*strchr(got, '#') = '\0';
	ck_assert_str_eq(got + strlen(HEADER), lines);
	free(file);
}

START_TEST(reduce_lists_a_page_once_in_a_window)
{
	expect_reduced(
		"==1== Lackey\nI  00400000,1\n L 00001000,8\n L 00001008,8\n L 00002000,4\n"
		"I  00400000,1\nI  00400000,1\n L 00001010,1\nI  00400000,1\n L 00001020,1\n",
		"-w3", "0,1,0x1000,8,r\n0,1,0x2000,4,r\n0,1,0x1020,1,r\n");
}
END_TEST

START_TEST(reduce_lists_a_page_that_turns_from_read_to_written)
{
	expect_reduced(" L 00001000,8\n M 00001008,8\n S 00001010,8\n L 00001018,8\n", "-w100",
		       "0,1,0x1000,8,r\n0,1,0x1008,8,w\n");
	expect_reduced(
		" S 00001000,8\nI  00400000,1\nI  00400000,1\n L 00001018,8\n S 00001020,8\n",
		"-w2", "0,1,0x1000,8,w\n0,1,0x1018,8,r\n0,1,0x1020,8,w\n");
}
END_TEST

START_TEST(reduce_cuts_an_access_at_the_edge_of_a_page)
{
	expect_reduced(" S 1ffefffffc,8\n", "-w9", "0,1,0x1ffefffffc,4,w\n0,1,0x1fff000000,4,w\n");
	expect_reduced(" L ffffffffffffffff,1\n", "-w9", "0,1,0xffffffffffffffff,1,r\n");
}
END_TEST

START_TEST(reduce_counts_time_in_instructions)
{
	expect_reduced(
		"I  00400000,1\nI  00400000,1\n L 00001000,8\nI  00400000,1\n L 00002000,8\n",
		"--instructions-per-us=2", "1,1,0x1000,8,r\n1,1,0x2000,8,r\n");
	expect_reduced(" L 00001000,8\n", "--pid=77", "0,77,0x1000,8,r\n");
}
END_TEST

struct reference_page {
	uint64_t number;
	uint64_t listed_at;
	bool written;
};

/* One random access; page numbers are few, so that a plain array will do. */
static size_t reference_reduce(FILE *lackey, uint64_t window, struct trace_access *expected)
{
	static struct reference_page pages[9000];
	size_t nr_pages = 0;
	uint64_t now = 0;
	size_t n = 0;

	for (int i = 0; i < 30000; i++) {
		uint64_t number = 0x1ffe000 + (uint64_t)random() % (i < 15000 ? 9000 : 40);
		bool write = random() % 3 == 0;
		size_t p = 0;

		for (long steps = random() % 4; steps > 0; steps--, now++)
			fprintf(lackey, "I  00400000,1\n");
		fprintf(lackey, " %c %010jx,8\n", write ? 'S' : 'L', (uintmax_t)number * 4096 + 8);

		while (p < nr_pages && pages[p].number != number)
			p++;
		if (p < nr_pages && now < pages[p].listed_at + window &&
		    (!write || pages[p].written))
			continue;
		nr_pages += p == nr_pages;
		pages[p] = (struct reference_page){ number, now, write };
		expected[n++] = (struct trace_access){ .time_us = now / 1000,
						       .pid = 1,
						       .address = number * 4096 + 8,
						       .size = 8,
						       .write = write };
	}
	return n;
}

START_TEST(reduce_agrees_with_the_reference)
{
	struct trace_access *expected = calloc(30000, sizeof(*expected));
	FILE *lackey = fopen("lackey", "wb");
	struct contents contents;
	size_t n;

	srandom(4);
	n = reference_reduce(lackey, 500, expected);
	fclose(lackey);
	ck_assert_int_eq(run_reduce("out.csv.gz", "-w500"), 0);
	contents = read_trace("out.csv.gz", 64);
	ck_assert_str_eq(contents.error, "");
	ck_assert_uint_eq(contents.n, n);
	for (size_t i = 0; i < n; i++)
		ck_assert_msg(same_access(&contents.accesses[i], &expected[i]), "access %zu", i);
	ck_assert_uint_gt(n, 10000);
	ck_assert_uint_lt(n, 29000);
	free(contents.accesses);
	free(expected);
}
END_TEST

START_TEST(reduce_says_what_was_recorded)
{
	size_t n;
	char *got;

	write_text("lackey", " L 00001000,8\n");
	ck_assert_int_eq(run_reduce("out.csv", "--command=a\nb\033c"), 0);
	got = read_bytes("out.csv", &n);
	ck_assert_ptr_nonnull(strstr(got, "\n# Command: a?b?c\n"));
	free(got);
}
END_TEST

/* Nothing half-written: neither the output nor its temporary file. */
static void expect_reduce_fails(const char *lackey, const char *message)
{
	write_text("lackey", lackey);
	ck_assert_int_eq(run_reduce("out.csv", "-w9"), 2);
	expect_said(message);
	ck_assert_int_ne(system("ls out.csv* 2>/dev/null"), 0);
}

#define FOREIGN                                                                                    \
	"not a line that valgrind --tool=lackey --trace-mem=yes writes; give reduce nothing "      \
	"else\n"

START_TEST(reduce_refuses_what_lackey_does_not_write)
{
	static const char *const lines[] = { "hello",
					     " L 0x1000,8",
					     " L 00001000",
					     " L 00001000,0",
					     " L ,8",
					     " X 00001000,8",
					     " L 00001000,8 ",
					     " L -0001000,8",
					     "L 00001000,8",
					     " L 00001000,4097",
					     " L 1ffffffffffffffff,8",
					     " L ffffffffffffffff,2",
					     "=" };
	char text[128];

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		snprintf(text, sizeof(text), "I  00400000,1\n L 00001000,8\n%s\n", lines[i]);
		expect_reduce_fails(text, "thpswap-sim reduce: lackey:3: " FOREIGN);
	}
}
END_TEST

START_TEST(reduce_counts_what_it_lists)
{
	FILE *lackey = fopen("lackey", "wb");
	size_t n;
	char *got;

	for (unsigned int i = 1; i <= 9000; i++)
		fprintf(lackey, "I  00400000,1\n S %08x,8\n L %08x,8\n", i << 12, i << 12);
	fclose(lackey);
	ck_assert_int_eq(run_reduce("out.csv", "-w9"), 0);
	got = read_bytes("out.csv", &n);
	ck_assert_ptr_nonnull(strstr(got, "\n# End: 9000 instructions, 18000 accesses, "
					  "9000 of them listed, 9000 pages.\n"));
	free(got);
}
END_TEST

START_TEST(reduce_refuses_input_without_accesses)
{
	expect_reduce_fails("hello\n", "thpswap-sim reduce: lackey:1: " FOREIGN);
	expect_reduce_fails("==1== valgrind\n",
			    "thpswap-sim reduce: lackey:1: no memory access in it; run valgrind "
			    "--tool=lackey --trace-mem=yes\n");
}
END_TEST

START_TEST(reduce_refuses_an_output_it_cannot_write)
{
	write_text("lackey", " L 00001000,8\n");
	ck_assert_int_eq(run_reduce("absent/out.csv", "-w9"), 2);
	expect_said("thpswap-sim: absent/out.csv: cannot be created: No such file or directory\n");
}
END_TEST

START_TEST(reduce_reports_a_full_disk)
{
	write_text("lackey", " L 00001000,8\n");
	ck_assert_ptr_nonnull(freopen("/dev/full", "wb", stdout));
	ck_assert_int_eq(run_reduce("-", "-w9"), 2);
	expect_said("thpswap-sim reduce: -: No space left on device; "
		    "check the place and its space\n");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("reduce");
	TCase *tcase = tcase_create("reduce");

	tcase_set_timeout(tcase, 60);
	tcase_add_checked_fixture(tcase, empty_folder, NULL);
	tcase_add_test(tcase, reduce_lists_a_page_once_in_a_window);
	tcase_add_test(tcase, reduce_lists_a_page_that_turns_from_read_to_written);
	tcase_add_test(tcase, reduce_cuts_an_access_at_the_edge_of_a_page);
	tcase_add_test(tcase, reduce_counts_time_in_instructions);
	tcase_add_test(tcase, reduce_agrees_with_the_reference);
	tcase_add_test(tcase, reduce_says_what_was_recorded);
	tcase_add_test(tcase, reduce_refuses_what_lackey_does_not_write);
	tcase_add_test(tcase, reduce_counts_what_it_lists);
	tcase_add_test(tcase, reduce_refuses_input_without_accesses);
	tcase_add_test(tcase, reduce_refuses_an_output_it_cannot_write);
	tcase_add_test(tcase, reduce_reports_a_full_disk);
	suite_add_tcase(suite, tcase);
	return run_in_folder(suite);
}
