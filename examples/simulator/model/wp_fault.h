/* SPDX-License-Identifier: GPL-2.0-only */
/* A write to what is mapped read-only. */
#ifndef THPSWAP_SIM_WP_FAULT_H
#define THPSWAP_SIM_WP_FAULT_H

#include "model.h"

vm_fault_t wp_huge_pmd(struct vm_fault *vmf);
vm_fault_t do_wp_page(struct vm_fault *vmf, pmd_t *pte, pmd_t old);

#endif
