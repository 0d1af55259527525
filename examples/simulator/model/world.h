/* SPDX-License-Identifier: GPL-2.0-only */
/* The world: what exists in it, and how its parts are found. */
#ifndef THPSWAP_SIM_WORLD_H
#define THPSWAP_SIM_WORLD_H

#include "model.h"

struct world_config {
	unsigned int pmd_nr;
	enum sim_policy policy;
	uint64_t limit_pages;
	uint64_t swap_pages;
	const struct device_model *device;
	unsigned int thp_fail_percent;
	uint64_t seed;
};

struct world *world_new(const struct world_config *config);

/* Frees the world that `world` points to. */
void world_free(void);

/* Made at the first question for it. */
struct mm_struct *world_mm(uint32_t pid);
struct region *world_region(struct mm_struct *mm, uint64_t number);

/* Return: NULL when nobody has asked for it yet. */
struct region *world_find_region(struct mm_struct *mm, uint64_t number);

/* Pages that are mapped, and how many of them by a PMD. */
void world_residents(uint64_t *pages, uint64_t *by_pmd);

#endif
