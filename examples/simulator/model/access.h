/* SPDX-License-Identifier: GPL-2.0-only */
/* What a CPU does: load and store, and fault when the page tables say no. */
#ifndef THPSWAP_SIM_ACCESS_H
#define THPSWAP_SIM_ACCESS_H

#include "model.h"

/* Return: false once the model has been violated; world->error says how. */
bool sim_access(struct mm_struct *mm, uint64_t address, uint64_t size, bool write);

#endif
