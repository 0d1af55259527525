// SPDX-License-Identifier: GPL-2.0-only
#include "oracle.h"

#include <stdio.h>
#include <stdlib.h>

#include "facts.h"

/*
 * A term is a conjunction written as letters: "AB!C" holds when A and B hold and
 * C does not. Each decision says what its letters mean.
 */
#define LETTER(letter, fact) ((uint32_t)((fact) ? 1 : 0) << ((letter) - 'A'))

/*
 * Each bool of the facts has a letter by its name. One that has none does not compile: the
 * oracle needs an opinion on it first. Counts and enums get letters where they are compared.
 */
#define NO_LETTER(name)

static bool term_holds(const char *term, uint32_t letters)
{
	for (; *term; term++) {
		const bool wanted = *term != '!';

		if (!wanted)
			term++;
		if (((letters >> (*term - 'A')) & 1u) != wanted)
			return false;
	}
	return true;
}

/* The rules of a table are disjoint and leave nothing open, so their order says nothing. */
struct rule {
	const char *term;
	struct thpswap_verdict verdict;
};

static struct thpswap_verdict the_only_rule(const char *table, const struct rule *rules,
					    uint32_t letters)
{
	const struct rule *found = NULL;
	unsigned int matches = 0;

	for (; rules->term; rules++) {
		if (!term_holds(rules->term, letters))
			continue;
		found = rules;
		matches++;
	}
	if (matches != 1) {
		fprintf(stderr,
			"oracle: %u rules of table '%s' match the letters %#x, expected 1\n",
			matches, table, (unsigned int)letters);
		abort();
	}
	return found->verdict;
}

static bool is_posted(enum thpswap_revision revision)
{
	return revision == THPSWAP_POSTED;
}

/*
 * Sets of slot kinds. The number of a kind is cached * 16 + in_use * 8 + zswap * 4 +
 * zeromap * 2 + memcg, so that the sets are the columns of a truth table.
 */
#define KINDS_ALL UINT64_C(0xffffffffffff)
#define KINDS_NOTHING UINT64_C(0x00000000ffff)
#define KINDS_PMD UINT64_C(0x0000ffff0000)
#define KINDS_OTHER UINT64_C(0xffff00000000)
#define KINDS_IN_USE UINT64_C(0xff00ff00ff00)
#define KINDS_ZSWAP UINT64_C(0xf0f0f0f0f0f0)
#define KINDS_ZEROMAP UINT64_C(0xcccccccccccc)
#define KINDS_MEMCG_B UINT64_C(0xaaaaaaaaaaaa)
#define NOT_IN(kinds) (KINDS_ALL & ~(kinds))

static const unsigned int memcg_ids[2] = { 0, 7 };

struct thpswap_slots oracle_slots_of_kind(unsigned int kind, unsigned int nr)
{
	return (struct thpswap_slots){
		.nr = nr,
		.memcg_id = memcg_ids[kind & 1u],
		.cached = (enum thpswap_cached)(kind / 16u),
		.in_use = (kind / 8u) % 2u == 1,
		.zswap = (kind / 4u) % 2u == 1,
		.zeromap = (kind / 2u) % 2u == 1,
	};
}

static bool divided(uint64_t kinds, uint64_t by)
{
	return (kinds & by) != 0 && (kinds & NOT_IN(by)) != 0;
}

struct thpswap_range oracle_range(unsigned int first, uint64_t kinds, unsigned int nr)
{
	const struct thpswap_slots slot = oracle_slots_of_kind(first, 1);

	return (struct thpswap_range){
		.nr = nr,
		.memcg_id = slot.memcg_id,
		.cached = slot.cached,
		.zeromap = slot.zeromap,
		.zswap = slot.zswap,
		.first_free = !slot.in_use,
		.mixed_cached = divided(kinds, KINDS_NOTHING) || divided(kinds, KINDS_PMD) ||
				divided(kinds, KINDS_OTHER),
		.mixed_memcg = divided(kinds, KINDS_MEMCG_B),
		.mixed_zeromap = divided(kinds, KINDS_ZEROMAP),
		.mixed_zswap = divided(kinds, KINDS_ZSWAP),
		.free_slot = (kinds & NOT_IN(KINDS_IN_USE)) != 0,
	};
}

