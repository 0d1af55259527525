/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A small model of anonymous memory and swap: processes, page tables, folios,
 * the swap cache, one swap device, a memory limit. One thing is not modelled but
 * real: which store each page holds, so that a load of old data is noticed.
 *
 * The names are the kernel's. What is called page here is one base page; a PMD
 * maps world->pmd_nr of them.
 */
#ifndef THPSWAP_SIM_MODEL_H
#define THPSWAP_SIM_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <thpswap/thpswap.h>

#include "schedule.h"

/*
 * Page table entries, PMD and PTE alike: bits, and above them a folio (present)
 * or the offset of a slot (swap).
 */
typedef struct {
	uint64_t val;
} pmd_t;

enum entry_bits {
	ENTRY_PRESENT = 1 << 0,
	ENTRY_SWAP = 1 << 1,
	ENTRY_TABLE = 1 << 2, /* a PMD that points to a page table */
	ENTRY_WRITE = 1 << 3,
	ENTRY_DIRTY = 1 << 4,
	ENTRY_YOUNG = 1 << 5,
	ENTRY_SOFT_DIRTY = 1 << 6,
	ENTRY_UFFD_WP = 1 << 7,
	ENTRY_EXCLUSIVE = 1 << 8, /* of a swap entry, or PageAnonExclusive of a PTE's page */
	ENTRY_NO_ACCESS = 1 << 9,
	ENTRY_SHIFT = 12,
};

typedef struct {
	uint64_t offset; /* slot on the one swap device */
} swp_entry_t;

typedef unsigned int vm_fault_t;
typedef unsigned int rmap_t;

typedef struct {
	bool locked;
} spinlock_t;

struct list {
	struct list *prev, *next;
};

struct folio {
	struct list lru;
	unsigned int nr_pages;
	unsigned int ref_count;
	uint64_t index;	    /* address of the first page, divided by the page size */
	uint64_t swap;	    /* first slot while in the swap cache */
	uint64_t io_end_ns; /* when the writeback is over */
	bool on_lru;
	bool locked;
	bool locked_by_swapin; /* by a fault that may map it, not by a read, reclaim or a copy */
	bool left_behind; /* not freed when its slots were, as Linux does not: see free_swap_cache() */
	bool uptodate;
	bool dirty;
	bool writeback;
	bool swapcache;
	bool anon;
	bool anon_exclusive; /* while mapped by a PMD; a PTE carries its own bit */
	uint32_t poisoned;   /* a bit for each bad page; small N only */
	bool restored;	     /* arch_swap_restore() has been called since it was read */
	bool freed;	     /* kept to catch whoever still looks at it */
	uint32_t version[];  /* the store that each page holds */
};

/* A page of a folio, as the last folio_page() of this actor found it. */
struct page {
	const struct folio *folio;
	unsigned int index;
};

struct mm_struct {
	struct mm_struct *next;
	uint32_t pid;
	unsigned int mmap_readers;
	bool mmap_read; /* there are some */
	bool mmap_writer;
	int64_t anon_pages;
	int64_t swap_entries;
	struct vm_area_struct *vma;
};

struct vm_area_struct {
	struct mm_struct *vm_mm;
	unsigned long vm_flags;
	uint64_t vm_page_prot;
};

/* What the entry of a page has to say, whatever happened to it on the way. */
struct expected_bits {
	bool soft_dirty;
	bool uffd_wp;
};

/* What one PMD maps. */
struct region {
	pmd_t pmd;
	spinlock_t ptl;
	pmd_t *pte; /* the page table, while pmd is ENTRY_TABLE */
	struct mm_struct *mm;
	uint64_t number;	    /* address divided by the PMD size */
	uint32_t *expected;	    /* the last store to each page */
	struct expected_bits *bits; /* while exploring */
};

struct vm_fault {
	struct vm_area_struct *vma;
	unsigned long address;
	unsigned int flags;
	pmd_t *pmd;
	pmd_t orig_pmd;
	spinlock_t *ptl;
	struct region *region;
};

struct swap_slot {
	struct folio *cache;
	uint8_t count;
	bool zeromap : 1;
	bool zswap : 1;
	bool other_memcg : 1; /* charged elsewhere than the process that maps it */
};

/* N slots. As long as they are alike, one description serves them all. */
struct swap_cluster {
	struct swap_slot all;
	struct swap_slot *each; /* NULL while they are alike */
	unsigned int used;
};

enum swap_flags {
	SWP_STABLE_WRITES = 1 << 11,
	SWP_SYNCHRONOUS_IO = 1 << 12,
};

/* Times of a device, in ns. */
struct device_model {
	const char *name;
	unsigned int flags;
	unsigned int request_ns;    /* of a request, whatever its size */
	unsigned int read_page_ns;  /* of each page in it */
	unsigned int write_page_ns; /* the same, writing */
};

