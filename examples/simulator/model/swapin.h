/* SPDX-License-Identifier: GPL-2.0-only */
/* Bringing swapped memory in: what the slots look like, and a folio for them. */
#ifndef THPSWAP_SIM_SWAPIN_H
#define THPSWAP_SIM_SWAPIN_H

#include "model.h"

struct thpswap_slots swap_slots_batch(struct swap_info_struct *si, swp_entry_t entry,
				      unsigned int skip);
struct folio *swapin_alloc_pmd_folio(swp_entry_t entry, struct vm_area_struct *vma,
				     unsigned long haddr, enum thpswap_no_folio *cause);

/* One page for the PTE path. Return: NULL, without @error when somebody else was faster. */
struct folio *swapin_alloc_page(swp_entry_t entry, vm_fault_t *error);

#endif