struct thpswap_verdict oracle_source_of_kinds(enum thpswap_revision revision, unsigned int first,
					      uint64_t kinds, bool thp_allowed)
{
	const uint64_t slot_0 = UINT64_C(1) << first;
	const uint64_t any_if_forbidden = thp_allowed ? 0 : KINDS_ALL;
	/* The first row whose two sets both occur, in the documented order of reasons. */
	const struct {
		uint64_t one;
		uint64_t another;
		struct thpswap_verdict verdict;
	} reviewed[] = {
		{ NOT_IN(KINDS_NOTHING),
		  NOT_IN(KINDS_PMD),
		  { THPSWAP_SPLIT, THPSWAP_REASON_PARTLY_CACHED } },
		{ KINDS_PMD, KINDS_PMD, { THPSWAP_MAP, THPSWAP_REASON_NONE } },
		{ slot_0 & NOT_IN(KINDS_IN_USE),
		  KINDS_ALL,
		  { THPSWAP_REFAULT, THPSWAP_REASON_GONE } },
		{ NOT_IN(KINDS_IN_USE), KINDS_ALL, { THPSWAP_SPLIT, THPSWAP_REASON_FREE_SLOT } },
		{ any_if_forbidden, KINDS_ALL, { THPSWAP_SPLIT, THPSWAP_REASON_NOT_ALLOWED } },
		{ KINDS_ZSWAP, NOT_IN(KINDS_ZSWAP), { THPSWAP_SPLIT, THPSWAP_REASON_MIXED_ZSWAP } },
		{ KINDS_ZSWAP, KINDS_ALL, { THPSWAP_SPLIT, THPSWAP_REASON_ZSWAP } },
		{ KINDS_ZEROMAP,
		  NOT_IN(KINDS_ZEROMAP),
		  { THPSWAP_SPLIT, THPSWAP_REASON_MIXED_ZEROMAP } },
		{ KINDS_MEMCG_B,
		  NOT_IN(KINDS_MEMCG_B),
		  { THPSWAP_SPLIT, THPSWAP_REASON_MIXED_MEMCG } },
		{ KINDS_ALL, KINDS_ALL, { THPSWAP_READ, THPSWAP_REASON_NONE } },
	};
	unsigned int row = 0;

	if (is_posted(revision))
		return (struct thpswap_verdict){ (slot_0 & KINDS_NOTHING) ? THPSWAP_READ
									  : THPSWAP_MAP,
						 THPSWAP_REASON_NONE };

	while (!(kinds & reviewed[row].one) || !(kinds & reviewed[row].another))
		row++;
	return reviewed[row].verdict;
}

enum {
	range_mixed_cached = 'X',
	range_first_free = 'G',
	range_free_slot = 'E',
	range_mixed_zswap = 'W',
	range_zswap = 'Z',
	range_mixed_zeromap = 'D',
	range_mixed_memcg = 'M',
	range_zeromap = 'Y', /* in no term: which of the two all slots are does not matter */
};

#define RANGE_LETTER(name) | LETTER(range_##name, range->name)

/*
 * A: slot 0 was looked at       F: all N slots were looked at
 * C: slot 0 is in the PMD folio O: slot 0 is in some other folio
 * T: a THP is allowed
 *
 * C answers for all N slots: the folio begins at the first and is N pages long.
 */
