/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory of the model: from the C library, or from an arena that is thrown away
 * as a whole, for worlds that live for microseconds.
 */
#ifndef THPSWAP_SIM_ALLOC_H
#define THPSWAP_SIM_ALLOC_H

#include "model.h"

/* Zeroed memory; ends the program when there is none. */
void *sim_alloc(size_t size);
void sim_release(void *memory);

/* From now on from @memory; NULL: from the C library again. */
void sim_use_arena(void *memory, size_t size);
size_t sim_arena_used(void);

#endif
