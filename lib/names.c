// SPDX-License-Identifier: GPL-2.0-only
/* Names of all enum values, for traces and tables. */
#include <thpswap/names.h>

/* Arrays of characters, not of pointers: nothing to relocate, so nothing writable. */
static const char unknown[] = "?";

static const char revisions[THPSWAP_NR_REVISIONS][9] = {
	[THPSWAP_POSTED] = "posted",
	[THPSWAP_REVIEWED] = "reviewed",
};

static const char actions[THPSWAP_NR_ACTIONS][24] = {
	[THPSWAP_MAP] = "map",
	[THPSWAP_READ] = "read",
	[THPSWAP_LOOK_ON] = "look_on",
	[THPSWAP_LOOK_AGAIN] = "look_again",
	[THPSWAP_SPLIT] = "split",
	[THPSWAP_REFAULT] = "refault",
	[THPSWAP_DROP] = "drop",
	[THPSWAP_SIGBUS] = "sigbus",
	[THPSWAP_HWPOISON] = "hwpoison",
	[THPSWAP_FREE] = "free",
	[THPSWAP_FREE_IF_MEMCG_SWAP_FULL] = "free_if_memcg_swap_full",
	[THPSWAP_KEEP] = "keep",
};

static const char reasons[THPSWAP_NR_REASONS][15] = {
	[THPSWAP_REASON_NONE] = "none",
	[THPSWAP_REASON_PARTLY_CACHED] = "partly_cached",
	[THPSWAP_REASON_GONE] = "gone",
	[THPSWAP_REASON_FREE_SLOT] = "free_slot",
	[THPSWAP_REASON_NOT_ALLOWED] = "not_allowed",
	[THPSWAP_REASON_ZSWAP] = "zswap",
	[THPSWAP_REASON_MIXED_ZSWAP] = "mixed_zswap",
	[THPSWAP_REASON_MIXED_ZEROMAP] = "mixed_zeromap",
	[THPSWAP_REASON_MIXED_MEMCG] = "mixed_memcg",
	[THPSWAP_REASON_NO_MEMORY] = "no_memory",
	[THPSWAP_REASON_NO_CHARGE] = "no_charge",
	[THPSWAP_REASON_DEFERRED] = "deferred",
	[THPSWAP_REASON_EXISTS] = "exists",
	[THPSWAP_REASON_ZSWAP_CHANGED] = "zswap_changed",
	[THPSWAP_REASON_BUSY] = "busy",
	[THPSWAP_REASON_STALE] = "stale",
	[THPSWAP_REASON_CHANGED] = "changed",
	[THPSWAP_REASON_NOT_PMD_SIZED] = "not_pmd_sized",
	[THPSWAP_REASON_POISONED] = "poisoned",
	[THPSWAP_REASON_READ_ERROR] = "read_error",
	[THPSWAP_REASON_NOT_ANON] = "not_anon",
	[THPSWAP_REASON_DIRTY] = "dirty",
	[THPSWAP_REASON_NOT_CACHED] = "not_cached",
	[THPSWAP_REASON_NOT_MAPPED] = "not_mapped",
	[THPSWAP_REASON_SYNCHRONOUS_IO] = "synchronous_io",
	[THPSWAP_REASON_MLOCKED] = "mlocked",
	[THPSWAP_REASON_WRITE] = "write",
	[THPSWAP_REASON_NO_HURRY] = "no_hurry",
};

static const char cached_states[THPSWAP_NR_CACHED][10] = {
	[THPSWAP_CACHED_NOTHING] = "nothing",
	[THPSWAP_CACHED_PMD_FOLIO] = "pmd_folio",
	[THPSWAP_CACHED_OTHER] = "other",
};

static const char causes[THPSWAP_NR_NO_FOLIO][14] = {
	[THPSWAP_NO_FOLIO_MEMORY] = "memory",
	[THPSWAP_NO_FOLIO_CHARGE] = "charge",
	[THPSWAP_NO_FOLIO_DEFERRED] = "deferred",
	[THPSWAP_NO_FOLIO_EXISTS] = "exists",
	[THPSWAP_NO_FOLIO_GONE] = "gone",
	[THPSWAP_NO_FOLIO_ZSWAP_CHANGED] = "zswap_changed",
	[THPSWAP_NO_FOLIO_BUSY] = "busy",
};

const char *thpswap_revision_name(enum thpswap_revision revision)
{
	return (unsigned int)revision < THPSWAP_NR_REVISIONS ? revisions[revision] : unknown;
}

const char *thpswap_action_name(enum thpswap_action action)
{
	return (unsigned int)action < THPSWAP_NR_ACTIONS ? actions[action] : unknown;
}

const char *thpswap_reason_name(enum thpswap_reason reason)
{
	return (unsigned int)reason < THPSWAP_NR_REASONS ? reasons[reason] : unknown;
}

const char *thpswap_cached_name(enum thpswap_cached cached)
{
	return (unsigned int)cached < THPSWAP_NR_CACHED ? cached_states[cached] : unknown;
}

const char *thpswap_no_folio_name(enum thpswap_no_folio cause)
{
	return (unsigned int)cause < THPSWAP_NR_NO_FOLIO ? causes[cause] : unknown;
}
