// SPDX-License-Identifier: GPL-2.0-only
/*
 * /sys/kernel/debug/thpswap: what was decided, and, in shadow mode, where the
 * library and the tree differ. Every answer that a decision knows has a line,
 * also when nobody got it yet.
 */
#include <linux/cpumask.h>
#include <linux/debugfs.h>
#include <linux/init.h>
#include <linux/seq_file.h>

#include "counts.h"

DEFINE_PER_CPU(unsigned long[THPSWAP_NR_COUNTS], thpswap_counts);

static unsigned long total(unsigned int counter)
{
	unsigned long sum = 0;
	unsigned int cpu;

	for (cpu = 0; cpu < nr_cpu_ids; cpu++) {
		if (cpu_possible(cpu))
			sum += per_cpu(thpswap_counts, cpu)[counter];
	}
	return sum;
}

static void show_by_action(struct seq_file *file, const char *decision, unsigned int first,
			   const enum thpswap_action *actions, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		seq_printf(file, "%s:%s %lu\n", decision, thpswap_action_name(actions[i]),
			   total(first + actions[i]));
}

static void show_by_name(struct seq_file *file, const char *decision, unsigned int first,
			 const char *const *names, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		seq_printf(file, "%s:%s %lu\n", decision, names[i], total(first + i));
}

/* Any other pair would be news: it is shown only if it has come. */
static bool known(bool freed, enum thpswap_reason reason)
{
	if (freed)
		return reason > THPSWAP_REASON_NOT_CACHED;
	return reason == THPSWAP_REASON_NOT_CACHED || reason == THPSWAP_REASON_NO_HURRY;
}

static void show_free_swap(struct seq_file *file, const char *decision, unsigned int first)
{
	static const enum thpswap_action actions[] = { THPSWAP_KEEP, THPSWAP_FREE };
	enum thpswap_reason reason;
	unsigned long count;
	int freed;

	for (freed = 1; freed >= 0; freed--) {
		for (reason = 0; reason < THPSWAP_NR_REASONS; reason++) {
			count = total(first + freed * THPSWAP_NR_REASONS + reason);
			if (count || known(freed, reason))
				seq_printf(file, "%s:%s:%s %lu\n", decision,
					   thpswap_action_name(actions[freed]),
					   thpswap_reason_name(reason), count);
		}
	}
}

static int decisions_show(struct seq_file *file, void *unused)
{
	static const enum thpswap_action source[] = { THPSWAP_MAP, THPSWAP_READ, THPSWAP_SPLIT,
						      THPSWAP_REFAULT };
	static const enum thpswap_action fallback[] = { THPSWAP_SPLIT, THPSWAP_LOOK_AGAIN,
							THPSWAP_REFAULT };
	static const enum thpswap_action validate[] = { THPSWAP_MAP, THPSWAP_SPLIT, THPSWAP_REFAULT,
							THPSWAP_SIGBUS, THPSWAP_HWPOISON };
	static const enum thpswap_action unmapped[] = { THPSWAP_FREE, THPSWAP_KEEP };
	static const char *const mapping[THPSWAP_NR_MAPPING_COUNTS] = {
		[THPSWAP_MAPPED_EXCLUSIVE] = "exclusive",
		[THPSWAP_MAPPED_SHARED] = "shared",
		[THPSWAP_MAPPED_SHARED_FOR_STABLE_WRITES] = "dropped_stable_writes",
		[THPSWAP_MAPPED_WRITABLE] = "writable",
		[THPSWAP_MAPPED_DIRTY] = "dirty",
		[THPSWAP_MAPPED_FOLLOW_UP] = "follow_up",
	};
	static const char *const exclusive[THPSWAP_NR_EXCLUSIVE_COUNTS] = {
		[THPSWAP_MARKER_KEPT] = "kept",
		[THPSWAP_MARKER_DROPPED] = "dropped_stable_writes",
		[THPSWAP_UNMARKED] = "unmarked",
	};
	static const char *const batch[THPSWAP_NR_BATCH_COUNTS] = {
		[THPSWAP_MAPPED_WHOLE] = "whole",
		[THPSWAP_NOT_MAPPED_WHOLE] = "not_whole",
	};

	show_by_action(file, "pmd_source", THPSWAP_PMD_SOURCE, source, ARRAY_SIZE(source));
	show_by_action(file, "pmd_fallback", THPSWAP_PMD_FALLBACK, fallback, ARRAY_SIZE(fallback));
	show_by_action(file, "pmd_validate", THPSWAP_PMD_VALIDATE, validate, ARRAY_SIZE(validate));
	show_by_action(file, "pmd_unmapped", THPSWAP_PMD_UNMAPPED, unmapped, ARRAY_SIZE(unmapped));
	show_by_name(file, "pmd_mapping", THPSWAP_PMD_MAPPING, mapping, ARRAY_SIZE(mapping));
	show_free_swap(file, "pmd_free_swap", THPSWAP_PMD_FREE_SWAP);
	show_free_swap(file, "pte_free_swap", THPSWAP_PTE_FREE_SWAP);
	show_by_name(file, "pte_exclusive", THPSWAP_PTE_EXCLUSIVE, exclusive,
		     ARRAY_SIZE(exclusive));
	show_by_name(file, "pte_batch", THPSWAP_PTE_BATCH, batch, ARRAY_SIZE(batch));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(decisions);

static int differences_show(struct seq_file *file, void *unused)
{
	static const char *const free_swap[] = { "tree_keep:library_free",
						 "tree_free:library_keep" };
	static const char *const exclusive[] = { "tree_shared:library_exclusive",
						 "tree_exclusive:library_shared" };
	static const char *const batch[] = { "tree_whole:library_not_whole" };
	unsigned int first = THPSWAP_PTE_FREE_SWAP_DIFFERS;
	enum thpswap_reason reason;
	unsigned int tree_frees;
	unsigned long count;

	for (tree_frees = 0; tree_frees < 2; tree_frees++) {
		for (reason = 0; reason < THPSWAP_NR_REASONS; reason++) {
			count = total(first + reason);
			if (count || known(!tree_frees, reason))
				seq_printf(file, "pte_free_swap:%s:%s %lu\n", free_swap[tree_frees],
					   thpswap_reason_name(reason), count);
		}
		first += THPSWAP_NR_REASONS;
	}
	show_by_name(file, "pte_exclusive", THPSWAP_PTE_EXCLUSIVE_DIFFERS, exclusive,
		     ARRAY_SIZE(exclusive));
	show_by_name(file, "pte_batch", THPSWAP_PTE_BATCH_DIFFERS, batch, ARRAY_SIZE(batch));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(differences);

static int __init thpswap_counters_init(void)
{
	struct dentry *dir = debugfs_create_dir("thpswap", NULL);

	debugfs_create_file("decisions", 0444, dir, NULL, &decisions_fops);
	if (IS_ENABLED(CONFIG_THPSWAP_SHADOW))
		debugfs_create_file("differences", 0444, dir, NULL, &differences_fops);
	return 0;
}
late_initcall(thpswap_counters_init);
