/* SPDX-License-Identifier: GPL-2.0-only */
/* Unmapping: what was mapped is put, what was swapped out gives up its slots. */
#ifndef THPSWAP_SIM_ZAP_H
#define THPSWAP_SIM_ZAP_H

#include "model.h"

/* madvise(MADV_DONTNEED): the pages from @first on, under the mmap lock for reading. */
void madvise_dontneed(struct region *region, unsigned int first);

/* munmap() and exit: the same, under the mmap lock for writing. */
void munmap_region(struct region *region, unsigned int first);

#endif
