/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which accesses the trace lists. An access that is left out touches a page that was
 * listed, with a write if it is a write, since its region entered the set of the
 * nr_regions most recently touched ones: a memory that holds as many THPs still holds it.
 *
 * The caller has the lock.
 */
#ifndef THPSWAP_RECORD_THIN_H
#define THPSWAP_RECORD_THIN_H

#include "shared.h"

void thin_init(struct shared *shared);

/* Return: the region, now the most recent one. */
struct region *thin_touch(struct shared *shared, uint32_t pid, uint64_t page);

/* Return: the access is to be listed; from then on it counts as listed. */
bool thin_list(struct region *region, uint64_t page, bool write);

/* Return: a write to the page is listed since the stay began. */
bool thin_is_written(const struct region *region, uint64_t page);

/* What the pages held is gone or has another owner: the next access is listed again. */
void thin_forget(struct shared *shared, uint32_t pid, uint64_t address, uint64_t size);

#endif
