// SPDX-License-Identifier: GPL-2.0-only
// mremap() marks a swap entry soft-dirty as it does a migration entry.
// target: mm/huge_memory.c
// expect: if \(unlikely\(pmd_is_migration_or_swap_entry\(pmd\)\)\)

@@
identifier move =~ "^move_soft_dirty_pmd$";
expression pmd;
@@
  move(...)
  {
  <...
- is_pmd_migration_entry(pmd)
+ pmd_is_migration_or_swap_entry(pmd)
  ...>
  }
