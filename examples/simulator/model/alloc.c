// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory of the model: from the C library, or from an arena that is thrown away
 * as a whole, for worlds that live for microseconds.
 */
#include <stdlib.h>
#include <string.h>

#include "alloc.h"

static char *arena;
static size_t arena_size;
static size_t arena_used;

void sim_use_arena(void *memory, size_t size)
{
	arena = memory;
	arena_size = size;
	arena_used = 0;
}

size_t sim_arena_used(void)
{
	return arena_used;
}

void *sim_alloc(size_t size)
{
	void *memory;

	if (!arena) {
		memory = calloc(1, size);
		if (!memory)
			abort();
		return memory;
	}
	size = (size + 15) & ~(size_t)15;
	if (size > arena_size - arena_used)
		abort();
	memory = arena + arena_used;
	arena_used += size;
	return memset(memory, 0, size);
}

void sim_release(void *memory)
{
	if (!arena)
		free(memory);
}
