/* SPDX-License-Identifier: GPL-2.0-only */
/* Whether a PMD-sized block of memory is free: a matter of luck. */
#ifndef THPSWAP_SIM_FRAGMENTATION_H
#define THPSWAP_SIM_FRAGMENTATION_H

#include "model.h"

/* Is no PMD-sized block free for this fault? */
bool world_fragmented(const struct mm_struct *mm, uint64_t page);

#endif