struct swap_info_struct {
	unsigned int flags;
	unsigned int pins;
	bool pinned; /* there are some */
	bool dying;  /* swapoff: get_swap_device() fails */
	bool freed;
	bool broken; /* every read fails */
	uint64_t nr_slots;
	uint64_t nr_used;
	struct swap_cluster *clusters;
	uint32_t *version; /* what has been written to each slot */
	uint64_t *free_clusters;
	uint64_t nr_free_clusters;
	uint64_t small_cluster; /* where single slots are taken from */
	const struct device_model *device;
};

/* How swap entries are kept and who decides: the rows of the comparison. */
enum sim_policy { SIM_PTE, SIM_POSTED, SIM_REVIEWED, SIM_NR_POLICIES };
extern const char *const sim_policy_names[SIM_NR_POLICIES];

struct sim_stats {
	uint64_t accesses;
	uint64_t faults;
	uint64_t major;
	uint64_t pmd_faults;
	uint64_t pmd_maps;
	uint64_t cow_copies;
	uint64_t swap_freed; /* folios whose swap cache was dropped while in use */
	uint64_t pages_read;
	uint64_t pages_zero; /* swapped in, but never written to the device */
	uint64_t pages_written;
	uint64_t retries; /* faults that gave up the lock to wait */
	uint64_t major_reported;
	uint64_t poison_reported;
	uint64_t read_errors_reported;
	uint64_t by_action[THPSWAP_NR_ACTIONS];
	uint64_t split_by_reason[THPSWAP_NR_REASONS];
};

/* What happened lately, for the report when the model is violated. */
struct sim_event {
	const char *what;
	uint32_t pid;
	uint64_t number; /* of the region, or of the page for an access */
	uint64_t now_ns;
};

enum { NR_EVENTS = 16, MAX_READS = 8 };

struct world {
	unsigned int pmd_nr;	/* N */
	unsigned int pmd_shift; /* log2(N) */
	enum sim_policy policy;
	enum thpswap_revision revision;
	struct swap_info_struct si;
	struct list lru;       /* next: youngest */
	struct list writeback; /* next: newest */
	uint64_t nr_pages;
	uint64_t limit_pages;
	unsigned int thp_fail_percent; /* PMD-sized blocks lost to fragmentation */
	bool zswap_enabled;
	bool no_pmd_folio;		/* no memory for one */
	bool no_deferred_list;		/* nor for what it may have to be queued on */
	bool no_pmd_charge;		/* the memcg is at its limit */
	bool thp_forbidden;		/* /sys/kernel/mm/transparent_hugepage says never, by now */
	struct folio *reads[MAX_READS]; /* under way, the oldest first; while exploring */
	unsigned int nr_reads;
	bool no_read; /* none is under way */
	/* Of each actor: what it faults on, and whether it saw bad data without the PMD lock. */
	struct region *faulting_on[MAX_ACTORS];
	bool bad_unlocked[MAX_ACTORS];
	bool in_pmd_swap_fault[MAX_ACTORS];
	bool exploring; /* several actors, one step at a time: see explore/ */
	uint32_t last_store;
	struct mm_struct *mms;
	struct region **regions; /* open hash table */
	size_t nr_regions;
	size_t regions_mask;
	struct region *last_region;
	struct sim_stats
		stats; /* from here on: a record of the past, left out of the hash of a state */
	uint64_t now_ns;
	uint64_t device_idle_ns;
	uint64_t random;
	struct sim_event events[NR_EVENTS];
	uint64_t nr_events;
	FILE *operations; /* where they are written, if anybody wants to know */
	char error[256];  /* first violation of the model, empty while all is well */
};

/* The world that the primitives act on, as the kernel has only one. */
extern struct world *world;

/*
 * What a fault costs beside the transfer, in ns. SWAP_FAULT_NS is measured: 4.17 us
 * for a 4 KiB fault on zram, less 1.28 us for its read. The others are assumptions;
 * PMD_FAULT_NS puts the cheapest PMD fault, 512 pages of lz4, at 0.7 ms.
 */
enum cost_ns {
	SWAP_FAULT_NS = 2890,
	PMD_FAULT_NS = 45000,
	MINOR_FAULT_NS = 700,
	ZERO_PAGE_NS = 60,
	COPY_PAGE_NS = 120,
};

static inline pmd_t make_entry(uint64_t bits, uint64_t value)
{
	return (pmd_t){ bits | value << ENTRY_SHIFT };
}

static inline bool entry_has(pmd_t entry, uint64_t bits)
{
	return (entry.val & bits) == bits;
}

static inline uint64_t entry_offset(pmd_t entry)
{
	return entry.val >> ENTRY_SHIFT;
}

static inline struct folio *entry_folio(pmd_t entry)
{
	return (struct folio *)(uintptr_t)(entry.val >> ENTRY_SHIFT);
}

static inline pmd_t make_present(struct folio *folio, uint64_t bits)
{
	return make_entry(ENTRY_PRESENT | bits, (uintptr_t)folio);
}

/* Which page of its region an address, or a page number, is. */
static inline unsigned int page_in_region(uint64_t page_number)
{
	return (unsigned int)page_number & (world->pmd_nr - 1);
}

static inline unsigned int page_in_folio(const struct folio *folio, unsigned int index)
{
	return folio->nr_pages == 1 ? 0 : index;
}

#endif
