/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A world to test the model in: two processes, what they have stored, and a look at
 * where it is now.
 */
#ifndef THPSWAP_TESTS_MODEL_SCENE_H
#define THPSWAP_TESTS_MODEL_SCENE_H

#include <inttypes.h>

#include "primitives.h"

/* Check notes every assertion that holds in a file: too slow for millions. */
#define require(condition, ...)                                                                    \
	do {                                                                                       \
		if (!(condition))                                                                  \
			ck_abort_msg(__VA_ARGS__);                                                 \
	} while (0)

enum { NR_PROCESSES = 2, NR_DEVICES = 3, MAX_PAGES = 8192 };

/* N, and memory for @limit pages, of which @touched are in use. */
struct size {
	unsigned int pmd_nr;
	uint64_t limit;
	uint64_t touched;
	int accesses;
};

extern char scene[128];				 /* what is being tested, for messages */
extern uint32_t stored[NR_PROCESSES][MAX_PAGES]; /* the last store to each page */
extern uint64_t accesses;

const struct device_model *device(int i);
void new_world(enum sim_policy policy, const struct device_model *model, const struct size *size,
	       unsigned int fragmentation, uint64_t swap_pages);

/* From 0; the page is one of the scene, from 0 too. */
struct mm_struct *process(int i);
bool access_one(int i, uint64_t page, bool write);

/* The same, and the test fails when the model does. */
void must_access(int i, uint64_t page, bool write);

struct region *find_region(int i, uint64_t page);

/* Where a page is, as an entry that may stand for all of its PMD; NULL: never touched. */
pmd_t *find_entry(int i, uint64_t page);

#endif