struct thpswap_verdict oracle_source(enum thpswap_revision revision,
				     const struct thpswap_range *range, unsigned int pmd_nr_pages,
				     bool thp_allowed)
{
	static const struct rule posted[] = {
		{ "!A", { THPSWAP_LOOK_ON, THPSWAP_REASON_NONE } },
		{ "A!C!O", { THPSWAP_READ, THPSWAP_REASON_NONE } },
		{ "AC", { THPSWAP_MAP, THPSWAP_REASON_NONE } },
		{ "AO", { THPSWAP_MAP, THPSWAP_REASON_NONE } },
		{ NULL, { THPSWAP_MAP, THPSWAP_REASON_NONE } },
	};
	static const struct rule reviewed[] = {
		{ "!A", { THPSWAP_LOOK_ON, THPSWAP_REASON_NONE } },
		{ "AO", { THPSWAP_SPLIT, THPSWAP_REASON_PARTLY_CACHED } },
		{ "A!OX", { THPSWAP_SPLIT, THPSWAP_REASON_PARTLY_CACHED } },
		{ "AC!X", { THPSWAP_MAP, THPSWAP_REASON_NONE } },
		{ "A!C!O!XG", { THPSWAP_REFAULT, THPSWAP_REASON_GONE } },
		{ "A!C!O!X!GE", { THPSWAP_SPLIT, THPSWAP_REASON_FREE_SLOT } },
		{ "A!C!O!X!G!E!T", { THPSWAP_SPLIT, THPSWAP_REASON_NOT_ALLOWED } },
		{ "A!C!O!X!G!ETW", { THPSWAP_SPLIT, THPSWAP_REASON_MIXED_ZSWAP } },
		{ "A!C!O!X!G!ET!WZ", { THPSWAP_SPLIT, THPSWAP_REASON_ZSWAP } },
		{ "A!C!O!X!G!ET!W!ZD", { THPSWAP_SPLIT, THPSWAP_REASON_MIXED_ZEROMAP } },
		{ "A!C!O!X!G!ET!W!Z!DM", { THPSWAP_SPLIT, THPSWAP_REASON_MIXED_MEMCG } },
		{ "A!C!O!X!G!ET!W!Z!D!M!F", { THPSWAP_LOOK_ON, THPSWAP_REASON_NONE } },
		{ "A!C!O!X!G!ET!W!Z!D!MF", { THPSWAP_READ, THPSWAP_REASON_NONE } },
		{ NULL, { THPSWAP_MAP, THPSWAP_REASON_NONE } },
	};
	const uint32_t letters = LETTER('A', range->nr > 0) |
				 LETTER('F', range->nr >= pmd_nr_pages) | LETTER('T', thp_allowed) |
				 LETTER('C', range->cached == THPSWAP_CACHED_PMD_FOLIO) |
				 LETTER('O', range->cached != THPSWAP_CACHED_PMD_FOLIO &&
						     range->cached != THPSWAP_CACHED_NOTHING)
					 MEMBERS_OF_range(NO_LETTER, RANGE_LETTER, NO_LETTER);

	return the_only_rule("source", is_posted(revision) ? posted : reviewed, letters);
}

/* How often one fault looks again: the number of the policy, not the one of the header. */
#define MOST_LOOKS 3u

/* A letter for each cause that has a rule of its own; S: looked again less often than allowed */
struct thpswap_verdict oracle_fallback(enum thpswap_revision revision,
				       const struct thpswap_fallback_facts *facts)
{
	static const struct rule posted[] = {
		{ "M", { THPSWAP_SPLIT, THPSWAP_REASON_NO_MEMORY } },
		{ "C", { THPSWAP_SPLIT, THPSWAP_REASON_NO_CHARGE } },
		{ "D", { THPSWAP_SPLIT, THPSWAP_REASON_DEFERRED } },
		{ "E", { THPSWAP_SPLIT, THPSWAP_REASON_EXISTS } },
		{ "G", { THPSWAP_SPLIT, THPSWAP_REASON_GONE } },
		{ "Z", { THPSWAP_SPLIT, THPSWAP_REASON_ZSWAP_CHANGED } },
		{ "!M!C!D!E!G!Z", { THPSWAP_SPLIT, THPSWAP_REASON_BUSY } },
		{ NULL, { THPSWAP_MAP, THPSWAP_REASON_NONE } },
	};
	static const struct rule reviewed[] = {
		{ "M", { THPSWAP_SPLIT, THPSWAP_REASON_NO_MEMORY } },
		{ "C", { THPSWAP_SPLIT, THPSWAP_REASON_NO_CHARGE } },
		{ "D", { THPSWAP_SPLIT, THPSWAP_REASON_DEFERRED } },
		{ "ES", { THPSWAP_LOOK_AGAIN, THPSWAP_REASON_EXISTS } },
		{ "E!S", { THPSWAP_REFAULT, THPSWAP_REASON_EXISTS } },
		{ "G", { THPSWAP_REFAULT, THPSWAP_REASON_GONE } },
		{ "Z", { THPSWAP_SPLIT, THPSWAP_REASON_ZSWAP_CHANGED } },
		{ "!M!C!D!E!G!Z", { THPSWAP_SPLIT, THPSWAP_REASON_BUSY } },
		{ NULL, { THPSWAP_MAP, THPSWAP_REASON_NONE } },
	};
	const uint32_t letters = LETTER('M', facts->cause == THPSWAP_NO_FOLIO_MEMORY) |
				 LETTER('C', facts->cause == THPSWAP_NO_FOLIO_CHARGE) |
				 LETTER('D', facts->cause == THPSWAP_NO_FOLIO_DEFERRED) |
				 LETTER('E', facts->cause == THPSWAP_NO_FOLIO_EXISTS) |
				 LETTER('G', facts->cause == THPSWAP_NO_FOLIO_GONE) |
				 LETTER('Z', facts->cause == THPSWAP_NO_FOLIO_ZSWAP_CHANGED) |
				 LETTER('S', facts->looks < MOST_LOOKS);

	_Static_assert(THPSWAP_NR_NO_FOLIO == 7, "a cause has no letter");
	return the_only_rule("fallback", is_posted(revision) ? posted : reviewed, letters);
}

