/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What do all answers have in common?
 *
 * A decision answers with an action, which is what the handler does next, and a reason,
 * which is why, for counters and traces. Which of two policies decides is an argument of
 * every call; there is no state.
 *
 * S: steps of the posted handler, R: known bugs of this logic, D: defects of the posted
 * handler; all of them are in NUMBERS.md beside this file.
 */
#ifndef THPSWAP_VERDICT_H
#define THPSWAP_VERDICT_H

#include <thpswap/env.h>

/**
 * enum thpswap_revision - Which policy decides?
 * @THPSWAP_POSTED: the handler as posted on 27 April 2026
 * @THPSWAP_REVIEWED: what do_swap_page() of Linux 7.3, the later versions of the series and
 *	this project settled on; NUMBERS.md says which point comes from where
 * @THPSWAP_NR_REVISIONS: how many there are
 *
 * Chosen by the caller for each call; any other value decides as
 * THPSWAP_REVIEWED does.
 */
enum thpswap_revision { THPSWAP_POSTED, THPSWAP_REVIEWED, THPSWAP_NR_REVISIONS };

/**
 * enum thpswap_action - What the handler does next
 * @THPSWAP_MAP: go on with this folio towards a PMD mapping
 * @THPSWAP_READ: allocate one PMD-sized folio and read the whole range into it
 * @THPSWAP_LOOK_ON: the answer depends on slots that were not looked at yet
 * @THPSWAP_LOOK_AGAIN: look the entry up in the swap cache again, in the same fault
 * @THPSWAP_SPLIT: replace the PMD swap entry by N PTE swap entries, and refault
 * @THPSWAP_REFAULT: give everything back and let the fault happen again
 * @THPSWAP_DROP: take the folio out of the swap cache, then as THPSWAP_REFAULT
 * @THPSWAP_SIGBUS: the data is lost
 * @THPSWAP_HWPOISON: the page that faulted is hardware-poisoned
 * @THPSWAP_FREE: try to free the swap cache of the folio
 * @THPSWAP_FREE_IF_MEMCG_SWAP_FULL: as THPSWAP_FREE if mem_cgroup_swap_full(),
 *	else as THPSWAP_KEEP; only now is that walk worth its price
 * @THPSWAP_KEEP: leave the swap cache alone
 * @THPSWAP_NR_ACTIONS: how many there are
 */
enum thpswap_action {
	THPSWAP_MAP,
	THPSWAP_READ,
	THPSWAP_LOOK_ON,
	THPSWAP_LOOK_AGAIN,
	THPSWAP_SPLIT,
	THPSWAP_REFAULT,
	THPSWAP_DROP,
	THPSWAP_SIGBUS,
	THPSWAP_HWPOISON,
	THPSWAP_FREE,
	THPSWAP_FREE_IF_MEMCG_SWAP_FULL,
	THPSWAP_KEEP,
	THPSWAP_NR_ACTIONS
};

