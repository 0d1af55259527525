// SPDX-License-Identifier: GPL-2.0-only
/* The swap device, its slots, and the swap cache. */
#include <inttypes.h>
#include <string.h>

#include "primitives.h"

enum { NO_CLUSTER = -1 };

void swap_device_init(struct swap_info_struct *si, const struct device_model *device,
		      uint64_t nr_slots, unsigned int pmd_nr)
{
	const uint64_t clusters = nr_slots / pmd_nr;

	*si = (struct swap_info_struct){
		.flags = device->flags,
		.device = device,
		.nr_slots = clusters * pmd_nr,
		.clusters = sim_alloc(clusters * sizeof(*si->clusters)),
		.version = sim_alloc(clusters * pmd_nr * sizeof(*si->version)),
		.free_clusters = sim_alloc(clusters * sizeof(*si->free_clusters)),
		.nr_free_clusters = clusters,
		.small_cluster = (uint64_t)NO_CLUSTER,
	};
	for (uint64_t i = 0; i < clusters; i++)
		si->free_clusters[i] = clusters - 1 - i;
}

void swap_device_free(struct swap_info_struct *si)
{
	for (uint64_t i = 0; i < si->nr_slots / world->pmd_nr; i++)
		sim_release(si->clusters[i].each);
	sim_release(si->clusters);
	sim_release(si->version);
	sim_release(si->free_clusters);
}

static void check_device(void)
{
	if (world->si.freed)
		world_failed("the swap device was used after swapoff had freed it");
}

static struct swap_cluster *cluster_of(uint64_t offset)
{
	return &world->si.clusters[offset >> world->pmd_shift];
}

static const struct swap_slot *look_at(uint64_t offset)
{
	const struct swap_cluster *cluster = cluster_of(offset);

	return cluster->each ? &cluster->each[page_in_region(offset)] : &cluster->all;
}

/* The slots from @offset on, to be changed: all @nr at once, or the first alone. */
static struct swap_slot *change_at(uint64_t offset, unsigned int nr, unsigned int *nr_changed)
{
	struct swap_cluster *cluster = cluster_of(offset);

	*nr_changed = nr;
	if (!cluster->each && nr == world->pmd_nr)
		return &cluster->all;
	*nr_changed = 1;
	if (!cluster->each) {
		cluster->each = sim_alloc(world->pmd_nr * sizeof(*cluster->each));
		for (unsigned int i = 0; i < world->pmd_nr; i++)
			cluster->each[i] = cluster->all;
	}
	return &cluster->each[page_in_region(offset)];
}

/*
 * Slots in use are those with a count or with a folio in the cache. They enter use
 * through take_slots() and leave it through drop_slots().
 */

static bool slot_free(const struct swap_slot *slot)
{
	return !slot->cache && slot->count == 0;
}

static void take_slots(uint64_t offset, unsigned int nr)
{
	world->si.nr_used += nr;
	cluster_of(offset)->used += nr;
}

static void drop_slots(uint64_t offset, unsigned int nr, struct swap_slot *slot)
{
	struct swap_info_struct *si = &world->si;
	struct swap_cluster *cluster = cluster_of(offset);

	*slot = (struct swap_slot){ 0 };
	si->nr_used -= nr;
	cluster->used -= nr;
	if (cluster->used > 0)
		return;
	sim_release(cluster->each);
	*cluster = (struct swap_cluster){ 0 };
	if (si->small_cluster == offset >> world->pmd_shift)
		si->small_cluster = (uint64_t)NO_CLUSTER;
	si->free_clusters[si->nr_free_clusters++] = offset >> world->pmd_shift;
}

static bool pop_cluster(uint64_t *cluster)
{
	struct swap_info_struct *si = &world->si;

	if (si->nr_free_clusters == 0)
		return false;
	*cluster = si->free_clusters[--si->nr_free_clusters];
	return true;
}

static bool free_slot_in(uint64_t cluster, uint64_t *offset)
{
	const uint64_t first = cluster << world->pmd_shift;

	if (world->si.clusters[cluster].used == world->pmd_nr)
		return false;
	for (uint64_t i = first; i < first + world->pmd_nr; i++) {
		if (slot_free(look_at(i))) {
			*offset = i;
			return true;
		}
	}
	return false;
}