enum {
	folio_matches_entry = 'M',
	folio_entry_unchanged = 'E',
	folio_poisoned = 'P',
	folio_page_poisoned = 'Q',
	folio_uptodate = 'U',
};

#define FOLIO_LETTER(name) | LETTER(folio_##name, facts->name)

/* N: the folio has N pages */
struct thpswap_verdict oracle_validate(enum thpswap_revision revision,
				       const struct thpswap_validation_facts *facts)
{
	static const struct rule posted[] = {
		{ "!M", { THPSWAP_REFAULT, THPSWAP_REASON_STALE } },
		{ "M!N", { THPSWAP_SPLIT, THPSWAP_REASON_NOT_PMD_SIZED } },
		{ "MN!U", { THPSWAP_SIGBUS, THPSWAP_REASON_READ_ERROR } },
		{ "MNU", { THPSWAP_MAP, THPSWAP_REASON_NONE } },
		{ NULL, { THPSWAP_MAP, THPSWAP_REASON_NONE } },
	};
	static const struct rule reviewed[] = {
		{ "!M", { THPSWAP_REFAULT, THPSWAP_REASON_STALE } },
		{ "M!E", { THPSWAP_REFAULT, THPSWAP_REASON_CHANGED } },
		{ "ME!N", { THPSWAP_SPLIT, THPSWAP_REASON_NOT_PMD_SIZED } },
		{ "MENQ", { THPSWAP_HWPOISON, THPSWAP_REASON_POISONED } },
		{ "MEN!QP", { THPSWAP_SPLIT, THPSWAP_REASON_POISONED } },
		{ "MEN!Q!P!U", { THPSWAP_SIGBUS, THPSWAP_REASON_READ_ERROR } },
		{ "MEN!Q!PU", { THPSWAP_MAP, THPSWAP_REASON_NONE } },
		{ NULL, { THPSWAP_MAP, THPSWAP_REASON_NONE } },
	};
	const uint32_t letters = LETTER('N', facts->nr_pages == facts->pmd_nr_pages)
		MEMBERS_OF_validation_facts(NO_LETTER, FOLIO_LETTER, NO_LETTER);

	return the_only_rule("validate", is_posted(revision) ? posted : reviewed, letters);
}

enum {
	mapping_entry_exclusive = 'X',
	mapping_writeback = 'W',
	mapping_stable_writes = 'T',
	mapping_vma_write = 'V',
	mapping_vma_uffd_wp = 'U',
	mapping_vma_uffd_rwp = 'Q',
	mapping_entry_uffd_wp = 'M',
	mapping_vma_soft_dirty = 'D',
	mapping_entry_soft_dirty = 'B',
	mapping_write_fault = 'F',
};

#define MAPPING_LETTER(name) | LETTER(mapping_##name, facts->name)

/* S: a reference count of 1 */
static uint32_t mapping_letters(const struct thpswap_mapping_facts *facts)
{
	return LETTER('S', facts->ref_count == 1)
		MEMBERS_OF_mapping_facts(NO_LETTER, MAPPING_LETTER, NO_LETTER);
}

static unsigned int vetoes(const char *const *terms, uint32_t letters)
{
	unsigned int nr = 0;

	for (; *terms; terms++)
		nr += term_holds(*terms, letters);
	return nr;
}

static const char *const against_marker[] = { "!X", "WT", NULL };

bool oracle_keeps_exclusive(const struct thpswap_mapping_facts *facts)
{
	return vetoes(against_marker, mapping_letters(facts)) == 0;
}

