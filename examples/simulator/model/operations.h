/* SPDX-License-Identifier: GPL-2.0-only */
/* What was done, written down so that it can be replayed elsewhere. */
#ifndef THPSWAP_SIM_OPERATIONS_H
#define THPSWAP_SIM_OPERATIONS_H

#include "model.h"

/* Access, or take out of memory, or get no block for the next fault. */
enum operation {
	OPERATION_READ = 'r',
	OPERATION_WRITE = 'w',
	OPERATION_SWAP_OUT = 'o',
	OPERATION_NO_BLOCK = 'x',
};

void world_operation(enum operation operation, const struct mm_struct *mm, uint64_t page,
		     unsigned int nr_pages);

#endif
