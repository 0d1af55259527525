/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The simulator as a world for the fault handler: the names of ../../handler/primitives.md,
 * sorted by what kind of likeness to Linux they have, as in its tools/testing/vma:
 *   primitives/dup.h    duplicated: the same as in Linux
 *   primitives/stubs.h  stubbed: does nothing here
 *   the others          modelled: does the same to this model as Linux does to memory
 */
#ifndef THPSWAP_SIM_PRIMITIVES_H
#define THPSWAP_SIM_PRIMITIVES_H

#include "folio.h"
#include "page_table.h"
#include "primitives/dup.h"
#include "primitives/folio_state.h"
#include "primitives/pmd.h"
#include "primitives/process.h"
#include "primitives/stubs.h"
#include "rmap.h"
#include "swap_cache.h"
#include "swap_device.h"
#include "swapin.h"
#include "wp_fault.h"

#define HPAGE_PMD_NR (world->pmd_nr)
#define HPAGE_PMD_ORDER (world->pmd_shift)
#define HPAGE_PMD_MASK (~(unsigned long)0 << (world->pmd_shift + PAGE_SHIFT))
#define PAGE_NONE ((uint64_t)ENTRY_NO_ACCESS)

#include "../../handler/constants.h"

/* Each is do_huge_pmd_swap_page() to its own file: see CMakeLists.txt. */
vm_fault_t do_huge_pmd_swap_page_posted(struct vm_fault *vmf);
vm_fault_t do_huge_pmd_swap_page_reviewed(struct vm_fault *vmf);

#endif
