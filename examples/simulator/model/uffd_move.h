/* SPDX-License-Identifier: GPL-2.0-only */
/* UFFDIO_MOVE: what is swapped out goes to another address of the same process. */
#ifndef THPSWAP_SIM_UFFD_MOVE_H
#define THPSWAP_SIM_UFFD_MOVE_H

#include "model.h"

/* Moves page by page, until one is not swapped out or its folio may not move: EBUSY, say. */
void uffd_move_swapped(struct region *from, struct region *to);

#endif
