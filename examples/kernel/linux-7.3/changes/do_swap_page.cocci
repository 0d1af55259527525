// SPDX-License-Identifier: GPL-2.0-only
// do_swap_page() lets mm/thpswap/pte_swap.c decide: is a large folio mapped whole, is the page
// exclusive, is the swap cache freed? The tree's own code stays, for shadow mode and for
// CONFIG_THPSWAP=n.
// Applying it twice changes nothing.
//
// target: mm/memory.c
// expect: ^#include "thpswap/pte_swap\.h"$
// expect: if \(!thpswap_pte_maps_whole\(folio, page\)\)$
// expect: exclusive = thpswap_pte_exclusive\(exclusive,
// expect: if \(thpswap_pte_should_free_swap\(si, folio, vma,

@ask_batch@
symbol folio, page, page_idx, idx, check_folio;
@@
do_swap_page(...)
{
<+...
if (<+... swap_pte_batch(...) ...+>)
	goto check_folio;
+if (!thpswap_pte_maps_whole(folio, page))
+	goto check_folio;
page_idx = idx;
...+>
}

@ask_exclusive@
identifier folio, swapcache, exclusive, vmf, si, entry;
@@
do_swap_page(...)
{
<+...
if (!folio_test_ksm(folio)) {
	exclusive = pte_swp_exclusive(vmf->orig_pte);
	if (exclusive) check_swap_exclusive(...);
	if (folio != swapcache) { ... }
	else if (<+... data_race(si->flags & SWP_STABLE_WRITES) ...+>) { ... }
}
+exclusive = thpswap_pte_exclusive(exclusive, folio, folio != swapcache, si, vmf->orig_pte);
arch_swap_restore(folio_swap(entry, folio), folio);
...+>
}

@free_swap depends on ask_batch && ask_exclusive@
expression si, folio, vma, is_exclusive, flags;
@@
do_swap_page(...)
{
<+...
-should_try_to_free_swap(si, folio, vma, is_exclusive, flags)
+thpswap_pte_should_free_swap(si, folio, vma, is_exclusive, flags, should_try_to_free_swap)
...+>
}

@depends on free_swap@
@@
#include "swap.h"
+#include "thpswap/pte_swap.h"
