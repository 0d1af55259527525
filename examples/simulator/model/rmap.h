/* SPDX-License-Identifier: GPL-2.0-only */
/* A folio learns that it is mapped. */
#ifndef THPSWAP_SIM_RMAP_H
#define THPSWAP_SIM_RMAP_H

#include "model.h"

void folio_add_new_anon_rmap(struct folio *folio, struct vm_area_struct *vma, unsigned long address,
			     rmap_t flags);
void folio_add_anon_rmap_pmd(struct folio *folio, struct page *page, struct vm_area_struct *vma,
			     unsigned long address, rmap_t flags);

#endif
