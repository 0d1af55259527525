// SPDX-License-Identifier: GPL-2.0-only
// clear_refs and pagemap: a swap entry has bits, but no page.
// target: fs/proc/task_mmu.c
// expect: \} else if \(is_swap_pmd\(pmd\)\) \{
// expect: if \(migration\)

@@
expression pmd;
@@
- is_migration_entry(pmd_to_swp_entry(pmd))
+ is_swap_pmd(pmd)

@@
expression pmd, entry;
identifier page, migration;
@@
- VM_BUG_ON(!is_pmd_migration_entry(pmd));
  migration = is_migration_entry(entry);
- page = pfn_swap_entry_to_page(entry);
+ if (migration)
+ 	page = pfn_swap_entry_to_page(entry);
