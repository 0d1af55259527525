/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * 4. How is the folio mapped?
 *
 * May the page be exclusive to this process, may it be written to, which bits of the swap
 * entry go on, and does a write still have to be followed up?
 *
 * S: steps of the posted handler, R: known bugs of this logic, D: defects of the posted
 * handler; all of them are in NUMBERS.md beside this file.
 */
#ifndef THPSWAP_MAPPING_H
#define THPSWAP_MAPPING_H

#include <thpswap/env.h>
#include <thpswap/verdict.h>

/**
 * struct thpswap_mapping_facts - Entry, VMA, folio, device and fault, read under
 *	the folio lock and the PMD lock
 * @ref_count: references to the folio, all of them
 * @entry_exclusive: the swap PMD carries the exclusive marker
 * @entry_soft_dirty: the swap PMD carries the soft-dirty bit
 * @entry_uffd_wp: the swap PMD carries the uffd-wp bit
 * @vma_write: VM_WRITE
 * @vma_uffd_wp: the VMA is registered for userfaultfd write protection
 * @vma_uffd_rwp: the VMA is registered for userfaultfd read-write protection
 * @vma_soft_dirty: soft-dirty tracking is on for the VMA
 * @writeback: the folio is under writeback
 * @stable_writes: the swap device needs pages that stay stable under writeback
 * @write_fault: the fault is a write
 */
struct thpswap_mapping_facts {
	unsigned int ref_count;
	bool entry_exclusive;
	bool entry_soft_dirty;
	bool entry_uffd_wp;
	bool vma_write;
	bool vma_uffd_wp;
	bool vma_uffd_rwp;
	bool vma_soft_dirty;
	bool writeback;
	bool stable_writes;
	bool write_fault;
};

/**
 * struct thpswap_mapping - The new PMD, and what is left to do for the fault
 * @exclusive: rmap gets RMAP_EXCLUSIVE
 * @writable: pmd_mkwrite()
 * @dirty: pmd_mkdirty()
 * @soft_dirty: pmd_mksoft_dirty()
 * @uffd_wp: pmd_mkuffd_wp()
 * @no_access: the PMD denies reads too
 * @consume_write: drop FAULT_FLAG_WRITE, also for what is decided next
 * @follow_up: the write is still owed: call wp_huge_pmd()
 */
struct thpswap_mapping {
	bool exclusive;
	bool writable;
	bool dirty;
	bool soft_dirty;
	bool uffd_wp;
	bool no_access;
	bool consume_write;
	bool follow_up;
};

/*@ predicate WriteWouldTearIo(struct thpswap_mapping_facts facts) =
      facts.writeback && facts.stable_writes;

    predicate MarkerCounts(struct thpswap_mapping_facts facts) =
      facts.entry_exclusive && !WriteWouldTearIo(facts);

    predicate LooksSoleOwned(enum thpswap_revision revision, struct thpswap_mapping_facts facts) =
      revision == THPSWAP_POSTED && facts.ref_count == 1;

    predicate MapsExclusive(enum thpswap_revision revision, struct thpswap_mapping_facts facts) =
      MarkerCounts(facts) || LooksSoleOwned(revision, facts);

    predicate WriteProtectedByUffd(struct thpswap_mapping_facts facts) =
      facts.vma_uffd_wp && facts.entry_uffd_wp;

    predicate WriteProtectedBySoftDirty(struct thpswap_mapping_facts facts) =
      facts.vma_soft_dirty && !facts.entry_soft_dirty;

    predicate ReadWriteProtected(enum thpswap_revision revision,
                                 struct thpswap_mapping_facts facts) =
      revision != THPSWAP_POSTED && facts.vma_uffd_rwp && facts.entry_uffd_wp;

    predicate MapsWritable(enum thpswap_revision revision, struct thpswap_mapping_facts facts) =
      MapsExclusive(revision, facts) && facts.vma_write &&
      !WriteProtectedByUffd(facts) && !WriteProtectedBySoftDirty(facts) &&
      !ReadWriteProtected(revision, facts);
*/

/*@ terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   kept:           \result <==> MarkerCounts(facts);
*/
/**
 * thpswap_keeps_exclusive() - Does the swap entry's exclusive marker still count?
 * @facts: only entry_exclusive, writeback and stable_writes are looked at
 *
 * Step S11. A device that needs stable pages must not see them change while it
 * writes them (R03); every other exclusive page stays exclusive, whatever its
 * reference count (R02). The PTE path asks the same.
 *
 * Return: true when the mapping may be exclusive on the marker alone.
 */
bool thpswap_keeps_exclusive(struct thpswap_mapping_facts facts);

/*@ terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   exclusive:      \result.exclusive <==> MapsExclusive(revision, facts);
    ensures   writable:       \result.writable <==> MapsWritable(revision, facts);
    ensures   dirty:          \result.dirty <==> MapsWritable(revision, facts) && facts.write_fault;
    ensures   soft_dirty:     \result.soft_dirty <==> facts.entry_soft_dirty;
    ensures   uffd_wp:        \result.uffd_wp <==> facts.entry_uffd_wp;
    ensures   no_access:      \result.no_access <==> ReadWriteProtected(revision, facts);
    ensures   consume_write:  \result.consume_write <==>
                                revision == THPSWAP_POSTED &&
                                MapsWritable(revision, facts) && facts.write_fault;
    ensures   follow_up:      \result.follow_up <==>
                                facts.write_fault && !MapsWritable(revision, facts) &&
                                !ReadWriteProtected(revision, facts);
*/
/**
 * thpswap_decide_mapping() - How is the folio mapped, and is a write still owed?
 * @revision: the policy that decides
 * @facts: entry, VMA, folio, device and fault
 *
 * Steps S11 to S13 and the question of S17. Writable only when exclusive (R01),
 * never because of a dirty bit (R29), never past userfaultfd (R18) or soft-dirty
 * tracking (R17); both bits of the entry go on to the PMD (R16).
 *
 * The posted revision also takes a reference count of 1 for exclusive, which a
 * folio in the swap cache cannot have (D2), does not know read-write protection
 * (R19), and consumes the write flag (R07).
 *
 * Return: the new PMD and what is left to do. Total; nothing can go wrong.
 */
struct thpswap_mapping thpswap_decide_mapping(enum thpswap_revision revision,
					      struct thpswap_mapping_facts facts);

#endif
