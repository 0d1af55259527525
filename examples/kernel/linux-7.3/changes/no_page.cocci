// SPDX-License-Identifier: GPL-2.0-only
// mremap, clear_refs, PAGEMAP_SCAN and madvise() treat a swap entry as a migration entry, where
// they do not ask for its page.
// target: fs/proc/task_mmu.c mm/huge_memory.c mm/madvise.c
// expect: pmd_is_migration_or_swap_entry\((orig_)?pmd\)

@@
identifier f =~ "^move_soft_dirty_pmd$|^clear_soft_dirty_pmd$|^make_uffd_wp_pmd$|^madvise_free_huge_pmd$|^madvise_cold_or_pageout_pte_range$";
expression pmd;
@@
  f(...)
  {
  <...
- pmd_is_migration_entry(pmd)
+ pmd_is_migration_or_swap_entry(pmd)
  ...>
  }