struct thpswap_mapping oracle_mapping(enum thpswap_revision revision,
				      const struct thpswap_mapping_facts *facts)
{
	static const char *const against_exclusive_posted[] = { "!S!X", "!SWT", NULL };
	static const char *const against_writable_posted[] = { "!S!X", "!SWT", "!V",
							       "UM",   "D!B",  NULL };
	static const char *const against_writable[] = { "!X", "WT", "!V", "UM", "QM", "D!B", NULL };
	const uint32_t letters = mapping_letters(facts);
	const bool posted = is_posted(revision);
	const unsigned int read_only =
		vetoes(posted ? against_writable_posted : against_writable, letters);
	const bool protected_from_reads = !posted && term_holds("QM", letters);

	return (struct thpswap_mapping){
		.exclusive =
			vetoes(posted ? against_exclusive_posted : against_marker, letters) == 0,
		.writable = read_only == 0,
		.dirty = read_only == 0 && term_holds("F", letters),
		.soft_dirty = term_holds("B", letters),
		.uffd_wp = term_holds("M", letters),
		.no_access = protected_from_reads,
		.consume_write = posted && read_only == 0 && term_holds("F", letters),
		.follow_up = read_only > 0 && !protected_from_reads && term_holds("F", letters),
	};
}

enum {
	cache_swapcache = 'C',
	cache_synchronous_io = 'S',
	cache_vma_locked = 'L',
	cache_mlocked = 'K',
	cache_write_fault = 'W',
	cache_exclusive = 'X',
	cache_ksm = 'G',
};

#define CACHE_LETTER(name) | LETTER(cache_##name, facts->name)

/* R: no reference beyond the known ones */
struct thpswap_verdict oracle_free_swap(enum thpswap_revision revision,
					const struct thpswap_free_swap_facts *facts)
{
	static const struct rule posted[] = {
		{ "!C", { THPSWAP_KEEP, THPSWAP_REASON_NOT_CACHED } },
		{ "CS", { THPSWAP_FREE, THPSWAP_REASON_SYNCHRONOUS_IO } },
		{ "C!SL", { THPSWAP_FREE, THPSWAP_REASON_MLOCKED } },
		{ "C!S!LK", { THPSWAP_FREE, THPSWAP_REASON_MLOCKED } },
		{ "C!S!L!KW!GR", { THPSWAP_FREE, THPSWAP_REASON_WRITE } },
		{ "C!S!L!KW!G!R", { THPSWAP_FREE_IF_MEMCG_SWAP_FULL, THPSWAP_REASON_NO_HURRY } },
		{ "C!S!L!KWG", { THPSWAP_FREE_IF_MEMCG_SWAP_FULL, THPSWAP_REASON_NO_HURRY } },
		{ "C!S!L!K!W", { THPSWAP_FREE_IF_MEMCG_SWAP_FULL, THPSWAP_REASON_NO_HURRY } },
		{ NULL, { THPSWAP_KEEP, THPSWAP_REASON_NONE } },
	};
	static const struct rule reviewed[] = {
		{ "!C", { THPSWAP_KEEP, THPSWAP_REASON_NOT_CACHED } },
		{ "CS", { THPSWAP_FREE, THPSWAP_REASON_SYNCHRONOUS_IO } },
		{ "C!SL", { THPSWAP_FREE, THPSWAP_REASON_MLOCKED } },
		{ "C!S!LK", { THPSWAP_FREE, THPSWAP_REASON_MLOCKED } },
		{ "C!S!L!KWX", { THPSWAP_FREE, THPSWAP_REASON_WRITE } },
		{ "C!S!L!KW!X", { THPSWAP_FREE_IF_MEMCG_SWAP_FULL, THPSWAP_REASON_NO_HURRY } },
		{ "C!S!L!K!W", { THPSWAP_FREE_IF_MEMCG_SWAP_FULL, THPSWAP_REASON_NO_HURRY } },
		{ NULL, { THPSWAP_KEEP, THPSWAP_REASON_NONE } },
	};
	/* In 64 bits, because the sum of two counts may not wrap round to a small one. */
	const uint64_t known = (uint64_t)facts->extra_refs + (uint64_t)facts->nr_pages;
	const uint32_t letters = LETTER('R', (uint64_t)facts->ref_count == known)
		MEMBERS_OF_free_swap_facts(NO_LETTER, CACHE_LETTER, NO_LETTER);

	return the_only_rule("free_swap", is_posted(revision) ? posted : reviewed, letters);
}

