// SPDX-License-Identifier: GPL-2.0-only
/* The slots of the swap device: which are in use, and how often. */
#include <inttypes.h>

#include "slots.h"
#include "alloc.h"
#include "violation.h"

static struct swap_cluster *cluster_of(uint64_t offset)
{
	return &world->si.clusters[offset >> world->pmd_shift];
}

const struct swap_slot *swap_slot(uint64_t offset)
{
	const struct swap_cluster *cluster = cluster_of(offset);

	return cluster->each ? &cluster->each[page_in_region(offset)] : &cluster->all;
}

struct swap_slot *swap_slots_change(uint64_t offset, unsigned int nr, unsigned int *nr_changed)
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

bool swap_cluster_uniform(uint64_t offset)
{
	return !cluster_of(offset)->each;
}

bool swap_slot_free(const struct swap_slot *slot)
{
	return !slot->cache && slot->count == 0;
}

void swap_slots_take(uint64_t offset, unsigned int nr)
{
	world->si.nr_used += nr;
	cluster_of(offset)->used += nr;
}

void swap_slots_drop(uint64_t offset, unsigned int nr, struct swap_slot *slot)
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
		si->small_cluster = NO_CLUSTER;
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
		if (swap_slot_free(swap_slot(i))) {
			*offset = i;
			return true;
		}
	}
	return false;
}

bool swap_find_cluster(uint64_t *offset)
{
	if (!pop_cluster(offset))
		return false;
	*offset <<= world->pmd_shift;
	return true;
}

bool swap_find_slot(uint64_t *offset)
{
	struct swap_info_struct *si = &world->si;
	const uint64_t clusters = si->nr_slots >> world->pmd_shift;

	if (si->small_cluster != NO_CLUSTER && free_slot_in(si->small_cluster, offset))
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

void swap_dup(uint64_t offset, unsigned int nr_slots)
{
	unsigned int nr;

	for (unsigned int i = 0; i < nr_slots; i += nr) {
		struct swap_slot *slot = swap_slots_change(offset + i, nr_slots, &nr);

		if (swap_slot_free(slot))
			swap_slots_take(offset + i, nr);
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
		struct swap_slot *slot = swap_slots_change(offset + i, nr_slots, &nr);

		if (slot->count == 0) {
			world_failed("swap slot %" PRIu64 " was freed twice", offset + i);
			return;
		}
		slot->count--;
		if (swap_slot_free(slot))
			swap_slots_drop(offset + i, nr, slot);
	}
}

void swap_into_zswap(uint64_t offset)
{
	unsigned int nr;

	swap_slots_change(offset, 1, &nr)->zswap = true;
}

void swap_charge_elsewhere(uint64_t offset)
{
	unsigned int nr;

	swap_slots_change(offset, 1, &nr)->other_memcg = true;
}

void swap_never_written(uint64_t offset)
{
	unsigned int nr;

	swap_slots_change(offset, 1, &nr)->zeromap = true;
}

unsigned int swap_count(uint64_t offset)
{
	return swap_slot(offset)->count;
}

uint64_t swap_slots_pinned(void)
{
	const struct swap_info_struct *si = &world->si;
	uint64_t pinned = 0;

	for (uint64_t i = 0; i < si->nr_slots; i++)
		pinned += swap_slot(i)->cache && swap_slot(i)->count == 0;
	return pinned;
}
