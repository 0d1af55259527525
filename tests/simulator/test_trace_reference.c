// SPDX-License-Identifier: GPL-2.0-only
/* The trace reader against a slow one that is written another way. */
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

/* Return: @text is a number of at most 64 bits without sign or blanks. */
static bool reference_number(const char *text, int base, uint64_t max, uint64_t *value)
{
	const char *digits = base == 16 ? "0123456789abcdefABCDEF" : "0123456789";

	if (!*text || strspn(text, digits) != strlen(text))
		return false;
	errno = 0;
	*value = strtoull(text, NULL, base);
	return errno == 0 && *value <= max;
}

static bool reference_parse(const char *line, struct trace_access *access)
{
	char *fields[5] = { "", "", "", "", "" };
	char *copy = strdup(line);
	char *rest = copy;
	uint64_t numbers[4];
	bool good;
	int n = 0;

	while (rest && n < 5)
		fields[n++] = strsep(&rest, ",");
	good = n == 5 && !rest && reference_number(fields[0], 10, UINT64_MAX, &numbers[0]) &&
	       reference_number(fields[1], 10, UINT32_MAX, &numbers[1]) &&
	       (strncmp(fields[2], "0x", 2) == 0
			? reference_number(fields[2] + 2, 16, UINT64_MAX, &numbers[2])
			: reference_number(fields[2], 10, UINT64_MAX, &numbers[2])) &&
	       reference_number(fields[3], 10, UINT32_MAX, &numbers[3]) &&
	       (strcmp(fields[4], "r") == 0 || strcmp(fields[4], "w") == 0);
	if (good) {
		*access = (struct trace_access){ .time_us = numbers[0],
						 .pid = (uint32_t)numbers[1],
						 .address = numbers[2],
						 .size = (uint32_t)numbers[3],
						 .write = fields[4][0] == 'w' };
		good = access->size > 0 && access->address + access->size - 1 >= access->address;
	}
	free(copy);
	return good;
}

static uint64_t random_number(void)
{
	uint64_t bits = (uint64_t)random() << 42 ^ (uint64_t)random() << 21 ^ (uint64_t)random();

	return bits >> random() % 64;
}

static int random_line(char *line, uint64_t time_us)
{
	uint64_t address = random_number();
	uint32_t size = (uint32_t)random_number() | 1;

	if (address > UINT64_MAX - size)
		address -= size;
	return sprintf(line, random() % 2 ? "%ju,%u,0x%jx,%u,%c" : "%ju,%u,%ju,%u,%c",
		       (uintmax_t)time_us, (uint32_t)random_number(), (uintmax_t)address, size,
		       random() % 2 ? 'r' : 'w');
}

START_TEST(agrees_with_the_reference_on_valid_traces)
{
	struct trace_access *expected = calloc(MANY, sizeof(*expected));
	FILE *file = fopen("t", "wb");
	struct contents contents;
	uint64_t time_us = 0;
	char line[256];

	srandom(2);
	for (size_t i = 0; i < MANY; i++) {
		time_us += (uint64_t)random() % 3;
		random_line(line, time_us);
		ck_assert_msg(reference_parse(line, &expected[i]), "%s", line);
		fprintf(file, "%s\n", line);
		if (random() % 16 == 0)
			fprintf(file, "#%*s\n", (int)(random() % 200), "");
	}
	fclose(file);

	contents = read_trace("t", 4096);
	ck_assert_str_eq(contents.error, "");
	ck_assert_uint_eq(contents.n, MANY);
	for (size_t i = 0; i < MANY; i++)
		ck_assert_msg(same_access(&contents.accesses[i], &expected[i]), "access %zu", i);
	free(contents.accesses);
	free(expected);
}
END_TEST

START_TEST(agrees_with_the_reference_on_mutated_lines)
{
	static const char alphabet[] = "0123456789abcdefxX,,,rwRW +-.#;9999";
	size_t accepted = 0;
	size_t refused = 0;

	srandom(3);
	for (int i = 0; i < 3000; i++) {
		struct trace_access expected;
		struct contents contents;
		char line[256];
		int n = random_line(line, random_number());
		bool good;

		for (long edits = random() % 3; edits > 0; edits--)
			line[random() % n] = alphabet[(size_t)random() % (sizeof(alphabet) - 1)];
		if (line[0] == '#')
			continue;

		good = reference_parse(line, &expected);
		write_text("t", line);
		contents = read_trace("t", 2);
		ck_assert_msg(good == !contents.error[0], "%s: '%s'", line, contents.error);
		ck_assert_uint_eq(contents.n, good);
		if (good)
			ck_assert_msg(same_access(&contents.accesses[0], &expected), "%s", line);
		else
			ck_assert_msg(strncmp(contents.error, "t:1: ", 5) == 0, "%s", line);
		accepted += good;
		refused += !good;
		free(contents.accesses);
	}
	/* The test says something only if it saw enough of both. */
	ck_assert_uint_gt(accepted, 1000);
	ck_assert_uint_gt(refused, 1000);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("trace_reference");
	TCase *tcase = tcase_create("reference");

	tcase_set_timeout(tcase, 60);
	tcase_add_checked_fixture(tcase, empty_folder, NULL);
	tcase_add_test(tcase, agrees_with_the_reference_on_valid_traces);
	tcase_add_test(tcase, agrees_with_the_reference_on_mutated_lines);
	suite_add_tcase(suite, tcase);
	return run_in_folder(suite);
}
