/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What all recorded processes and the recorder share: one piece of memory, so that
 * there is one clock, one order and one set of recent regions, and that a process
 * that is killed, or closes every descriptor it finds, loses nothing.
 *
 * The plugin, in each recorded process, adds records under the lock. The recorder
 * alone removes them, without it.
 */
#ifndef THPSWAP_RECORD_SHARED_H
#define THPSWAP_RECORD_SHARED_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define PAGE_SHIFT 12
#define PAGE_SIZE (1ULL << PAGE_SHIFT)
#define REGION_SHIFT 21
#define PAGES_PER_REGION 512

/* Of the trace's head: one microsecond is so many instructions. */
#define INSTRUCTIONS_PER_US 1000

enum {
	MAX_REGIONS = 64,
	MAX_PROCESSES = 4096,
	RING_RECORDS = 1 << 13,
};

enum record_op {
	RECORD_READ,
	RECORD_WRITE,
	RECORD_MAP,
	RECORD_UNMAP,
	RECORD_REMAP,
	RECORD_ADVISE,
	RECORD_FORK,
	RECORD_EXEC,
	RECORD_EXIT,
	RECORD_OPS
};

enum map_kind { MAP_KIND_ANON, MAP_KIND_PRIVATE, MAP_KIND_FILE, MAP_KIND_STACK, MAP_KINDS };

enum advice {
	ADVICE_HUGEPAGE,
	ADVICE_NOHUGEPAGE,
	ADVICE_DONTNEED,
	ADVICE_FREE,
	ADVICE_COLD,
	ADVICE_PAGEOUT,
	ADVICES
};

/*
 * @argument: of RECORD_MAP a map_kind, of RECORD_ADVISE an advice, of RECORD_REMAP
 *	the new address, of RECORD_FORK the child's pid
 */
struct record {
	uint64_t time_us;
	uint64_t address;
	uint64_t size;
	uint64_t argument;
	uint32_t pid;
	enum record_op op;
};

/*
 * A region that is in the set of the most recently touched ones.
 * @stay: which stay in the set this is, never used twice; 0: none
 * @listed, @written: the pages that the trace lists since the stay began
 */
struct region {
	uint64_t number;
	uint64_t stay;
	uint32_t pid;
	uint64_t listed[PAGES_PER_REGION / 64];
	uint64_t written[PAGES_PER_REGION / 64];
};

/*
 * A recorded process that lives.
 * @host: its pid outside of the trace; 0 until it is known
 * @pid: its pid in the trace; 0: nobody
 */
struct process {
	_Atomic pid_t host;
	_Atomic uint32_t pid;
};

enum stop_reason {
	STOP_NOT,
	STOP_LIMIT,
	STOP_ADDRESSES,
	STOP_PROCESSES,
	STOP_THREADS,
};

struct shared {
	pthread_mutex_t lock;
	pid_t recorder;

	/* 0: no limit; 0: every access is listed. */
	uint64_t limit;
	unsigned int nr_regions;

	/* Executed and made by all processes, as far as they have reported. */
	_Atomic uint64_t instructions;
	_Atomic uint64_t accesses;
	_Atomic uint64_t listed;
	_Atomic int stop;

	/*
	 * Indexes of regions, the most recently touched one first. No pointers: the
	 * memory is at another address in each process.
	 */
	unsigned int order[MAX_REGIONS];
	struct region regions[MAX_REGIONS];
	uint64_t last_stay;
	/* That of order[0], for those who look without the lock. */
	_Atomic uint64_t recent_stay;

	uint32_t last_pid;
	struct process processes[MAX_PROCESSES];

	/* Programs that took the place of a recorded one, and the first one's name. */
	uint64_t programs;
	char first_program[256];
	/* Processes that were given up since their execve() failed after all. */
	uint64_t lost;

	_Atomic uint64_t head;
	_Atomic uint64_t tail;
	struct record ring[RING_RECORDS];
};

#endif
