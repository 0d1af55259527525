// SPDX-License-Identifier: GPL-2.0-only
/*
 * thpswap-sim reduce: from what valgrind --tool=lackey --trace-mem=yes prints to
 * a trace (trace.h), while the program runs.
 *
 *	I  04af13ec,5		an instruction: the clock, nothing else
 *	 L 1ffefff990,8		load
 *	 S 1ffefff990,8		store
 *	 M 1ffefff990,8		both, counted as a store
 *
 * Paging sees first touches, so a page is listed only if it was not listed in
 * the last W instructions, or when it turns from read to written in that time.
 * The order in which pages were last used is therefore known up to W.
 *
 * Fetches are left out because code belongs to a file: it is dropped and read
 * again, never swapped. All data accesses stay, of heap, stack and mappings
 * alike, at the addresses the program saw; an access across pages becomes one a
 * page. What the kernel reads or writes during a system call is not seen.
 */
#include "commands.h"

#include <argp.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "lines.h"
#include "numbers.h"
#include "output.h"

enum { PAGE_SHIFT = 12, FIRST_CAPACITY = 1 << 12, BAD_USAGE = 2 };

#define PAGE_SIZE (UINT64_C(1) << PAGE_SHIFT)
#define NO_PAGE UINT64_MAX

struct options {
	const char *input;
	const char *output;
	const char *comment;
	uint64_t window;
	uint64_t instructions_per_us;
	uint32_t pid;
};

/* @number: address / PAGE_SIZE; NO_PAGE in a free place of the table */
struct page {
	uint64_t number;
	uint64_t listed_at;
	bool listed_write;
};

/* Open addressing; the capacity is a power of two, at most half of it is used. */
struct pages {
	struct page *table;
	size_t capacity;
	size_t used;
};

struct reducer {
	const struct options *options;
	struct lines lines;
	struct output output;
	gzFile file;
	struct pages pages;
	uint64_t instructions;
	uint64_t accesses;
	uint64_t listed;
};

struct access {
	uint64_t address;
	uint64_t size;
	bool write;
};

static int complain(const char *file, const char *what, const char *advice)
{
	fprintf(stderr, "thpswap-sim reduce: %s: %s; %s\n", file, what, advice);
	return BAD_USAGE;
}

/*
 * Pages
 */

static bool allocate(struct pages *pages, size_t capacity)
{
	struct page *table = malloc(capacity * sizeof(*table));

	if (!table)
		return false;
	for (size_t i = 0; i < capacity; i++)
		table[i].number = NO_PAGE;
	*pages = (struct pages){ .table = table, .capacity = capacity };
	return true;
}

static struct page *find(const struct pages *pages, uint64_t number)
{
	size_t mask = pages->capacity - 1;
	size_t i = (size_t)(number * UINT64_C(0x9e3779b97f4a7c15) >> 20) & mask;

	while (pages->table[i].number != NO_PAGE && pages->table[i].number != number)
		i = (i + 1) & mask;
	return &pages->table[i];
}

static bool grow(struct pages *pages)
{
	struct pages bigger;

	if (!allocate(&bigger, 2 * pages->capacity))
		return false;
	for (size_t i = 0; i < pages->capacity; i++)
		if (pages->table[i].number != NO_PAGE)
			*find(&bigger, pages->table[i].number) = pages->table[i];
	bigger.used = pages->used;
	free(pages->table);
	*pages = bigger;
	return true;
}

/*
 * Output
 */

static bool ends_with(const char *text, const char *end)
{
	size_t n = strlen(text);
	size_t m = strlen(end);

	return n >= m && strcmp(text + n - m, end) == 0;
}

/* zlib closes what it is given: the descriptor stays output.c's. */
static gzFile compress_into(const struct output *output)
{
	return gzdopen(dup(fileno(output->file)), ends_with(output->path, ".gz") ? "wb9" : "wbT");
}

/* A comment is one line: what would end it, or play with a terminal, is masked. */
static void write_comment(gzFile file, const char *text)
{
	gzputs(file, "# Command: ");
	for (; *text; text++)
		gzputc(file, (unsigned char)*text < ' ' ? '?' : *text);
	gzputs(file, "\n");
}