/**
 * enum thpswap_reason - Why not simply go on
 * @THPSWAP_REASON_NONE: Nothing stands in the way. Go on.
 * @THPSWAP_REASON_PARTLY_CACHED: The swap cache holds something for a slot, but not
 *	one PMD folio for all of them: the folio was split, or a page was read alone.
 *	What is on the device may be older, so the range must not be read whole (R23).
 * @THPSWAP_REASON_GONE: The first slot has no user any more. The entry has been mapped,
 *	split or zapped since the fault began; the fault looks again, and nothing is
 *	read that is nobody's (R04).
 * @THPSWAP_REASON_FREE_SLOT: A later slot has no user any more, the first one still has.
 * @THPSWAP_REASON_NOT_ALLOWED: The THP policy of today forbids a PMD-sized folio here,
 *	though it allowed one when this was swapped out. Read page by page.
 * @THPSWAP_REASON_ZSWAP: All slots are in zswap, or zswap may hold them. zswap cannot
 *	load a large folio, the read would fail over good data (D5). Read page by page.
 * @THPSWAP_REASON_MIXED_ZSWAP: Some slots are in zswap, others are not (R22). Read page
 *	by page.
 * @THPSWAP_REASON_MIXED_ZEROMAP: Some slots are zero-filled and were never written,
 *	others are on the device. One read cannot serve both (R21). Read page by page.
 * @THPSWAP_REASON_MIXED_MEMCG: The slots are charged to different memcgs, as after
 *	pages of one entry have moved between them. One folio has one memcg only.
 * @THPSWAP_REASON_NO_MEMORY: There is no free PMD-sized block. N single pages may well
 *	be free, so this is no shortage of memory. Split, never report OOM.
 * @THPSWAP_REASON_NO_CHARGE: The memcg refused N pages at once. It may still grant
 *	single ones. Split, never report OOM.
 * @THPSWAP_REASON_DEFERRED: The memory for the deferred-split list of the memcg, on which
 *	the folio may have to be put one day, could not be had.
 * @THPSWAP_REASON_EXISTS: Somebody else brought the first slot into the swap cache between
 *	the look at it and the attempt to add a folio. Nothing is lost; what the other
 *	one reads can be waited for, and the THP is kept.
 * @THPSWAP_REASON_ZSWAP_CHANGED: zswap was switched on between the look at the slots and
 *	the read, which it would refuse (D5). Read page by page.
 * @THPSWAP_REASON_BUSY: The swap cache could not take the folio for another cause: a later
 *	slot was cached, freed or changed while the folio was allocated. Not tried again
 *	at the same order (R14).
 * @THPSWAP_REASON_STALE: The folio was looked up without its lock, and left the swap
 *	cache or was reused for other slots before the lock was ours. Give it back; the
 *	fault looks again (R04).
 * @THPSWAP_REASON_CHANGED: Under its lock the PMD is not the one that faulted any more.
 *	Whatever is wrong with the folio is no business of this fault (D11).
 * @THPSWAP_REASON_NOT_PMD_SIZED: The folio has been split between the lookup and the
 *	lock. Its pages are good, the PTE path maps them one by one.
 * @THPSWAP_REASON_POISONED: A page of the folio is hardware-poisoned. Is it the one that
 *	faulted, it is reported. Else a PMD would hide it (R20), and so would N PTEs set
 *	at once (D13): the other pages are mapped one by one.
 * @THPSWAP_REASON_READ_ERROR: The read is over and the folio is not uptodate: the data
 *	is lost. The process has to know, by SIGBUS.
 * @THPSWAP_REASON_NOT_ANON: A large folio that is not anon, as one that was read and never
 *	mapped, and whose pages cannot be mapped all at once. It is nobody's (D10).
 * @THPSWAP_REASON_DIRTY: The same, but it holds the only copy of its data (R37).
 * @THPSWAP_REASON_NOT_CACHED: The folio is not in the swap cache. There is nothing to
 *	free.
 * @THPSWAP_REASON_NOT_MAPPED: The fault ends without a mapping. Who gave up the slots
 *	meanwhile could not free the swap cache while the fault held the folio lock, and
 *	nobody else will (D12). Try it; it does nothing while a slot has a user.
 * @THPSWAP_REASON_SYNCHRONOUS_IO: The device is as fast as memory: reading again is
 *	cheap, while a slot that stays in use costs memory of its own. Free it.
 * @THPSWAP_REASON_MLOCKED: The memory will not be swapped out again, so its slots have
 *	no use. Free them.
 * @THPSWAP_REASON_WRITE: The page is about to change, so its copy on the device is of
 *	no use any more. Free it.
 * @THPSWAP_REASON_NO_HURRY: None of these. A clean copy in the swap cache may save a
 *	write later; only a full swap asks for its slots.
 * @THPSWAP_NR_REASONS: how many there are
 */
enum thpswap_reason {
	THPSWAP_REASON_NONE,
	THPSWAP_REASON_PARTLY_CACHED,
	THPSWAP_REASON_GONE,
	THPSWAP_REASON_FREE_SLOT,
	THPSWAP_REASON_NOT_ALLOWED,
	THPSWAP_REASON_ZSWAP,
	THPSWAP_REASON_MIXED_ZSWAP,
	THPSWAP_REASON_MIXED_ZEROMAP,
	THPSWAP_REASON_MIXED_MEMCG,
	THPSWAP_REASON_NO_MEMORY,
	THPSWAP_REASON_NO_CHARGE,
	THPSWAP_REASON_DEFERRED,
	THPSWAP_REASON_EXISTS,
	THPSWAP_REASON_ZSWAP_CHANGED,
	THPSWAP_REASON_BUSY,
	THPSWAP_REASON_STALE,
	THPSWAP_REASON_CHANGED,
	THPSWAP_REASON_NOT_PMD_SIZED,
	THPSWAP_REASON_POISONED,
	THPSWAP_REASON_READ_ERROR,
	THPSWAP_REASON_NOT_ANON,
	THPSWAP_REASON_DIRTY,
	THPSWAP_REASON_NOT_CACHED,
	THPSWAP_REASON_NOT_MAPPED,
	THPSWAP_REASON_SYNCHRONOUS_IO,
	THPSWAP_REASON_MLOCKED,
	THPSWAP_REASON_WRITE,
	THPSWAP_REASON_NO_HURRY,
	THPSWAP_NR_REASONS
};

/**
 * struct thpswap_verdict - An answer: what to do, and why
 * @action: what the handler does next
 * @reason: why, for counters and traces; THPSWAP_REASON_NONE for MAP and READ,
 *	and for LOOK_ON, which only asks for more facts
 */
struct thpswap_verdict {
	enum thpswap_action action;
	enum thpswap_reason reason;
};

#endif
