// SPDX-License-Identifier: GPL-2.0-only
#include "trace.h"

#include <stdlib.h>
#include <string.h>

#include "lines.h"
#include "numbers.h"

#define HEADER "time_us,pid,address,size,op"

struct trace {
	struct lines lines;
	uint64_t time_us;
	bool seen_access;
	bool seen_header;
};

struct trace *trace_open(const char *path)
{
	struct trace *trace = calloc(1, sizeof(*trace));

	if (!trace)
		return NULL;
	if (lines_open(&trace->lines, path))
		return trace;
	free(trace);
	return NULL;
}

void trace_close(struct trace *trace)
{
	lines_close(&trace->lines);
	free(trace);
}

const char *trace_error(const struct trace *trace)
{
	return lines_error(&trace->lines);
}

void trace_progress(const struct trace *trace, uint64_t *consumed, uint64_t *total)
{
	lines_progress(&trace->lines, consumed, total);
}

/* Return: as parse_decimal(). */
static inline const char *parse_address(const char *p, uint64_t *value)
{
	if (p[0] == '0' && p[1] == 'x')
		return parse_hex(p + 2, value);
	return parse_decimal(p, value);
}

static inline const char *parse_u32(const char *p, uint32_t *value)
{
	uint64_t wide;

	p = parse_decimal(p, &wide);
	if (!p || wide > UINT32_MAX)
		return NULL;
	*value = (uint32_t)wide;
	return p;
}

/* Return: NULL, or what is wrong with the line and what to do. */
static const char *parse_access(const char *p, const char *end, struct trace_access *access)
{
	p = parse_decimal(p, &access->time_us);
	if (!p || *p != ',')
		return "field 1, time_us, is not a decimal number below 2^64; "
		       "a line is " HEADER;
	p = parse_u32(p + 1, &access->pid);
	if (!p || *p != ',')
		return "field 2, pid, is not a decimal number below 2^32; "
		       "a line is " HEADER;
	p = parse_address(p + 1, &access->address);
	if (!p || *p != ',')
		return "field 3, address, is not a number below 2^64; "
		       "write 0x before hexadecimal digits";
	p = parse_u32(p + 1, &access->size);
	if (!p || *p != ',')
		return "field 4, size, is not a decimal number below 2^32; "
		       "give the bytes of one access";
	p++;
	if (*p != 'r' && *p != 'w')
		return "field 5, op, is neither r nor w; write one of them";
	access->write = *p == 'w';
	if (p + 1 != end)
		return "more follows field 5, op; remove it";

	if (access->size == 0)
		return "the size is 0; give the bytes of the access, or remove the line";
	if (access->address > UINT64_MAX - (access->size - 1))
		return "the access wraps around the end of the address space; "
		       "check address and size";
	return NULL;
}

static bool is_binary(const char *line, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)line[i] < ' ' && line[i] != '\t')
			return true;
	return false;
}

/* Header, comment or blank. Return: the line is no access, and may be skipped. */
static bool skip(struct trace *trace, const char *line, size_t length)
{
	if (length == 0 || line[0] == '#')
		return true;
	if (trace->seen_header || trace->seen_access)
		return false;
	trace->seen_header = length == strlen(HEADER) && memcmp(line, HEADER, length) == 0;
	return trace->seen_header;
}

/* Return: an access was found; false at the end and on error. */
static bool next_access(struct trace *trace, struct trace_access *access)
{
	const char *problem;
	const char *line;
	size_t length;

	do {
		line = lines_next(&trace->lines, &length);
		if (!line)
			return false;
		if (length && line[length - 1] == '\r')
			length--;
	} while ((length == 0 || line[0] > '9' || line[0] < '0') && skip(trace, line, length));

	problem = parse_access(line, line + length, access);
	if (problem && is_binary(line, length))
		problem = "not text; is this a trace?";
	if (!problem && access->time_us < trace->time_us)
		problem = "the time goes backwards; sort the lines: sort -s -n -t , -k 1,1";
	if (problem) {
		lines_fail(&trace->lines, "%s", problem);
		return false;
	}
	trace->time_us = access->time_us;
	trace->seen_access = true;
	return true;
}

size_t trace_read(struct trace *trace, struct trace_access *accesses, size_t max)
{
	size_t n = 0;

	while (n < max && next_access(trace, &accesses[n]))
		n++;
	if (n == 0 && max > 0 && !trace->seen_access && !trace_error(trace))
		lines_fail(&trace->lines, "no access in it; record the trace again");
	return n;
}
