/* SPDX-License-Identifier: GPL-2.0-only */
/* The PTE path: a fault on the swap entry of one page. */
#ifndef THPSWAP_SIM_SWAP_FAULT_H
#define THPSWAP_SIM_SWAP_FAULT_H

#include "model.h"

vm_fault_t do_swap_page(struct vm_fault *vmf, pmd_t *pte, pmd_t old);

#endif