static bool find_single_slot(uint64_t *offset)
{
	struct swap_info_struct *si = &world->si;
	const uint64_t clusters = si->nr_slots >> world->pmd_shift;

	if (si->small_cluster != (uint64_t)NO_CLUSTER && free_slot_in(si->small_cluster, offset))
		return true;
	if (pop_cluster(&si->small_cluster))
		return free_slot_in(si->small_cluster, offset);
	for (uint64_t i = 0; i < clusters; i++) {
		if (si->clusters[i].used > 0 && free_slot_in(i, offset)) {
			si->small_cluster = i;
			return true;
		}
	}
	return false;
}

/* Give a folio slots, and put it into the swap cache for them. */
bool swap_alloc(struct folio *folio)
{
	uint64_t offset;

	if (folio->nr_pages == 1) {
		if (!find_single_slot(&offset))
			return false;
	} else {
		if (!pop_cluster(&offset))
			return false;
		offset <<= world->pmd_shift;
	}
	return swap_cache_add(folio, offset);
}

static bool any_cached(uint64_t offset, unsigned int nr)
{
	for (unsigned int i = 0; i < nr; i++) {
		if (look_at(offset + i)->cache)
			return true;
		if (!cluster_of(offset)->each)
			return false;
	}
	return false;
}

/* A slot that was given back after the fault began must not be read (R04). */
static bool any_unused(uint64_t offset, unsigned int nr)
{
	for (unsigned int i = 0; i < nr; i++)
		if (look_at(offset + i)->count == 0)
			return true;
	return false;
}

bool swap_cache_add(struct folio *folio, uint64_t offset)
{
	unsigned int nr;

	if (any_cached(offset, folio->nr_pages))
		return false;
	for (unsigned int i = 0; i < folio->nr_pages; i += nr) {
		struct swap_slot *slot = change_at(offset + i, folio->nr_pages, &nr);

		if (slot_free(slot))
			take_slots(offset + i, nr);
		slot->cache = folio;
	}
	folio->swapcache = true;
	folio->swap = offset;
	folio->ref_count += folio->nr_pages;
	return true;
}

/* One slot of a folio that is being cut goes to the new small folio. */
void swap_cache_replace(uint64_t offset, struct folio *folio)
{
	unsigned int nr;

	change_at(offset, 1, &nr)->cache = folio;
}

void swap_cache_delete(struct folio *folio)
{
	unsigned int nr;

	for (unsigned int i = 0; i < folio->nr_pages; i += nr) {
		struct swap_slot *slot = change_at(folio->swap + i, folio->nr_pages, &nr);

		slot->cache = NULL;
		if (slot_free(slot))
			drop_slots(folio->swap + i, nr, slot);
	}
	folio->swapcache = false;
	folio_put_many(folio, folio->nr_pages);
}

void swap_dup(uint64_t offset, unsigned int nr_slots)
{
	unsigned int nr;

	for (unsigned int i = 0; i < nr_slots; i += nr) {
		struct swap_slot *slot = change_at(offset + i, nr_slots, &nr);

		if (slot_free(slot))
			take_slots(offset + i, nr);
		if (slot->count == UINT8_MAX) {
			world_failed("swap slot %" PRIu64 " has more users than it can count",
				     offset + i);
			return;
		}
		slot->count++;
	}
}

void swap_free(uint64_t offset, unsigned int nr_slots)
{
	unsigned int nr;

	for (unsigned int i = 0; i < nr_slots; i += nr) {
		struct swap_slot *slot = change_at(offset + i, nr_slots, &nr);

		if (slot->count == 0) {
			world_failed("swap slot %" PRIu64 " was freed twice", offset + i);
			return;
		}
		slot->count--;
		if (slot_free(slot))
			drop_slots(offset + i, nr, slot);
	}
}

struct folio *swap_cache_get_folio(swp_entry_t entry)
{
	struct folio *folio;

	step("swap_cache_get_folio");
	check_device();
	folio = look_at(entry.offset)->cache;
	if (folio)
		folio_get(folio);
	return folio;
}

static bool slots_have_users(const struct folio *folio)
{
	for (unsigned int i = 0; i < folio->nr_pages; i++) {
		if (look_at(folio->swap + i)->count > 0)
			return true;
		if (!cluster_of(folio->swap)->each)
			return false;
	}
	return false;
}

bool folio_free_swap(struct folio *folio)
{
	step("folio_free_swap");
	check_locked(folio, "folio_free_swap");
	check_device();
	if (!folio->swapcache || folio->writeback || slots_have_users(folio))
		return false;
	swap_cache_delete(folio);
	folio->dirty = true; /* the only copy now */
	world->stats.swap_freed++;
	return true;
}

