/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What do_swap_page() asks libthpswap.
 *
 * For mm/memory.c: no type of the library here, so that it needs no include path.
 * The tree's own answer goes in: it is the answer in shadow mode, and without
 * CONFIG_THPSWAP; so it is with THPSWAP_TREE_DECIDES, to measure what asking costs.
 */
#ifndef MM_THPSWAP_PTE_SWAP_H
#define MM_THPSWAP_PTE_SWAP_H

#include <linux/mm_types.h>

struct swap_info_struct;

/* As a function: what it looks at is not worth its price when the library decides. */
typedef bool (*tree_free_swap_t)(struct swap_info_struct *si, struct folio *folio,
				 struct vm_area_struct *vma, bool exclusive,
				 unsigned int fault_flags);

#if defined(CONFIG_THPSWAP) && !defined(THPSWAP_TREE_DECIDES)

/**
 * thpswap_pte_exclusive() - May this page be mapped exclusive?
 * @tree_says: what 7.3 decided
 * @folio: the folio to be mapped, locked
 * @fresh: it was never in the swap cache, but copied from it for KSM
 * @si: the pinned swap device
 * @entry: the swap PTE, stable under its lock
 *
 * Return: true if nobody else can have the page.
 */
bool thpswap_pte_exclusive(bool tree_says, struct folio *folio, bool fresh,
			   struct swap_info_struct *si, pte_t entry);

/**
 * thpswap_pte_should_free_swap() - Try to free the swap cache, after the page is mapped?
 * @si: the pinned swap device
 * @folio: the folio that was mapped, locked, its slot given back
 * @vma: where it is mapped
 * @exclusive: it is mapped exclusive
 * @fault_flags: of the fault
 * @tree: how 7.3 decides
 *
 * Return: true if folio_free_swap() is worth a try. It does nothing as long as
 * another slot of the folio is in use, so either answer is safe.
 */
bool thpswap_pte_should_free_swap(struct swap_info_struct *si, struct folio *folio,
				  struct vm_area_struct *vma, bool exclusive,
				  unsigned int fault_flags, tree_free_swap_t tree);

/**
 * thpswap_pte_maps_whole() - May a large folio be mapped in one go?
 * @folio: the folio, in the swap cache, locked, whose PTEs are all swap entries, and alike
 * @page: the page of it that faulted
 *
 * 7.3 says yes, as it has looked for poison in @page only (D13).
 *
 * Return: false if the pages have to be mapped one by one.
 */
bool thpswap_pte_maps_whole(struct folio *folio, struct page *page);

#else

static inline bool thpswap_pte_exclusive(bool tree_says, struct folio *folio, bool fresh,
					 struct swap_info_struct *si, pte_t entry)
{
	return tree_says;
}

static inline bool thpswap_pte_should_free_swap(struct swap_info_struct *si, struct folio *folio,
						struct vm_area_struct *vma, bool exclusive,
						unsigned int fault_flags, tree_free_swap_t tree)
{
	return tree(si, folio, vma, exclusive, fault_flags);
}

static inline bool thpswap_pte_maps_whole(struct folio *folio, struct page *page)
{
	return true;
}

#endif

#endif
