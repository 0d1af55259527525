// SPDX-License-Identifier: GPL-2.0-only
/*
 * A run whose swap device damages data must fail, and print what led there: the
 * control of every run that ends well.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "model.h"
#include "suite.h"

static bool damaging;

/* The linker hands out the first for the second: --wrap. */
void __wrap_swap_write_folio(struct folio *folio);
void __real_swap_write_folio(struct folio *folio);

void __wrap_swap_write_folio(struct folio *folio)
{
	__real_swap_write_folio(folio);
	if (damaging)
		world->si.version[folio->swap + folio->nr_pages - 1]++;
}

static char folder[] = "/tmp/test_violation.XXXXXX";

/* 20 PMDs, 16 of which fit; then the last page of each is read. */
static void write_trace(void)
{
	FILE *file = fopen("in.csv", "w");

	ck_assert_ptr_nonnull(file);
	for (unsigned int i = 0; i < 20; i++)
		fprintf(file, "%u,7,%#lx,2097152,w\n", i, (i + 1ul) << 21);
	for (unsigned int i = 0; i < 20; i++)
		fprintf(file, "20,7,%#lx,1,r\n", ((i + 2ul) << 21) - 1);
	ck_assert_int_eq(fclose(file), 0);
}

/* Return: the exit status; what it printed is in the files out and err. */
static int run(char *policy)
{
	char *argv[] = {
		"thpswap-sim run", "--policy", policy, "--csv", "out.csv", "in.csv", NULL
	};

	ck_assert_ptr_nonnull(freopen("out", "w", stdout));
	ck_assert_ptr_nonnull(freopen("err", "w", stderr));
	const int status = run_main(6, argv);
	fflush(stdout);
	fflush(stderr);
	return status;
}

static void read_text(const char *path, char *text, size_t size)
{
	FILE *file = fopen(path, "r");

	ck_assert_ptr_nonnull(file);
	text[fread(text, 1, size - 1, file)] = '\0';
	fclose(file);
}

static char *const policies[SIM_NR_POLICIES] = { "pte", "posted", "reviewed" };

START_TEST(a_run_without_damage_ends_well)
{
	char err[4096];

	write_trace();
	ck_assert_int_eq(run(policies[_i]), 0);
	read_text("err", err, sizeof(err));
	ck_assert_str_eq(err, "");
	ck_assert_int_eq(unlink("out.csv"), 0);
}
END_TEST

START_TEST(damage_fails_the_run_and_is_reported)
{
	char expected[256];
	char err[4096];
	char out[64];

	write_trace();
	damaging = true;
	ck_assert_int_eq(run(policies[_i]), 1);
	read_text("err", err, sizeof(err));
	snprintf(expected, sizeof(expected),
		 "thpswap-sim: in.csv: access 21, policy %s: process 7 read store 513 at 0x3ff000, "
		 "but the last one was 512\n",
		 policies[_i]);
	ck_assert_msg(strncmp(err, expected, strlen(expected)) == 0, "%s", err);
	/* The schedule: the swap-in that brought it, last. */
	ck_assert_msg(strstr(err, "us  pid 7       read fault           0x3ff\n"), "%s", err);
	ck_assert_msg(_i == SIM_PTE || strstr(err, "swap-out of a PMD"), "%s", err);
	read_text("out", out, sizeof(out));
	ck_assert_str_eq(out, "");
	ck_assert_int_ne(access("out.csv", F_OK), 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("violation");
	TCase *tcase = tcase_create("violation");
	int failed;

	if (!mkdtemp(folder) || chdir(folder) != 0) {
		perror(folder);
		return EXIT_FAILURE;
	}
	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, a_run_without_damage_ends_well, 0, SIM_NR_POLICIES);
	tcase_add_loop_test(tcase, damage_fails_the_run_and_is_reported, 0, SIM_NR_POLICIES);
	suite_add_tcase(suite, tcase);
	failed = run_suite(suite);
	if (system("rm -f ./*") != 0 || rmdir(folder) != 0)
		perror(folder);
	return failed;
}
