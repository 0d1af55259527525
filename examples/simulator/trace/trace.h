/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A trace: the memory accesses of one or more processes, in the order of time.
 *
 *	time_us,pid,address,size,op
 *	17,1,0x4a61010,8,r
 *
 * time_us	microseconds since the start of the trace; never goes backwards
 * pid		which address space; any number, two processes never share pages
 * address	of the first byte, decimal or hexadecimal with 0x
 * size		bytes, at least 1; the access may cross pages
 * op		r: read, w: written
 *
 * The file is plain text or gzip. The header line may be left out; blank lines
 * and lines that begin with # do not count. A newline may follow a carriage
 * return, and the last one may be missing.
 *
 * Time going backwards is an error, not something to sort out while reading:
 * there is one machine and one clock. Traces of several processes are merged
 * first: sort -s -n -t , -k 1,1.
 */
#ifndef THPSWAP_SIM_TRACE_H
#define THPSWAP_SIM_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* No byte of it lies beyond UINT64_MAX: address + (size - 1) does not wrap. */
struct trace_access {
	uint64_t time_us;
	uint64_t address;
	uint32_t pid;
	uint32_t size;
	bool write;
};

struct trace;

/**
 * trace_open() - Start to read a trace
 * @path: its file; "-" is standard input
 *
 * A file that cannot be read is an error of the first trace_read().
 *
 * Return: the trace, NULL when there is no memory.
 */
struct trace *trace_open(const char *path);
void trace_close(struct trace *trace);

/**
 * trace_read() - The next accesses
 * @accesses: room for them
 * @max: how many at most
 *
 * Accesses before an error are still handed out. A trace without any access is
 * an error.
 *
 * Return: how many; 0 at the end and on error: ask trace_error().
 */
size_t trace_read(struct trace *trace, struct trace_access *accesses, size_t max);

/* Return: "FILE:LINE: what; what to do" without a newline; NULL while all is well. */
const char *trace_error(const struct trace *trace);

/*
 * How far into the file, in bytes as they are stored (compressed), for a
 * progress bar. Both are 0 when that is not known, as for a pipe.
 */
void trace_progress(const struct trace *trace, uint64_t *consumed, uint64_t *total);

#endif
