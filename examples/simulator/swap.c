// SPDX-License-Identifier: GPL-2.0-only
/* The swap device, its slots, and the swap cache. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"

enum { NO_CLUSTER = -1 };

void swap_device_init(struct swap_info_struct *si, const struct device_model *device,
		      uint64_t nr_slots, unsigned int pmd_nr)
{
	const uint64_t clusters = nr_slots / pmd_nr;

	*si = (struct swap_info_struct){
		.flags = device->flags,
		.device = device,
		.nr_slots = clusters * pmd_nr,
		.clusters = calloc(clusters, sizeof(*si->clusters)),
		.version = calloc(clusters * pmd_nr, sizeof(*si->version)),
		.free_clusters = calloc(clusters, sizeof(*si->free_clusters)),
		.nr_free_clusters = clusters,
		.small_cluster = (uint64_t)NO_CLUSTER,
	};
	if (!si->clusters || !si->version || !si->free_clusters)
		abort();
	for (uint64_t i = 0; i < clusters; i++)
		si->free_clusters[i] = clusters - 1 - i;
}

void swap_device_free(struct swap_info_struct *si)
{
	for (uint64_t i = 0; i < si->nr_slots / world->pmd_nr; i++)
		free(si->clusters[i].each);
	free(si->clusters);
	free(si->version);
	free(si->free_clusters);
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
		cluster->each = malloc(world->pmd_nr * sizeof(*cluster->each));
		if (!cluster->each)
			abort();
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
	free(cluster->each);
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
	struct folio *folio = look_at(entry.offset)->cache;

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
	if (!folio->swapcache || folio->writeback || slots_have_users(folio))
		return false;
	swap_cache_delete(folio);
	folio->dirty = true; /* the only copy now */
	return true;
}

void folio_put_swap(struct folio *folio, struct page *subpage)
{
	(void)subpage; /* NULL: all of the folio */
	swap_free(folio->swap, folio->nr_pages);
}

void swap_read_folio(struct folio *folio)
{
	const struct device_model *device = world->si.device;

	memcpy(folio->version, world->si.version + folio->swap,
	       folio->nr_pages * sizeof(*folio->version));
	folio->uptodate = true;
	folio->dirty = false;
	world->now_ns += device->request_ns + (uint64_t)folio->nr_pages * device->read_page_ns;
	world->stats.pages_read += folio->nr_pages;
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

/* Reclaim wanted it gone when it started to write: let it be the next to go. */
void swap_end_writeback(struct folio *folio)
{
	lru_del(folio);
	folio->writeback = false;
	lru_add_oldest(folio);
}

struct swap_info_struct *get_swap_device(swp_entry_t entry)
{
	(void)entry; /* there is one device */
	world->si.pins++;
	return &world->si;
}

void put_swap_device(struct swap_info_struct *si)
{
	if (si->pins-- == 0)
		world_failed("the swap device was unpinned more often than pinned");
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
	return a->cache == b->cache && a->memcg_id == b->memcg_id && a->zeromap == b->zeromap &&
	       a->zswap == b->zswap && (a->count > 0) == (b->count > 0);
}

/* The run of slots that are alike, @skip slots into the range of @entry. */
struct thpswap_slots swap_slots_batch(struct swap_info_struct *si, swp_entry_t entry,
				      unsigned int skip)
{
	const struct swap_slot *slot = look_at(entry.offset + skip);
	unsigned int nr = 1;

	(void)si; /* there is one device */
	if (!cluster_of(entry.offset)->each)
		nr = world->pmd_nr - skip;
	while (skip + nr < world->pmd_nr && slots_alike(slot, look_at(entry.offset + skip + nr)))
		nr++;
	return (struct thpswap_slots){
		.nr = nr,
		.memcg_id = slot->memcg_id,
		.cached = cached_as(slot->cache, entry.offset),
		.in_use = slot->count > 0,
		.zswap = slot->zswap,
		.zeromap = slot->zeromap,
	};
}

/* One PMD-sized folio, charged, in the swap cache and read; or why not. */
struct folio *swapin_alloc_pmd_folio(swp_entry_t entry, struct mm_struct *mm,
				     enum thpswap_no_folio *cause)
{
	const uint64_t first = entry.offset;
	struct folio *folio;

	(void)mm; /* one memcg for all */
	if (world_chance(world->thp_fail_percent)) {
		*cause = THPSWAP_NO_FOLIO_MEMORY;
		return NULL;
	}
	if (!make_room(world->pmd_nr)) {
		*cause = THPSWAP_NO_FOLIO_CHARGE;
		return NULL;
	}
	folio = folio_alloc(world->pmd_nr, 0);
	if (!swap_cache_add(folio, first)) {
		folio_put(folio);
		*cause = THPSWAP_NO_FOLIO_RACED;
		return NULL;
	}
	swap_read_folio(folio);
	lru_add(folio);
	return folio;
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