static void write_head(struct reducer *reducer)
{
	const struct options *options = reducer->options;
	gzFile file = reducer->file;

	gzputs(file, "# Page accesses of one process, recorded with valgrind's lackey.\n");
	if (options->comment)
		write_comment(file, options->comment);
	gzprintf(file,
		 "# A page of %" PRIu64 " bytes is listed if it was not in the last %" PRIu64
		 " instructions, or turns from read to written in that time.\n",
		 PAGE_SIZE, options->window);
	gzprintf(file, "# Clock: %" PRIu64 " instructions are one microsecond.\n",
		 options->instructions_per_us);
	gzputs(file, "time_us,pid,address,size,op\n");
}

static void write_tail(const struct reducer *reducer)
{
	gzprintf(reducer->file,
		 "# End: %" PRIu64 " instructions, %" PRIu64 " accesses, %" PRIu64
		 " of them listed, %zu pages.\n",
		 reducer->instructions, reducer->accesses, reducer->listed, reducer->pages.used);
}

/*
 * Reduction
 */

static bool must_list(const struct reducer *reducer, const struct page *page, bool write)
{
	if (page->number == NO_PAGE)
		return true;
	if (reducer->instructions - page->listed_at >= reducer->options->window)
		return true;
	return write && !page->listed_write;
}

/* Return: false when there is no memory, or the output cannot be written. */
static bool touch(struct reducer *reducer, uint64_t number, const struct access *part)
{
	struct page *page = find(&reducer->pages, number);
	bool is_new = page->number == NO_PAGE;

	if (!must_list(reducer, page, part->write))
		return true;

	*page = (struct page){ number, reducer->instructions, part->write };
	reducer->listed++;
	if (gzprintf(reducer->file, "%" PRIu64 ",%" PRIu32 ",0x%" PRIx64 ",%" PRIu64 ",%c\n",
		     reducer->instructions / reducer->options->instructions_per_us,
		     reducer->options->pid, part->address, part->size,
		     part->write ? 'w' : 'r') <= 0)
		return false;

	reducer->pages.used += is_new;
	return 2 * reducer->pages.used <= reducer->pages.capacity || grow(&reducer->pages);
}

static bool touch_all(struct reducer *reducer, struct access access)
{
	while (access.size > 0) {
		uint64_t room = PAGE_SIZE - access.address % PAGE_SIZE;
		struct access part = access;

		if (part.size > room)
			part.size = room;
		if (!touch(reducer, access.address >> PAGE_SHIFT, &part))
			return false;
		access.address += part.size;
		access.size -= part.size;
	}
	return true;
}

/* valgrind's own messages: "==PID== ...", "--PID-- ...", "**PID** ..." */
static bool is_message(const char *line, size_t length)
{
	return length == 0 || (length >= 2 && line[0] == line[1] && strchr("=-*", line[0]));
}

static bool parse_access(const char *line, size_t length, struct access *access)
{
	const char *p;

	if (length < 3 || line[0] != ' ' || !strchr("LSM", line[1]) || line[2] != ' ')
		return false;
	access->write = line[1] != 'L';
	p = parse_hex(line + 3, &access->address);
	if (!p || *p != ',')
		return false;
	p = parse_decimal(p + 1, &access->size);
	return p == line + length && access->size > 0 && access->size <= PAGE_SIZE &&
	       access->address <= UINT64_MAX - (access->size - 1);
}

/* Return: exit status; what is wrong has been said. */
static int reduce_lines(struct reducer *reducer)
{
	struct access access;
	const char *line;
	size_t length;

	while ((line = lines_next(&reducer->lines, &length))) {
		if (line[0] == 'I') {
			reducer->instructions++;
		} else if (parse_access(line, length, &access)) {
			reducer->accesses++;
			if (!touch_all(reducer, access))
				return complain(reducer->options->output, strerror(errno),
						"free some memory or disk space");
		} else if (!is_message(line, length)) {
			lines_fail(&reducer->lines,
				   "not a line that valgrind --tool=lackey --trace-mem=yes "
				   "writes; give reduce nothing else");
		}
	}
	if (reducer->accesses == 0)
		lines_fail(&reducer->lines,
			   "no memory access in it; run valgrind --tool=lackey --trace-mem=yes");
	if (!lines_error(&reducer->lines))
		return 0;
	fprintf(stderr, "thpswap-sim reduce: %s\n", lines_error(&reducer->lines));
	return BAD_USAGE;
}

