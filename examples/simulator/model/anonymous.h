/* SPDX-License-Identifier: GPL-2.0-only */
/* The first touch of anonymous memory, and folios for it. */
#ifndef THPSWAP_SIM_ANONYMOUS_H
#define THPSWAP_SIM_ANONYMOUS_H

#include "model.h"

/* Lets @entry, the PMD or a PTE of the fault, map @folio, and counts it. Its lock is held. */
void install(struct vm_fault *vmf, pmd_t *entry, struct folio *folio, uint64_t bits);

struct folio *new_anon_folio(unsigned int nr_pages, uint64_t index);

/* Return: false when there is no PMD-sized block. */
bool anonymous_huge(struct vm_fault *vmf);
vm_fault_t anonymous_page(struct vm_fault *vmf, pmd_t *pte, pmd_t old);
void add_page_table(struct vm_fault *vmf);

#endif
