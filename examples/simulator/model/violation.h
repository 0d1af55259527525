/* SPDX-License-Identifier: GPL-2.0-only */
/* When the model is violated: what went wrong, and what led there. */
#ifndef THPSWAP_SIM_VIOLATION_H
#define THPSWAP_SIM_VIOLATION_H

#include "model.h"

/* Keeps the first violation only: what follows it is its consequence. */
void world_failed(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Remembered for the report of a violation. */
void world_event(const char *what, const struct mm_struct *mm, uint64_t number);

/* Freed folios stay readable while exploring, so that a late look is noticed. */
static inline void check_live(const struct folio *folio, const char *who)
{
	if (world->exploring && folio->freed)
		world_failed("%s() of a folio that has been freed", who);
}

/* Where the kernel demands the folio lock. */
static inline void check_locked(const struct folio *folio, const char *who)
{
	check_live(folio, who);
	if (world->exploring && !folio->locked)
		world_failed("%s() of a folio that is not locked", who);
}

#endif
