// SPDX-License-Identifier: GPL-2.0-only
/* Decision 4: how is the folio mapped, and is a write still owed? */
#include <thpswap/thpswap.h>

bool thpswap_keeps_exclusive(struct thpswap_mapping_facts facts)
{
	const bool tears_io = facts.writeback && facts.stable_writes;

	return facts.entry_exclusive && !tears_io;
}

struct thpswap_mapping thpswap_decide_mapping(enum thpswap_revision revision,
					      struct thpswap_mapping_facts facts)
{
	const bool posted = revision == THPSWAP_POSTED;
	const bool exclusive = thpswap_keeps_exclusive(facts) || (posted && facts.ref_count == 1);
	const bool uffd_protected = facts.vma_uffd_wp && facts.entry_uffd_wp;
	const bool no_access = !posted && facts.vma_uffd_rwp && facts.entry_uffd_wp;
	/* R17: tracking alone does not protect, a clear bit under tracking does. */
	const bool soft_dirty_protected = facts.vma_soft_dirty && !facts.entry_soft_dirty;
	const bool writable = exclusive && facts.vma_write && !uffd_protected &&
			      !soft_dirty_protected && !no_access;
	const bool satisfied = writable && facts.write_fault;

	return (struct thpswap_mapping){
		.exclusive = exclusive,
		.writable = writable,
		.dirty = satisfied,
		.soft_dirty = facts.entry_soft_dirty,
		.uffd_wp = facts.entry_uffd_wp,
		.no_access = no_access,
		.consume_write = posted && satisfied,
		.follow_up = facts.write_fault && !writable && !no_access,
	};
}