void folio_put_swap(struct folio *folio, struct page *subpage)
{
	(void)subpage; /* NULL: all of the folio */
	step("folio_put_swap");
	check_locked(folio, "folio_put_swap");
	check_device();
	if (world->exploring && !folio->restored)
		world_failed("a slot was given up before its memory tags were restored");
	swap_free(folio->swap, folio->nr_pages);
}

/* zswap cannot load a large folio that may be partly in its hands (D5). */
static bool zswap_refuses(const struct folio *folio)
{
	bool stored = world->zswap_enabled;

	for (unsigned int i = 0; i < folio->nr_pages && !stored; i++) {
		stored = look_at(folio->swap + i)->zswap;
		if (!cluster_of(folio->swap)->each)
			break;
	}
	return folio->nr_pages > 1 && stored;
}

/* Pages that the device has to deliver; zero-filled ones were never written to it. */
static unsigned int pages_stored(const struct folio *folio)
{
	unsigned int stored = 0;

	if (!cluster_of(folio->swap)->each)
		return look_at(folio->swap)->zeromap ? 0 : folio->nr_pages;
	for (unsigned int i = 0; i < folio->nr_pages; i++)
		stored += !look_at(folio->swap + i)->zeromap;
	return stored;
}

void swap_read_folio(struct folio *folio)
{
	const struct device_model *device = world->si.device;
	const uint64_t stored = pages_stored(folio);

	check_device();
	if (world->si.broken || zswap_refuses(folio))
		return;
	memcpy(folio->version, world->si.version + folio->swap,
	       folio->nr_pages * sizeof(*folio->version));
	folio->uptodate = true;
	folio->dirty = false;
	folio->restored = false;
	world->stats.pages_read += stored;
	world->stats.pages_zero += folio->nr_pages - stored;
	if (stored > 0)
		world->now_ns += device->request_ns + stored * device->read_page_ns;
}

static bool zero_filled(const struct folio *folio)
{
	for (unsigned int i = 0; i < folio->nr_pages; i++)
		if (folio->version[i] != 0)
			return false;
	return true;
}

void swap_write_folio(struct folio *folio)
{
	const struct device_model *device = world->si.device;
	const bool zeromap = zero_filled(folio);
	unsigned int nr;
	uint64_t ns = device->request_ns + (uint64_t)folio->nr_pages * device->write_page_ns;

	memcpy(world->si.version + folio->swap, folio->version,
	       folio->nr_pages * sizeof(*folio->version));
	for (unsigned int i = 0; i < folio->nr_pages; i += nr)
		change_at(folio->swap + i, folio->nr_pages, &nr)->zeromap = zeromap;
	folio->dirty = false;
	if (zeromap)
		return;
	world->stats.pages_written += folio->nr_pages;
	if (device->flags & SWP_SYNCHRONOUS_IO) {
		world->now_ns += ns;
		return;
	}
	if (world->device_idle_ns < world->now_ns)
		world->device_idle_ns = world->now_ns;
	world->device_idle_ns += ns;
	folio->io_end_ns = world->device_idle_ns;
	lru_del(folio);
	folio->writeback = true;
	lru_add(folio);
}

/* R03: what a device that needs stable pages has read must be what was handed to it. */
static void check_stable(const struct folio *folio)
{
	if ((world->si.flags & SWP_STABLE_WRITES) &&
	    memcmp(folio->version, world->si.version + folio->swap,
		   folio->nr_pages * sizeof(*folio->version)) != 0)
		world_failed("a page changed while it was under writeback to a STABLE_WRITES "
			     "device");
}

/* Reclaim wanted it gone when it started to write: let it be the next to go. */
void swap_end_writeback(struct folio *folio)
{
	if (world->exploring)
		check_stable(folio);
	lru_del(folio);
	folio->writeback = false;
	lru_add_oldest(folio);
}

struct swap_info_struct *get_swap_device(swp_entry_t entry)
{
	(void)entry; /* there is one device */
	step("get_swap_device");
	if (world->si.dying)
		return NULL;
	world->si.pins++;
	world->si.pinned = true;
	return &world->si;
}

void put_swap_device(struct swap_info_struct *si)
{
	step("put_swap_device");
	check_device();
	if (si->pins-- == 0)
		world_failed("the swap device was unpinned more often than pinned");
	si->pinned = si->pins > 0;
}

static enum thpswap_cached cached_as(const struct folio *folio, uint64_t first)
{
	if (!folio)
		return THPSWAP_CACHED_NOTHING;
	if (folio->nr_pages == world->pmd_nr && folio->swap == first)
		return THPSWAP_CACHED_PMD_FOLIO;
	return THPSWAP_CACHED_OTHER;
}

