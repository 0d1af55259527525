// SPDX-License-Identifier: GPL-2.0-only
/* Compiled inside mm/rmap.c. */

/**
 * folio_set_anon_for_swapin() - Make a folio anon that is not mapped yet.
 *
 * Under the folio lock, before anybody else can take it: the PTE path maps single
 * pages, and would write the anon mapping into a tail page (D10). Shared, for all
 * that is known: the mapping is that of the oldest anon_vma.
 */
void folio_set_anon_for_swapin(struct folio *folio, struct vm_area_struct *vma, unsigned long haddr)
{
	VM_BUG_ON_FOLIO(!folio_test_locked(folio), folio);
	__folio_set_anon(folio, vma, haddr, false);
	/* It will be uncounted when the folio is freed. */
	mod_mthp_stat(HPAGE_PMD_ORDER, MTHP_STAT_NR_ANON, 1);
}