struct thpswap_verdict oracle_unmapped(enum thpswap_revision revision,
				       const struct thpswap_unmapped_facts *facts)
{
	static const struct rule posted[] = {
		{ "!C", { THPSWAP_KEEP, THPSWAP_REASON_NOT_CACHED } },
		{ "C", { THPSWAP_KEEP, THPSWAP_REASON_NO_HURRY } },
		{ NULL, { THPSWAP_KEEP, THPSWAP_REASON_NONE } },
	};
	static const struct rule reviewed[] = {
		{ "!C", { THPSWAP_KEEP, THPSWAP_REASON_NOT_CACHED } },
		{ "C", { THPSWAP_FREE, THPSWAP_REASON_NOT_MAPPED } },
		{ NULL, { THPSWAP_KEEP, THPSWAP_REASON_NONE } },
	};
	const uint32_t letters = 0 MEMBERS_OF_unmapped_facts(NO_LETTER, CACHE_LETTER, NO_LETTER);

	return the_only_rule("unmapped", is_posted(revision) ? posted : reviewed, letters);
}

enum {
	batch_whole = 'W',
	batch_anon = 'A',
	batch_dirty = 'D',
	batch_poisoned = 'P',
	batch_page_poisoned = 'Q',
};

#define BATCH_LETTER(name) | LETTER(batch_##name, facts->name)

/* L: the folio has more than one page */
struct thpswap_batch oracle_batch(enum thpswap_revision revision,
				  const struct thpswap_batch_facts *facts)
{
	static const struct rule posted[] = {
		{ "Q", { THPSWAP_HWPOISON, THPSWAP_REASON_POISONED } },
		{ "!Q!L", { THPSWAP_MAP, THPSWAP_REASON_NONE } },
		{ "!QLW", { THPSWAP_MAP, THPSWAP_REASON_NONE } },
		{ "!QL!WA", { THPSWAP_MAP, THPSWAP_REASON_NONE } },
		{ "!QL!W!AD", { THPSWAP_REFAULT, THPSWAP_REASON_DIRTY } },
		{ "!QL!W!A!D", { THPSWAP_DROP, THPSWAP_REASON_NOT_ANON } },
		{ NULL, { THPSWAP_MAP, THPSWAP_REASON_NONE } },
	};
	static const struct rule reviewed[] = {
		{ "Q", { THPSWAP_HWPOISON, THPSWAP_REASON_POISONED } },
		{ "!Q!L", { THPSWAP_MAP, THPSWAP_REASON_NONE } },
		{ "!QLW!P", { THPSWAP_MAP, THPSWAP_REASON_NONE } },
		{ "!QL!WA", { THPSWAP_MAP, THPSWAP_REASON_NONE } },
		{ "!QLWPA", { THPSWAP_MAP, THPSWAP_REASON_NONE } },
		{ "!QL!W!AD", { THPSWAP_REFAULT, THPSWAP_REASON_DIRTY } },
		{ "!QLWP!AD", { THPSWAP_REFAULT, THPSWAP_REASON_DIRTY } },
		{ "!QL!W!A!D", { THPSWAP_DROP, THPSWAP_REASON_NOT_ANON } },
		{ "!QLWP!A!D", { THPSWAP_DROP, THPSWAP_REASON_NOT_ANON } },
		{ NULL, { THPSWAP_MAP, THPSWAP_REASON_NONE } },
	};
	static const char *const against_all_posted[] = { "Q", "!W", NULL };
	static const char *const against_all[] = { "P", "Q", "!W", NULL };
	static const char *const against_one[] = { "Q", "L!A", NULL };
	const bool is_old = is_posted(revision);
	const uint32_t letters = LETTER('L', facts->nr_pages > 1)
		MEMBERS_OF_batch_facts(NO_LETTER, BATCH_LETTER, NO_LETTER);
	const struct thpswap_verdict verdict =
		the_only_rule("batch", is_old ? posted : reviewed, letters);
	unsigned int nr_pages = 0;

	if (vetoes(against_one, letters) == 0)
		nr_pages = 1;
	if (term_holds("L", letters) &&
	    vetoes(is_old ? against_all_posted : against_all, letters) == 0)
		nr_pages = facts->nr_pages;
	return (struct thpswap_batch){ verdict.action, verdict.reason, nr_pages };
}

unsigned int oracle_result(enum thpswap_revision revision, const struct thpswap_result_facts *facts)
{
	unsigned int successes = 0;
	unsigned int errors = 0;

	for (unsigned int bit = 1; bit; bit <<= 1) {
		const bool masked = (facts->fallback_bit & bit) != 0;
		const bool from_fault =
			(facts->fault & bit) != 0 && (is_posted(revision) || !masked);
		const bool from_follow_up = (facts->follow_up & bit) != 0 && !masked;

		if (!from_fault && !from_follow_up)
			continue;
		if (facts->error_bits & bit)
			errors += bit;
		else
			successes += bit;
	}
	return errors ? errors : successes;
}