static bool slots_alike(const struct swap_slot *a, const struct swap_slot *b)
{
	return a->cache == b->cache && a->zeromap == b->zeromap && a->zswap == b->zswap &&
	       (a->count > 0) == (b->count > 0);
}

/* The run of slots that are alike, @skip slots into the range of @entry. */
struct thpswap_slots swap_slots_batch(struct swap_info_struct *si, swp_entry_t entry,
				      unsigned int skip)
{
	const struct swap_slot *slot;
	unsigned int nr = 1;

	(void)si; /* there is one device */
	step("swap_slots_batch");
	check_device();
	slot = look_at(entry.offset + skip);
	if (!cluster_of(entry.offset)->each)
		nr = world->pmd_nr - skip;
	while (skip + nr < world->pmd_nr && slots_alike(slot, look_at(entry.offset + skip + nr)))
		nr++;
	return (struct thpswap_slots){
		.nr = nr,
		.cached = cached_as(slot->cache, entry.offset),
		.in_use = slot->count > 0,
		.zswap = slot->zswap || world->zswap_enabled,
		.zeromap = slot->zeromap,
	};
}

/* Into the swap cache, locked until the read is over; NULL when it cannot be had. */
static struct folio *cache_and_read(struct folio *folio, swp_entry_t entry, bool refuse_early,
				    enum thpswap_no_folio *cause)
{
	*cause = THPSWAP_NO_FOLIO_RACED;
	folio->locked = true;
	step("swap_cache_add");
	if (any_unused(entry.offset, folio->nr_pages) || !swap_cache_add(folio, entry.offset)) {
		folio->locked = false;
		folio_put(folio);
		return NULL;
	}
	step("swap_read_folio");
	if (refuse_early && zswap_refuses(folio)) {
		*cause = THPSWAP_NO_FOLIO_BUSY;
		swap_cache_delete(folio);
		folio_unlock(folio);
		folio_put(folio);
		return NULL;
	}
	swap_read_folio(folio);
	lru_add(folio);
	world->stats.major++;
	return folio;
}

/*
 * One PMD-sized folio, charged, in the swap cache and read; or why not.
 *
 * Two things are done otherwise for the reviewed handler. A read that zswap refuses
 * is no read error (D5). And the folio is anon before anybody else can lock it: the
 * PTE path could not make it so from a tail page (D10).
 */
struct folio *swapin_alloc_pmd_folio(swp_entry_t entry, struct vm_area_struct *vma,
				     unsigned long haddr, enum thpswap_no_folio *cause)
{
	const bool reviewed = world->revision == THPSWAP_REVIEWED;
	struct folio *folio;

	step("alloc_pmd_folio");
	if (world->no_pmd_folio || world_fragmented(vma->vm_mm, haddr >> PAGE_SHIFT)) {
		*cause = THPSWAP_NO_FOLIO_MEMORY;
		return NULL;
	}
	if (world->no_pmd_charge || !make_room(world->pmd_nr)) {
		*cause = THPSWAP_NO_FOLIO_CHARGE;
		return NULL;
	}
	folio = folio_alloc(world->pmd_nr, haddr >> PAGE_SHIFT);
	folio->anon = reviewed;
	folio = cache_and_read(folio, entry, reviewed, cause);
	if (folio)
		folio_unlock(folio);
	return folio;
}

/* One page for the PTE path; without @error, somebody else was faster. */
struct folio *swapin_alloc_page(swp_entry_t entry, vm_fault_t *error)
{
	enum thpswap_no_folio cause; /* of no interest: the PTE path tries again */
	struct folio *folio;

	if (!make_room(1)) {
		*error = VM_FAULT_OOM;
		return NULL;
	}
	folio = cache_and_read(folio_alloc(1, 0), entry, false, &cause);
	if (folio)
		folio_unlock(folio);
	return folio;
}

/* For scenarios: this slot alone is in zswap. */
void swap_into_zswap(uint64_t offset)
{
	unsigned int nr;

	change_at(offset, 1, &nr)->zswap = true;
}

unsigned int swap_count(uint64_t offset)
{
	return look_at(offset)->count;
}

const struct folio *swap_slot_cached(uint64_t offset)
{
	return look_at(offset)->cache;
}

/* Slots that only the swap cache keeps: nobody will ever read them. */
uint64_t swap_slots_pinned(void)
{
	const struct swap_info_struct *si = &world->si;
	uint64_t pinned = 0;

	for (uint64_t i = 0; i < si->nr_slots; i++)
		pinned += look_at(i)->cache && look_at(i)->count == 0;
	return pinned;
}
