// SPDX-License-Identifier: GPL-2.0-only
/* The world: what exists in it, and how its parts are found. */
#include "world.h"
#include "alloc.h"
#include "folio.h"
#include "primitives.h"
#include "swap_device.h"

const char *const sim_policy_names[SIM_NR_POLICIES] = { "pte", "posted", "reviewed" };

struct world *world_new(const struct world_config *config)
{
	struct world *w = sim_alloc(sizeof(*w));
	w->pmd_nr = config->pmd_nr;
	while (1u << w->pmd_shift < config->pmd_nr)
		w->pmd_shift++;
	w->policy = config->policy;
	w->revision = config->policy == SIM_POSTED ? THPSWAP_POSTED : THPSWAP_REVIEWED;
	w->limit_pages = config->limit_pages;
	w->thp_fail_percent = config->thp_fail_percent;
	w->random = config->seed;
	w->lru = (struct list){ &w->lru, &w->lru };
	w->writeback = (struct list){ &w->writeback, &w->writeback };
	w->regions_mask = 15;
	w->regions = sim_alloc((w->regions_mask + 1) * sizeof(*w->regions));
	swap_device_init(&w->si, config->device, config->swap_pages, config->pmd_nr);
	return w;
}

static void free_list(struct list *head)
{
	while (head->next != head) {
		struct folio *folio = lru_entry(head->next);

		lru_del(folio);
		sim_release(folio);
	}
}

void world_free(void)
{
	struct world *w = world;

	free_list(&w->lru);
	free_list(&w->writeback);
	for (size_t i = 0; i <= w->regions_mask; i++) {
		if (!w->regions[i])
			continue;
		sim_release(w->regions[i]->pte);
		sim_release(w->regions[i]->expected);
		sim_release(w->regions[i]);
	}
	sim_release(w->regions);
	while (w->mms) {
		struct mm_struct *mm = w->mms;

		w->mms = mm->next;
		sim_release(mm->vma);
		sim_release(mm);
	}
	swap_device_free(&w->si);
	sim_release(w);
}

struct mm_struct *world_mm(uint32_t pid)
{
	struct mm_struct *mm;

	for (mm = world->mms; mm; mm = mm->next)
		if (mm->pid == pid)
			return mm;

	mm = sim_alloc(sizeof(*mm));
	mm->vma = sim_alloc(sizeof(*mm->vma));
	mm->pid = pid;
	mm->vma->vm_mm = mm;
	mm->vma->vm_flags = VM_WRITE | VM_SOFTDIRTY;
	mm->next = world->mms;
	world->mms = mm;
	return mm;
}

static size_t region_hash(const struct mm_struct *mm, uint64_t number)
{
	return (size_t)((number ^ (uint64_t)mm->pid << 40) * 0x9e3779b97f4a7c15 >> 32);
}

static struct region **region_place(struct mm_struct *mm, uint64_t number)
{
	size_t i = region_hash(mm, number) & world->regions_mask;

	while (world->regions[i] &&
	       (world->regions[i]->mm != mm || world->regions[i]->number != number))
		i = (i + 1) & world->regions_mask;
	return &world->regions[i];
}

static void grow_regions(void)
{
	struct region **old = world->regions;
	const size_t old_size = world->regions_mask + 1;

	world->regions_mask = 2 * old_size - 1;
	world->regions = sim_alloc((2 * old_size) * sizeof(*old));
	for (size_t i = 0; i < old_size; i++)
		if (old[i])
			*region_place(old[i]->mm, old[i]->number) = old[i];
	sim_release(old);
}

struct region *world_find_region(struct mm_struct *mm, uint64_t number)
{
	return *region_place(mm, number);
}

struct region *world_region(struct mm_struct *mm, uint64_t number)
{
	struct region *region = *region_place(mm, number);

	if (region)
		return region;
	if (2 * world->nr_regions++ > world->regions_mask)
		grow_regions();
	region = sim_alloc(sizeof(*region));
	region->expected = sim_alloc((world->pmd_nr) * sizeof(*region->expected));
	region->mm = mm;
	region->number = number;
	*region_place(mm, number) = region;
	return region;
}

/* Pages that are mapped, and how many of them by a PMD. */
void world_residents(uint64_t *pages, uint64_t *by_pmd)
{
	*pages = 0;
	*by_pmd = 0;
	for (const struct mm_struct *mm = world->mms; mm; mm = mm->next)
		*pages += (uint64_t)mm->anon_pages;
	for (size_t i = 0; i <= world->regions_mask; i++)
		if (world->regions[i] && entry_has(world->regions[i]->pmd, ENTRY_PRESENT))
			*by_pmd += world->pmd_nr;
}
