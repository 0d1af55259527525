/*
 * SPDX-License-Identifier: GPL-2.0-only
 *
 * S, R and D numbers: include/thpswap/NUMBERS.md.
 */
/* fork(): the child gets every entry, and nothing is exclusive any more (R24). */
#ifndef THPSWAP_SIM_FORK_H
#define THPSWAP_SIM_FORK_H

#include "model.h"

/* @mm gets what @parent has, in a region that it did not have yet. Return: that region. */
struct region *fork_region(struct region *parent, struct mm_struct *mm);

#endif
