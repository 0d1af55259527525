/* SPDX-License-Identifier: GPL-2.0-only */
/* mprotect() of a part of a region: its PMD has to be split. */
#ifndef THPSWAP_SIM_MPROTECT_H
#define THPSWAP_SIM_MPROTECT_H

#include "model.h"

void mprotect_part(struct region *region);

#endif