static int reduce(struct reducer *reducer)
{
	int status;

	write_head(reducer);
	status = reduce_lines(reducer);
	if (status == 0)
		write_tail(reducer);
	return status;
}

/* Return: exit status. The trace appears only when it is complete. */
static int reduce_to_output(struct reducer *reducer)
{
	int status;

	if (!output_open(&reducer->output, reducer->options->output))
		return BAD_USAGE;
	reducer->file = compress_into(&reducer->output);
	if (!reducer->file)
		abort();
	status = reduce(reducer);
	if (gzclose(reducer->file) != Z_OK && status == 0)
		status = complain(reducer->options->output, strerror(errno),
				  "check the place and its space");
	if (status)
		output_abandon(&reducer->output);
	else if (!output_close(&reducer->output, true))
		status = BAD_USAGE;
	return status;
}

/*
 * Command line
 */

enum { KEY_RATE = 256, KEY_PID, KEY_COMMENT };

static uint64_t parse_number(const char *text, uint64_t min, uint64_t max, const char *what,
			     struct argp_state *state)
{
	char *end;
	uint64_t value;

	errno = 0;
	value = strtoull(text, &end, 10);
	if (errno || end == text || *end || *text < '0' || *text > '9' || value < min ||
	    value > max)
		argp_error(state, "%s: '%s' is not a number from %" PRIu64 " to %" PRIu64, what,
			   text, min, max);
	return value;
}

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case 'o':
		options->output = argument;
		return 0;
	case 'w':
		options->window = parse_number(argument, 1, UINT64_MAX, "--window", state);
		return 0;
	case KEY_RATE:
		options->instructions_per_us =
			parse_number(argument, 1, UINT64_MAX, "--instructions-per-us", state);
		return 0;
	case KEY_PID:
		options->pid = (uint32_t)parse_number(argument, 0, UINT32_MAX, "--pid", state);
		return 0;
	case KEY_COMMENT:
		options->comment = argument;
		return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num > 0)
			argp_error(state, "more than one FILE");
		options->input = argument;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option option_list[] = {
	{ "output", 'o', "FILE", 0, "Write the trace here, compressed if it ends in .gz (-)", 0 },
	{ "window", 'w', "W", 0, "List a page again after W instructions (100000)", 0 },
	{ "instructions-per-us", KEY_RATE, "N", 0, "The clock of the trace (1000)", 0 },
	{ "pid", KEY_PID, "N", 0, "Process number in the trace (1)", 0 },
	{ "command", KEY_COMMENT, "TEXT", 0, "What was recorded, for the head of the trace", 0 },
	{ 0 },
};

static const struct argp argp = {
	.options = option_list,
	.parser = parse_option,
	.args_doc = "[FILE]",
	.doc = "Reduce the output of valgrind --tool=lackey --trace-mem=yes, from FILE or "
	       "standard input, to a trace of page accesses.\v"
	       "A page is listed when it was not listed in the last W instructions, or when it "
	       "turns from read to written in that time.",
};

int reduce_main(int argc, char **argv)
{
	struct options options = {
		.input = "-",
		.output = "-",
		.window = 100000,
		.instructions_per_us = 1000,
		.pid = 1,
	};
	struct reducer reducer = { .options = &options };
	int status = BAD_USAGE;

	argp_err_exit_status = BAD_USAGE;
	argp_parse(&argp, argc, argv, 0, NULL, &options);

	if (!allocate(&reducer.pages, FIRST_CAPACITY) || !lines_open(&reducer.lines, options.input))
		complain(options.input, "no memory", "close other programs");
	else
		status = reduce_to_output(&reducer);

	if (reducer.lines.input)
		lines_close(&reducer.lines);
	free(reducer.pages.table);
	return status;
}
