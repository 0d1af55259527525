/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the entry of each page has to say, whatever happened to it on the way. Kept
 * while exploring, for invariants.c.
 */
#ifndef THPSWAP_SIM_EXPECT_H
#define THPSWAP_SIM_EXPECT_H

#include "model.h"

/* The uffd-wp bit of one entry, which is the PMD or one PTE of the region. */
void expect_uffd_wp(struct region *region, const pmd_t *entry, bool expected);
void expect_clean(struct region *region);

/* The page has been unmapped. */
void expect_nothing(struct region *region, unsigned int page);

/* A child has what its parent had. */
void expect_the_same(struct region *child, const struct region *parent);

/* A page has been moved there, and is gone here. */
void expect_moved(struct region *to, struct region *from, unsigned int page);

#endif
