// SPDX-License-Identifier: GPL-2.0-only
/* Compiled inside mm/swapfile.c. */

/**
 * swap_dup_range_direct() - One more PMD swap entry for the slots of @entry.
 *
 * For a caller whose own PMD holds @entry. A range is one cluster.
 *
 * Return: 0; an error when a slot cannot be counted further now, and then no slot was.
 */
int swap_dup_range_direct(swp_entry_t entry)
{
	return swap_dup_entries_cluster(swap_entry_to_info(entry), swp_offset(entry), HPAGE_PMD_NR);
}
