/* SPDX-License-Identifier: GPL-2.0-only */
/* The prover's types, as simple as the handler can bear, and its constants. */
#ifndef THPSWAP_VERIFY_TYPES_H
#define THPSWAP_VERIFY_TYPES_H

#include <stdbool.h>
#include <stddef.h>

struct folio;
struct page;
struct mm_struct;

typedef unsigned int vm_fault_t;
typedef unsigned int rmap_t;
typedef unsigned long pgprot_t;

typedef struct {
	int taken;
} spinlock_t;

typedef struct {
	unsigned long val;
} swp_entry_t;

typedef struct {
	unsigned long val;
} pmd_t;

struct swap_info_struct {
	unsigned long flags;
};

struct vm_area_struct {
	struct mm_struct *vm_mm;
	unsigned long vm_flags;
	pgprot_t vm_page_prot;
};

struct vm_fault {
	struct vm_area_struct *vma;
	unsigned long address;
	unsigned int flags;
	pmd_t *pmd;
	pmd_t orig_pmd;
	spinlock_t *ptl;
};

/*
 * Constants. N and the mask are any; the others are Linux's.
 */

extern const unsigned int hpage_pmd_nr;
extern const unsigned long hpage_pmd_mask;

#define HPAGE_PMD_NR hpage_pmd_nr
#define HPAGE_PMD_MASK hpage_pmd_mask
#define PAGE_NONE 0ul
#define HPAGE_PMD_ORDER 9u // only handed on
#define GFP_KERNEL 0u
#define FAULT_FLAG_WRITE 1u
#define RMAP_NONE 0u
#define RMAP_EXCLUSIVE 1u
#define VM_WRITE 0x2ul
#define VM_UFFD_WP 0x1000ul
#define VM_LOCKED 0x2000ul
#define SWP_STABLE_WRITES 0x800ul
#define SWP_SYNCHRONOUS_IO 0x1000ul
#define VM_FAULT_SIGBUS 0x2u
#define VM_FAULT_MAJOR 0x4u
#define VM_FAULT_HWPOISON 0x10u
#define VM_FAULT_RETRY 0x400u
#define VM_FAULT_FALLBACK 0x800u
#define VM_FAULT_ERROR 0x873u

enum mm_counter { MM_ANONPAGES, MM_SWAPENTS };
enum vm_event { PGMAJFAULT };
enum tva_type { TVA_PAGEFAULT };

#include "../../examples/handler/constants.h"

#endif
