/* SPDX-License-Identifier: GPL-2.0-only */
/* A page fault finds its handler. */
#ifndef THPSWAP_SIM_FAULT_H
#define THPSWAP_SIM_FAULT_H

#include "model.h"

vm_fault_t handle_mm_fault(struct region *region, uint64_t address, unsigned int flags);

#endif
