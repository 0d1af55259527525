// SPDX-License-Identifier: GPL-2.0-only
/*
 * The swap slots of a PMD swap entry. Compiled inside mm/swapfile.c, whose static
 * functions it needs. A range is one cluster: THP swap-out allocates whole ones.
 */

/* What is not in use, or whose count would continue on another page, is left to the PTE path. */
static bool slots_can_count(struct swap_info_struct *si, unsigned long offset, int more)
{
	int i;

	for (i = 0; i < HPAGE_PMD_NR; i++)
		if (!si->swap_map[offset + i] ||
		    swap_count(si->swap_map[offset + i]) + more > SWAP_MAP_MAX)
			return false;
	return true;
}

/**
 * swap_range_can_count() - Can the slots of @entry get so many more PMD swap entries?
 *
 * Without a lock: swap_duplicate_range() has the last word.
 */
bool swap_range_can_count(swp_entry_t entry, int more)
{
	struct swap_info_struct *si = get_swap_device(entry);
	bool can;

	if (!si)
		return false;
	can = slots_can_count(si, swp_offset(entry), more);
	put_swap_device(si);
	return can;
}

/**
 * swap_duplicate_range() - One more PMD swap entry for the slots of @entry.
 *
 * Return: 0; -ENOMEM when a slot cannot be counted further here, and then
 * no slot was.
 */
int swap_duplicate_range(swp_entry_t entry)
{
	unsigned long offset = swp_offset(entry);
	struct swap_info_struct *si = get_swap_device(entry);
	struct swap_cluster_info *ci;
	int i;
	int err;

	if (!si)
		return -ENOMEM;

	ci = lock_cluster_or_swap_info(si, offset);
	err = slots_can_count(si, offset, 1) ? 0 : -ENOMEM;
	for (i = 0; i < HPAGE_PMD_NR && !err; i++)
		WRITE_ONCE(si->swap_map[offset + i], si->swap_map[offset + i] + 1);
	unlock_cluster_or_swap_info(si, ci);
	put_swap_device(si);
	return err;
}

/* Drop one use of each slot; is there one now that only the swap cache keeps? */
static bool put_range(struct swap_info_struct *si, swp_entry_t entry)
{
	unsigned long offset = swp_offset(entry);
	struct swap_cluster_info *ci;
	bool only_cached = false;
	unsigned char usage;
	int i;

	ci = lock_cluster_or_swap_info(si, offset);
	for (i = 0; i < HPAGE_PMD_NR; i++) {
		usage = __swap_entry_free_locked(si, offset + i, 1);
		if (usage == SWAP_HAS_CACHE)
			only_cached = true;
		if (usage)
			continue;
		unlock_cluster_or_swap_info(si, ci);
		free_swap_slot(swp_entry(si->type, offset + i));
		ci = lock_cluster_or_swap_info(si, offset);
	}
	unlock_cluster_or_swap_info(si, ci);
	return only_cached;
}

/* swap_free_range() - One PMD swap entry less for the slots of @entry. */
void swap_free_range(swp_entry_t entry)
{
	struct swap_info_struct *si = get_swap_device(entry);

	if (!si)
		return;
	put_range(si, entry);
	put_swap_device(si);
}

/* free_swap_range_and_cache() - The same, and what only the swap cache keeps goes too. */
void free_swap_range_and_cache(swp_entry_t entry)
{
	struct swap_info_struct *si = get_swap_device(entry);
	unsigned long offset = swp_offset(entry);
	unsigned long end = offset + HPAGE_PMD_NR;

	if (!si)
		return;
	if (!put_range(si, entry))
		end = offset;
	/* One folio has all slots of a huge cluster: it goes or it stays. */
	else if (cluster_is_huge(si->cluster_info + offset / SWAPFILE_CLUSTER))
		end = offset + 1;
	for (; offset < end; offset++) {
		if (READ_ONCE(si->swap_map[offset]) != SWAP_HAS_CACHE ||
		    swap_page_trans_huge_swapped(si, swp_entry(si->type, offset)))
			continue;
		__try_to_reclaim_swap(si, offset, TTRS_UNMAPPED | TTRS_FULL);
	}
	put_swap_device(si);
}

/**
 * swapcache_prepare_range() - Reserve the slots of @entry for a folio about to be read.
 *
 * The cluster becomes a huge one again: for a folio of its size, freeing swap asks
 * all the slots and not just the first.
 *
 * Return: 0; -EEXIST when a slot is in the swap cache already, -ENOENT when one
 * is not used any more.
 */
int swapcache_prepare_range(swp_entry_t entry)
{
	struct swap_info_struct *si = get_swap_device(entry);
	unsigned long offset = swp_offset(entry);
	struct swap_cluster_info *ci;
	int err = 0;
	int i;

	if (!si)
		return -ENOENT;

	ci = lock_cluster_or_swap_info(si, offset);
	for (i = 0; i < HPAGE_PMD_NR && !err; i++) {
		if (si->swap_map[offset + i] & SWAP_HAS_CACHE)
			err = -EEXIST;
		else if (!swap_count(si->swap_map[offset + i]))
			err = -ENOENT;
	}
	if (!err) {
		for (i = 0; i < HPAGE_PMD_NR; i++)
			WRITE_ONCE(si->swap_map[offset + i],
				   si->swap_map[offset + i] | SWAP_HAS_CACHE);
		ci->flags |= CLUSTER_FLAG_HUGE;
	}
	unlock_cluster_or_swap_info(si, ci);
	put_swap_device(si);
	return err;
}
