// SPDX-License-Identifier: GPL-2.0-only
/* Decision 4: how is the folio mapped, and is a write still owed? */
#include <thpswap/mapping.h>

bool thpswap_keeps_exclusive(struct thpswap_mapping_facts facts)
{
	const bool tears_io = facts.writeback && facts.stable_writes;

	return facts.entry_exclusive && !tears_io;
}

/*@ terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   exclusive:      \result <==> MapsExclusive(revision, facts);
*/
static bool maps_exclusive(enum thpswap_revision revision, struct thpswap_mapping_facts facts)
{
	if (thpswap_keeps_exclusive(facts))
		return true;
	return revision == THPSWAP_POSTED && facts.ref_count == 1;
}

/*@ terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   protected:      \result <==> WriteProtectedByUffd(facts) ||
                                WriteProtectedBySoftDirty(facts);
*/
static bool write_protected(struct thpswap_mapping_facts facts)
{
	if (facts.entry_uffd_wp && facts.vma_uffd_wp) /* R18 */
		return true;
	/* R17: tracking alone does not protect, a clear bit under tracking does. */
	return facts.vma_soft_dirty && !facts.entry_soft_dirty;
}

/* Branches, not an expression for each bit: a caller that sees them can merge its own. */
struct thpswap_mapping thpswap_decide_mapping(enum thpswap_revision revision,
					      struct thpswap_mapping_facts facts)
{
	struct thpswap_mapping mapping = { 0 };

	mapping.soft_dirty = facts.entry_soft_dirty;
	mapping.uffd_wp = facts.entry_uffd_wp;
	if (revision != THPSWAP_POSTED && facts.entry_uffd_wp && facts.vma_uffd_rwp)
		mapping.no_access = true; /* R19 */

	if (maps_exclusive(revision, facts)) {
		mapping.exclusive = true;
		if (facts.vma_write && !mapping.no_access && !write_protected(facts))
			mapping.writable = true;
	}

	if (!facts.write_fault)
		return mapping;
	if (mapping.writable) {
		mapping.dirty = true;
		mapping.consume_write = revision == THPSWAP_POSTED;
	} else if (!mapping.no_access) {
		mapping.follow_up = true;
	}
	return mapping;
}
