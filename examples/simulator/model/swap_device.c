// SPDX-License-Identifier: GPL-2.0-only
/* The swap device: its life, and the pins that prolong it. */
#include "swap_device.h"
#include "alloc.h"
#include "exits.h"
#include "slots.h"
#include "step.h"

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
		.small_cluster = NO_CLUSTER,
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

void check_device(void)
{
	if (world->si.freed)
		world_failed("the swap device was used after swapoff had freed it");
}

struct swap_info_struct *get_swap_device(swp_entry_t entry)
{
	(void)entry; /* there is one device */
	step("get_swap_device");
	if (world->si.dying) {
		handler_exits.no_device += world->in_pmd_swap_fault[schedule_actor()];
		return NULL;
	}
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
