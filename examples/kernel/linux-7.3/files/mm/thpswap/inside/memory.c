// SPDX-License-Identifier: GPL-2.0-only
/* Compiled inside mm/memory.c. */

/* thpswap_wp_huge_pmd() - A write to the PMD that has just been mapped. */
vm_fault_t thpswap_wp_huge_pmd(struct vm_fault *vmf)
{
	return wp_huge_pmd(vmf);
}
