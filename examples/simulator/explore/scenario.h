/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A scenario: a world, and two or three actors in it whose steps may come in any
 * order. explore.c walks the orders; invariants.c says what must hold in each.
 */
#ifndef THPSWAP_SIM_SCENARIO_H
#define THPSWAP_SIM_SCENARIO_H

#include "model.h"
#include "schedule.h"

/* What the actors of a scenario have to do with. */
struct stage {
	struct mm_struct *mm;
	struct mm_struct *child; /* NULL until somebody forks */
	struct region *region;
	struct folio *pinned; /* a GUP reference is held from before */
};

extern struct stage stage;

struct rival {
	const char *name;
	void (*act)(void);
};

struct scenario {
	const char *name;
	const char *question;
	const struct device_model *device;
	void (*set_up)(void);
	struct rival rivals[MAX_ACTORS];
	void (*check)(void);	    /* at the end, beside the invariants; may be NULL */
	const char *posted_failure; /* what the posted handler does wrong here; NULL: nothing */
};

extern const struct scenario scenarios[];
extern const size_t nr_scenarios;

/* rivals.c */
void read_first(void);
void read_second(void);
void write_first(void);
void write_second(void);
void write_both(void);
void child_reads_second(void);
void child_writes(void);
void madvise_dontneed(void);
void madvise_dontneed_part(void);
void munmap_part(void);
void mprotect_part(void);
void fork_process(void);
void exit_process(void);
void exit_child(void);
void reclaim(void);
void reclaim_twice(void);
void drop_from_cache(void);
void finish_writeback(void);
void deferred_split(void);
void memory_failure(void);
void enable_zswap(void);
void exhaust_memory(void);
void fill_memcg(void);
void reuse_slots(void);
void map_and_reuse_slots(void);
void fill_swap_cache(void);
void reclaim_first_slot(void);
void uffd_write_protect(void);
void clear_soft_dirty(void);
void gup_reference(void);
void swapoff(void);

/* invariants.c: each sets world->error when it does not hold. */
void check_step(void);
void check_end(void);

#endif
