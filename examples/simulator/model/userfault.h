/*
 * SPDX-License-Identifier: GPL-2.0-only
 *
 * S, R and D numbers: include/thpswap/NUMBERS.md.
 */
/* userfaultfd: whoever watches the memory learns of the access, and lets it happen. */
#ifndef THPSWAP_SIM_USERFAULT_H
#define THPSWAP_SIM_USERFAULT_H

#include "model.h"

/* Is the monitor owed this access (R18, R19)? */
bool userfault_owed(const struct vm_fault *vmf, pmd_t entry);
vm_fault_t handle_userfault(struct vm_fault *vmf, pmd_t *entry, pmd_t old);

#endif
