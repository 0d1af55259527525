// SPDX-License-Identifier: GPL-2.0-only
/* What was done, written down so that it can be replayed elsewhere. */
#include <inttypes.h>

#include "operations.h"
#include "primitives/dup.h"

/* A line of a trace, with operations that no trace has: see run --help. */
void world_operation(enum operation operation, const struct mm_struct *mm, uint64_t page,
		     unsigned int nr_pages)
{
	if (world->operations)
		fprintf(world->operations, "%" PRIu64 ",%" PRIu32 ",%#" PRIx64 ",%u,%c\n",
			world->now_ns / 1000, mm->pid, page << PAGE_SHIFT, nr_pages << PAGE_SHIFT,
			operation);
}
