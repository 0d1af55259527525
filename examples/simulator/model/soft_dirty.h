/* SPDX-License-Identifier: GPL-2.0-only */
/* /proc/PID/clear_refs: soft-dirty tracking begins anew. */
#ifndef THPSWAP_SIM_SOFT_DIRTY_H
#define THPSWAP_SIM_SOFT_DIRTY_H

#include "model.h"

void clear_soft_dirty(struct region *region);

#endif
