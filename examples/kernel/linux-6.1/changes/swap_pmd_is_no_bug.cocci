// SPDX-License-Identifier: GPL-2.0-only
// A swap PMD need not be a migration entry any more, where it is not asked for before.
// target: mm/huge_memory.c mm/madvise.c mm/memcontrol.c
// expect: !pmd_is_migration_or_swap_entry\((orig_)?pmd\)\);

@@
identifier f =~ "^madvise_free_huge_pmd$|^madvise_cold_or_pageout_pte_range$|^get_mctgt_type_thp$";
expression pmd;
@@
  f(...)
  {
  <...
  VM_BUG_ON(thp_migration_supported() &&
- !is_pmd_migration_entry(pmd)
+ !pmd_is_migration_or_swap_entry(pmd)
  );
  ...>
  }
