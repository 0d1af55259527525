// SPDX-License-Identifier: GPL-2.0-only
/*
 * userfaultfd: whoever watches the memory learns of the access, and lets it happen.
 *
 * S, R and D numbers: include/thpswap/NUMBERS.md.
 */
#include "userfault.h"
#include "expect.h"
#include "page_table.h"
#include "primitives.h"

/* The monitor lets the access happen: the mark is cleared, and the fault is tried again. */
vm_fault_t handle_userfault(struct vm_fault *vmf, pmd_t *entry, pmd_t old)
{
	if (!lock_unchanged(vmf, entry, old))
		return 0;
	entry->val &= ~(uint64_t)(ENTRY_UFFD_WP | ENTRY_NO_ACCESS);
	expect_uffd_wp(vmf->region, entry, false);
	spin_unlock(vmf->ptl);
	return 0;
}

/* The monitor is owed every write to a marked page, and every access under RWP (R18, R19). */
bool userfault_owed(const struct vm_fault *vmf, pmd_t entry)
{
	if (!entry_has(entry, ENTRY_PRESENT | ENTRY_UFFD_WP))
		return false;
	return userfaultfd_rwp(vmf->vma) ||
	       (userfaultfd_wp(vmf->vma) && (vmf->flags & FAULT_FLAG_WRITE));
}
