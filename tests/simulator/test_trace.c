// SPDX-License-Identifier: GPL-2.0-only
/*
 * The simulator's trace reader and recorder: what they accept, every error by
 * its message and line, and both against slow references written another way.
 */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "commands.h"
#include "trace.h"

#define HEADER "time_us,pid,address,size,op\n"

enum { MANY = 400000, LINE_MAX_LENGTH = 4096, BLOCK = 1 << 20 };

/* Every test starts in this folder, empty, so that file names in messages are short. */
static void empty_folder(void)
{
	ck_assert_int_eq(system("rm -f ./*"), 0);
}

static void write_bytes(const char *path, const void *bytes, size_t n)
{
	FILE *file = fopen(path, "wb");

	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(bytes, 1, n, file), n);
	ck_assert_int_eq(fclose(file), 0);
}

static void write_text(const char *path, const char *text)
{
	write_bytes(path, text, strlen(text));
}

static void write_gzip(const char *path, const void *bytes, size_t n)
{
	gzFile file = gzopen(path, "wb");

	ck_assert_ptr_nonnull(file);
	ck_assert_int_eq(gzwrite(file, bytes, (unsigned int)n), (int)n);
	ck_assert_int_eq(gzclose(file), Z_OK);
}

/* Return: the bytes of a file, with a zero byte behind them. */
static char *read_bytes(const char *path, size_t *n)
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

struct contents {
	struct trace_access *accesses;
	size_t n;
	char error[512];
};

/* @step: how many accesses are asked for at once */
static struct contents read_trace(const char *path, size_t step)
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

static bool same_access(const struct trace_access *a, const struct trace_access *b)
{
	return a->time_us == b->time_us && a->pid == b->pid && a->address == b->address &&
	       a->size == b->size && a->write == b->write;
}

static bool same_contents(const struct contents *a, const struct contents *b)
{
	if (a->n != b->n || strcmp(a->error, b->error) != 0)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (!same_access(&a->accesses[i], &b->accesses[i]))
			return false;
	return true;
}

static void expect_accesses(const char *text, const struct trace_access *expected, size_t n)
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

/* @n: accesses handed out before the error */
static void expect_error(const char *path, size_t n, const char *message)
{
	struct contents contents = read_trace(path, 7);

	ck_assert_str_eq(contents.error, message);
	ck_assert_uint_eq(contents.n, n);
	free(contents.accesses);
}

static void expect_line_error(const char *text, size_t n, const char *message)
{
	write_text("t", text);
	expect_error("t", n, message);
}

/*
 * What is accepted
 */

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

/*
 * What is refused
 */

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

/*
 * Against a slow reference
 */

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

/*
 * The recorder
 */

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
	expect_said("thpswap-sim reduce: absent/out.csv: No such file or directory; choose another "
		    "place\n");
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
	const int nr_bad_lines = sizeof(bad_lines) / sizeof(bad_lines[0]);
	Suite *suite = suite_create("trace");
	TCase *reader = tcase_create("reader");
	TCase *recorder = tcase_create("recorder");
	SRunner *runner = srunner_create(suite);
	char folder[] = "/tmp/test_trace.XXXXXX";
	int failed;

	/* The tests empty the folder they are in: never go on in another one. */
	if (!mkdtemp(folder) || chdir(folder) != 0) {
		perror(folder);
		return EXIT_FAILURE;
	}

	tcase_set_timeout(reader, 60);
	tcase_add_checked_fixture(reader, empty_folder, NULL);
	tcase_add_test(reader, reads_decimal_and_hexadecimal);
	tcase_add_test(reader, reads_the_largest_numbers);
	tcase_add_test(reader, skips_header_comments_and_blank_lines);
	tcase_add_test(reader, reads_plain_gzip_and_standard_input_alike);
	tcase_add_test(reader, progress_ends_at_the_size_of_the_file);
	tcase_add_test(reader, progress_of_a_pipe_is_not_known);
	tcase_add_loop_test(reader, refuses_a_malformed_line, 0, nr_bad_lines);
	tcase_add_test(reader, refuses_a_second_or_late_header);
	tcase_add_test(reader, refuses_a_trace_without_accesses);
	tcase_add_test(reader, refuses_what_cannot_be_read);
	tcase_add_test(reader, refuses_binary_files);
	tcase_add_test(reader, limits_the_length_of_a_line_wherever_it_starts);
	tcase_add_test(reader, refuses_gzip_cut_anywhere);
	tcase_add_test(reader, never_takes_damaged_gzip_for_another_trace);
	tcase_add_test(reader, agrees_with_the_reference_on_valid_traces);
	tcase_add_test(reader, agrees_with_the_reference_on_mutated_lines);
	suite_add_tcase(suite, reader);

	tcase_set_timeout(recorder, 60);
	tcase_add_checked_fixture(recorder, empty_folder, NULL);
	tcase_add_test(recorder, reduce_lists_a_page_once_in_a_window);
	tcase_add_test(recorder, reduce_lists_a_page_that_turns_from_read_to_written);
	tcase_add_test(recorder, reduce_cuts_an_access_at_the_edge_of_a_page);
	tcase_add_test(recorder, reduce_counts_time_in_instructions);
	tcase_add_test(recorder, reduce_agrees_with_the_reference);
	tcase_add_test(recorder, reduce_says_what_was_recorded);
	tcase_add_test(recorder, reduce_counts_what_it_lists);
	tcase_add_test(recorder, reduce_refuses_what_lackey_does_not_write);
	tcase_add_test(recorder, reduce_refuses_input_without_accesses);
	tcase_add_test(recorder, reduce_refuses_an_output_it_cannot_write);
	tcase_add_test(recorder, reduce_reports_a_full_disk);
	suite_add_tcase(suite, recorder);

	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	if (system("rm -f ./*") != 0 || rmdir(folder) != 0)
		perror(folder);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
