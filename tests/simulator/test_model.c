// SPDX-License-Identifier: GPL-2.0-only
/*
 * The model under the simulator: no store is lost and nothing leaks, whatever the
 * policy, the device, the memory and the luck. What the model counts is counted
 * again here, from its page tables, and what it stores is kept here a second time.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "primitives.h"
#include "suite.h"

/* Check notes every assertion that holds in a file: too slow for millions. */
#define require(condition, ...)                                                                    \
	do {                                                                                       \
		if (!(condition))                                                                  \
			ck_abort_msg(__VA_ARGS__);                                                 \
	} while (0)

enum { NR_PROCESSES = 2, MAX_PAGES = 8192, FIRST_PAGE = 1 << 20 };

/* Needs stable pages and writes in the background: none of the named devices does both. */
static const struct device_model stable_and_slow = { "stable-and-slow", SWP_STABLE_WRITES, 90000,
						     15000, 25000 };

static const struct device_model *device(int i)
{
	return i == 0 ? device_by_name("zram") : i == 1 ? device_by_name("nvme") : &stable_and_slow;
}

enum { NR_DEVICES = 3 };

/* N, and memory for @limit pages, of which @touched are in use. */
static const struct size {
	unsigned int pmd_nr;
	uint64_t limit;
	uint64_t touched;
	int accesses;
} sizes[] = {
	{ 4, 3, 24, 600 },				    /* less than one PMD */
	{ 4, 4, 24, 600 },				    /* exactly one */
	{ 4, 34, 100, 3000 },				    /* not a multiple of N */
	{ 16, 64, 256, 3000 },	   { 512, 512, 2048, 600 }, /* exactly one */
	{ 512, 1536, 3072, 4000 },
};

enum { NR_SIZES = sizeof(sizes) / sizeof(sizes[0]) };

static const unsigned int fragmentations[] = { 0, 50, 100 };

enum { NR_FRAGMENTATIONS = sizeof(fragmentations) / sizeof(fragmentations[0]) };

static char scene[128]; /* what is being tested, for messages */
static uint64_t random_state;
static uint32_t stored[NR_PROCESSES][MAX_PAGES]; /* the last store to each page */
static uint64_t accesses;

static void new_world(enum sim_policy policy, const struct device_model *model,
		      const struct size *size, unsigned int fragmentation, uint64_t swap_pages)
{
	const struct world_config config = {
		.pmd_nr = size->pmd_nr,
		.policy = policy,
		.limit_pages = size->limit,
		.swap_pages = swap_pages,
		.device = model,
		.thp_fail_percent = fragmentation,
		.seed = 1,
	};

	snprintf(scene, sizeof(scene),
		 "%s on %s, N %u, memory %" PRIu64 " pages, fragmentation %u %%",
		 sim_policy_names[policy], model->name, size->pmd_nr, size->limit, fragmentation);
	world = world_new(&config);
	random_state = 42;
	memset(stored, 0, sizeof(stored));
	accesses = 0;
}

static uint64_t random_below(uint64_t limit)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state % limit;
}

static struct mm_struct *process(int i)
{
	return world_mm((uint32_t)i + 1);
}

static uint64_t address_of(uint64_t page)
{
	return (FIRST_PAGE + page) << PAGE_SHIFT;
}

static bool access_one(int i, uint64_t page, bool write)
{
	accesses++;
	if (!sim_access(process(i), address_of(page), 8, write))
		return false;
	if (write)
		stored[i][page] = world->last_store;
	return true;
}

static void must_access(int i, uint64_t page, bool write)
{
	const bool done = access_one(i, page, write);

	require(done && !world->error[0], "%s: %s", scene, world->error);
}

/*
 * What the page tables say.
 */

static struct region *find_region(int i, uint64_t page)
{
	return world_find_region(process(i), (FIRST_PAGE + page) >> world->pmd_shift);
}

/* Where a page is, as an entry that may stand for all of its PMD. */
static pmd_t *find_entry(int i, uint64_t page)
{
	struct region *region = find_region(i, page);

	if (!region)
		return NULL;
	return entry_has(region->pmd, ENTRY_TABLE) ? &region->pte[page_in_region(page)]
						   : &region->pmd;
}

/* The store that a page holds, in memory, in the swap cache or on the device. */
static uint32_t version_of(int i, uint64_t page)
{
	const pmd_t *entry = find_entry(i, page);
	const unsigned int index = page_in_region(page);
	const struct folio *folio = NULL;
	uint64_t offset = 0;

	if (entry && entry_has(*entry, ENTRY_SWAP)) {
		offset = entry_offset(*entry) + (entry == &find_region(i, page)->pmd ? index : 0);
		folio = swap_slot_cached(offset);
		if (!folio)
			return world->si.version[offset];
	} else if (entry && entry_has(*entry, ENTRY_PRESENT)) {
		folio = entry_folio(*entry);
	}
	return folio ? folio->version[page_in_folio(folio, index)] : 0;
}

static void check_data(uint64_t pages)
{
	for (int i = 0; i < NR_PROCESSES; i++)
		for (uint64_t page = 0; page < pages; page++)
			require(version_of(i, page) == stored[i][page],
				"%s: page %" PRIu64 " of process %d holds store %" PRIu32
				" instead of %" PRIu32,
				scene, page, i + 1, version_of(i, page), stored[i][page]);
}

struct recount {
	int64_t present;
	int64_t swapped;
	unsigned int *slots; /* entries that name each */
};

static void recount_entry(struct recount *recount, pmd_t entry, unsigned int nr)
{
	if (entry_has(entry, ENTRY_PRESENT))
		recount->present += nr;
	if (!entry_has(entry, ENTRY_SWAP))
		return;
	recount->swapped += nr;
	for (unsigned int i = 0; i < nr; i++)
		recount->slots[entry_offset(entry) + i]++;
}

static void recount_process(const struct mm_struct *mm, unsigned int *slots)
{
	struct recount recount = { .slots = slots };

	for (size_t i = 0; i <= world->regions_mask; i++) {
		const struct region *region = world->regions[i];

		if (!region || region->mm != mm)
			continue;
		require(!region->ptl.locked, "%s: a PMD is locked", scene);
		if (!entry_has(region->pmd, ENTRY_TABLE))
			recount_entry(&recount, region->pmd, world->pmd_nr);
		else
			for (unsigned int page = 0; page < world->pmd_nr; page++)
				recount_entry(&recount, region->pte[page], 1);
	}
	require(recount.present == mm->anon_pages && recount.swapped == mm->swap_entries,
		"%s: process %" PRIu32 " counts %" PRId64 " and %" PRId64 ", but has %" PRId64
		" pages and %" PRId64 " swap entries",
		scene, mm->pid, mm->anon_pages, mm->swap_entries, recount.present, recount.swapped);
}

static unsigned int owners(const struct folio *folio)
{
	unsigned int owners = folio->swapcache ? folio->nr_pages : 0;

	for (int i = 0; i < NR_PROCESSES; i++) {
		const struct region *region =
			world_find_region(process(i), folio->index >> world->pmd_shift);

		if (region)
			owners += region_maps(region, folio);
	}
	return owners;
}

static void check_folio(const struct folio *folio)
{
	require(!folio->locked && folio->uptodate, "%s: a folio was left locked or unread", scene);
	require(folio->ref_count == owners(folio), "%s: a folio has %u references, but %u owners",
		scene, folio->ref_count, owners(folio));
	for (unsigned int i = 0; folio->swapcache && i < folio->nr_pages; i++)
		require(swap_slot_cached(folio->swap + i) == folio, "%s: a slot forgot its folio",
			scene);
	/* R03: what is being written must not change until it is. */
	if (folio->writeback && (world->si.flags & SWP_STABLE_WRITES))
		require(memcmp(folio->version, world->si.version + folio->swap,
			       folio->nr_pages * sizeof(*folio->version)) == 0,
			"%s: a page changed while it was written", scene);
}

static void check_memory(void)
{
	const struct list *lists[] = { &world->lru, &world->writeback };
	uint64_t pages = 0;

	for (int i = 0; i < 2; i++)
		for (struct list *entry = lists[i]->next; entry != lists[i]; entry = entry->next) {
			const struct folio *folio = lru_entry(entry);

			check_folio(folio);
			require(folio->writeback == (i == 1), "%s: a folio is on the wrong list",
				scene);
			pages += folio->nr_pages;
		}
	require(pages == world->nr_pages, "%s: %" PRIu64 " pages counted, %" PRIu64 " found", scene,
		world->nr_pages, pages);
	require(world->nr_pages <= world->limit_pages, "%s: more memory than there is", scene);
}

static void check_slots(const unsigned int *named)
{
	const struct swap_info_struct *si = &world->si;
	uint64_t used = 0;
	uint64_t free_clusters = 0;

	for (uint64_t slot = 0; slot < si->nr_slots; slot++) {
		require(swap_count(slot) == named[slot],
			"%s: slot %" PRIu64 " counts %u users, but has %u", scene, slot,
			swap_count(slot), named[slot]);
		used += swap_count(slot) > 0 || swap_slot_cached(slot);
	}
	for (uint64_t i = 0; i < si->nr_slots / world->pmd_nr; i++)
		free_clusters += si->clusters[i].used == 0;
	ck_assert_uint_eq(used, si->nr_used);
	ck_assert_uint_eq(free_clusters, si->nr_free_clusters);
	ck_assert_uint_eq(si->pins, 0);
}

static void check_stats(void)
{
	const struct sim_stats *stats = &world->stats;
	const uint64_t pages_in = stats->pages_read + stats->pages_zero;
	uint64_t reasons = 0;

	for (int i = 0; i < THPSWAP_NR_REASONS; i++)
		reasons += stats->split_by_reason[i];
	ck_assert_uint_eq(stats->accesses, accesses);
	ck_assert_uint_le(stats->major, stats->faults);
	ck_assert_uint_le(stats->major_told, stats->major);
	ck_assert_uint_eq(stats->pmd_maps, stats->by_action[THPSWAP_MAP]);
	ck_assert_uint_eq(reasons, stats->by_action[THPSWAP_SPLIT]);
	ck_assert_uint_le(stats->pmd_maps + reasons, stats->pmd_faults);
	ck_assert_uint_le(stats->pmd_faults, stats->faults);
	/* A read is one page, or N. */
	ck_assert_uint_ge(pages_in, stats->major);
	ck_assert_uint_eq((pages_in - stats->major) % (world->pmd_nr - 1), 0);
	if (world->policy != SIM_PTE)
		return;
	ck_assert_uint_eq(stats->pmd_faults, 0);
	ck_assert_uint_eq(pages_in, stats->major);
}

static void check_all(uint64_t pages)
{
	unsigned int *slots = calloc(world->si.nr_slots, sizeof(*slots));

	require(!world->error[0], "%s: %s", scene, world->error);
	check_data(pages);
	for (int i = 0; i < NR_PROCESSES; i++)
		recount_process(process(i), slots);
	check_memory();
	check_slots(slots);
	check_stats();
	free(slots);
}

/*
 * Unmapping and sharing: what a trace cannot ask for.
 */

static void zap_entry(struct mm_struct *mm, pmd_t *entry, unsigned int nr)
{
	const pmd_t old = *entry;

	*entry = (pmd_t){ 0 };
	if (entry_has(old, ENTRY_PRESENT)) {
		mm->anon_pages -= nr;
		if (nr > 1)
			entry_folio(old)->anon_exclusive = false;
		folio_put(entry_folio(old));
	} else if (entry_has(old, ENTRY_SWAP)) {
		mm->swap_entries -= nr;
		swap_free(entry_offset(old), nr);
	}
}

/* All pages of a region read as zero afterwards. */
static void zap_region(int i, uint64_t first)
{
	struct region *region = find_region(i, first);

	if (!region)
		return;
	if (entry_has(region->pmd, ENTRY_TABLE)) {
		for (unsigned int page = 0; page < world->pmd_nr; page++)
			zap_entry(region->mm, &region->pte[page], 1);
		sim_release(region->pte);
		region->pte = NULL;
		region->pmd = (pmd_t){ 0 };
	} else {
		zap_entry(region->mm, &region->pmd, world->pmd_nr);
	}
	memset(region->expected, 0, world->pmd_nr * sizeof(*region->expected));
	memset(&stored[i][first], 0, world->pmd_nr * sizeof(stored[i][first]));
}

/* Nobody is exclusive any more (R24). Return: the child's entry. */
static pmd_t share_entry(struct mm_struct *child, pmd_t *entry, unsigned int nr)
{
	if (entry_has(*entry, ENTRY_PRESENT)) {
		entry->val &= ~(uint64_t)(ENTRY_WRITE | ENTRY_EXCLUSIVE);
		entry_folio(*entry)->anon_exclusive = false;
		folio_get(entry_folio(*entry));
		child->anon_pages += nr;
	} else if (entry_has(*entry, ENTRY_SWAP)) {
		entry->val &= ~(uint64_t)ENTRY_EXCLUSIVE;
		swap_dup(entry_offset(*entry), nr);
		child->swap_entries += nr;
	}
	return *entry;
}

/* Process 2 gets what process 1 has there, as after a fork(). */
static void fork_region(uint64_t first)
{
	struct region *parent = find_region(0, first);
	struct region *child;

	if (!parent)
		return;
	zap_region(1, first);
	child = world_region(process(1), parent->number);
	if (entry_has(parent->pmd, ENTRY_TABLE)) {
		child->pte = sim_alloc(world->pmd_nr * sizeof(*child->pte));
		child->pmd = parent->pmd;
		for (unsigned int page = 0; page < world->pmd_nr; page++)
			child->pte[page] = share_entry(child->mm, &parent->pte[page], 1);
	} else {
		child->pmd = share_entry(child->mm, &parent->pmd, world->pmd_nr);
	}
	memcpy(child->expected, parent->expected, world->pmd_nr * sizeof(*child->expected));
	memcpy(&stored[1][first], &stored[0][first], world->pmd_nr * sizeof(stored[0][first]));
}

/*
 * No store is lost, nothing leaks.
 */

static void run_of_accesses(const struct size *size)
{
	const int i = random_below(4) == 0;
	const bool write = random_below(2);
	const uint64_t length = 1 + random_below(random_below(2) ? 3 : world->pmd_nr);
	uint64_t page = random_below(size->touched);

	for (uint64_t n = 0; n < length && page < size->touched; n++)
		must_access(i, page++, write);
}

static void play(const struct size *size, bool forks)
{
	for (int round = 1; accesses < (uint64_t)size->accesses; round++) {
		run_of_accesses(size);
		if (forks && round % 8 == 0)
			fork_region(random_below(size->touched / size->pmd_nr) * size->pmd_nr);
		if (forks && round % 32 == 0)
			zap_region(round % 64 == 0,
				   random_below(size->touched / size->pmd_nr) * size->pmd_nr);
		if (round % 256 == 0)
			check_all(size->touched);
	}
	check_all(size->touched);
}

static void drop_swap_caches(void)
{
	struct list *next;

	while (world->writeback.next != &world->writeback)
		swap_end_writeback(lru_entry(world->writeback.next));
	for (struct list *entry = world->lru.next; entry != &world->lru; entry = next) {
		struct folio *folio = lru_entry(entry);

		next = entry->next; /* the folio may be the last one to know it */
		folio_lock(folio);
		folio_get(folio);
		folio_free_swap(folio);
		folio_unlock(folio);
		folio_put(folio);
	}
}

/* With memory enough nothing has to stay on the device; unmapped, nothing anywhere. */
static void take_all_back(const struct size *size)
{
	world->limit_pages = 4 * NR_PROCESSES * (size->touched + world->pmd_nr);
	for (int i = 0; i < NR_PROCESSES; i++)
		for (uint64_t page = 0; page < size->touched; page++)
			must_access(i, page, false);
	check_all(size->touched);
	drop_swap_caches();
	check_all(size->touched);
	require(world->si.nr_used == 0, "%s: %" PRIu64 " slots leaked", scene, world->si.nr_used);

	for (int i = 0; i < NR_PROCESSES; i++)
		for (uint64_t page = 0; page < size->touched; page += world->pmd_nr)
			zap_region(i, page);
	check_all(size->touched);
	require(world->nr_pages == 0, "%s: %" PRIu64 " pages leaked", scene, world->nr_pages);
}

static void try_all_sizes(int scenario, bool forks)
{
	const enum sim_policy policy = (enum sim_policy)(scenario / NR_DEVICES);
	uint64_t swapped_in = 0;
	uint64_t copied = 0;

	for (int i = 0; i < NR_SIZES * NR_FRAGMENTATIONS; i++) {
		struct size size = sizes[i / NR_FRAGMENTATIONS];

		/* A copy needs a page beside the THP that it is made from. */
		if (forks && size.limit <= size.pmd_nr)
			size.limit = size.pmd_nr + 1;
		new_world(policy, device(scenario % NR_DEVICES), &size,
			  fragmentations[i % NR_FRAGMENTATIONS], 8 * size.touched);
		play(&size, forks);
		swapped_in += world->stats.major;
		copied += world->stats.cow_copies;
		take_all_back(&size);
		world_free();
	}
	/* Or nothing has been tested. */
	ck_assert_uint_gt(swapped_in, 1000);
	ck_assert(!forks || copied > 100);
}

START_TEST(keeps_every_store)
{
	try_all_sizes(_i, false);
}
END_TEST

START_TEST(keeps_every_store_of_processes_that_share)
{
	try_all_sizes(_i, true);
}
END_TEST

/*
 * Too little of something
 */

START_TEST(memory_below_one_pmd_holds_small_pages)
{
	const struct size size = { 512, 511, 1024, 4000 };
	uint64_t pages, by_pmd;

	new_world((enum sim_policy)_i, device(0), &size, 0, 8 * size.touched);
	play(&size, false);
	world_residents(&pages, &by_pmd);
	ck_assert_uint_eq(by_pmd, 0);
	ck_assert_uint_gt(pages, 400);
	ck_assert_uint_eq(world->stats.pmd_faults, 0);
	ck_assert_uint_gt(world->stats.major, 0);
	world_free();
}
END_TEST

/* Two clusters of four slots, five of them taken by single pages of the first two regions. */
static void no_free_cluster(enum sim_policy policy, const struct size *size)
{
	new_world(policy, device(0), size, 100, 8);
	for (uint64_t page = 0; page < 5; page++)
		must_access(0, page, true);
	for (int i = 0; i < 5; i++)
		ck_assert(reclaim_folio(lru_entry(world->lru.prev)));
	ck_assert_uint_eq(world->si.nr_used, 5);
	ck_assert_uint_eq(world->si.nr_free_clusters, 0);
	world->thp_fail_percent = 0;
	for (uint64_t page = 8; page < 16; page++)
		must_access(0, page, true);
	ck_assert(entry_has(find_region(0, 8)->pmd, ENTRY_PRESENT));
}

START_TEST(a_thp_is_split_when_no_cluster_is_free)
{
	const struct size size = { 4, 8, 24, 0 };

	no_free_cluster((enum sim_policy)_i, &size);
	must_access(0, 16, true);
	ck_assert(entry_has(find_region(0, 8)->pmd, ENTRY_TABLE));
	ck_assert_uint_eq(world->si.nr_used, world->si.nr_slots);
	ck_assert_int_eq(process(0)->swap_entries, 8);
	check_all(size.touched);
	world_free();
}
END_TEST

START_TEST(full_swap_is_told)
{
	const struct size size = { 4, 8, 24, 0 };
	uint64_t page = 16;

	no_free_cluster((enum sim_policy)_i, &size);
	while (page < 24 && access_one(0, page, true))
		page++;
	/* Eight pages of memory and eight slots, of which 13 were taken. */
	ck_assert_uint_eq(page, 19);
	ck_assert_str_eq(world->error, "the fault at 0x100013000 of process 1 failed: "
				       "out of memory and swap; raise --memory or --swap");
	world_free();
}
END_TEST

/*
 * What is wrong must be noticed: the controls of all of the above.
 */

static const struct size small = { 4, 8, 24, 0 };

/* Page 0 is swapped out and nowhere else. */
static void swapped_out(enum sim_policy policy)
{
	new_world(policy, device(0), &small, 0, 64);
	for (uint64_t page = 0; page < small.touched; page++)
		must_access(0, page, true);
	ck_assert(entry_has(*find_entry(0, 0), ENTRY_SWAP));
	ck_assert_ptr_null(swap_slot_cached(entry_offset(*find_entry(0, 0))));
	check_all(small.touched);
}

START_TEST(a_damaged_slot_is_noticed)
{
	swapped_out((enum sim_policy)_i);
	world->si.version[entry_offset(*find_entry(0, 0))] = 77;
	ck_assert(!access_one(0, 0, false));
	ck_assert_str_eq(world->error, "process 1 read store 77 at 0x100000000, "
				       "but the last one was 1");
	ck_assert_uint_gt(world->nr_events, 0);
	world_free();
}
END_TEST

START_TEST(a_damaged_page_is_noticed)
{
	swapped_out((enum sim_policy)_i);
	ck_assert(entry_has(*find_entry(0, 23), ENTRY_PRESENT));
	entry_folio(*find_entry(0, 23))
		->version[page_in_folio(entry_folio(*find_entry(0, 23)), 3)]--;
	ck_assert(!access_one(0, 23, true));
	ck_assert_str_eq(world->error, "process 1 read store 23 at 0x100017000, "
				       "but the last one was 24");
	world_free();
}
END_TEST

START_TEST(a_slot_given_up_twice_is_noticed)
{
	swapped_out((enum sim_policy)_i);
	swap_free(entry_offset(*find_entry(0, 0)), 1);
	ck_assert_str_eq(world->error, "");
	swap_free(entry_offset(*find_entry(0, 0)), 1);
	ck_assert_ptr_nonnull(strstr(world->error, "was freed twice"));
	world_free();
}
END_TEST

START_TEST(more_users_of_a_slot_than_it_can_count_are_noticed)
{
	swapped_out((enum sim_policy)_i);
	for (int users = 1; users < 255; users++)
		swap_dup(entry_offset(*find_entry(0, 0)), 1);
	ck_assert_str_eq(world->error, "");
	ck_assert_uint_eq(swap_count(entry_offset(*find_entry(0, 0))), 255);
	swap_dup(entry_offset(*find_entry(0, 0)), 1);
	ck_assert_str_ne(world->error, "");
	ck_assert_uint_eq(swap_count(entry_offset(*find_entry(0, 0))), 255);
	world_free();
}
END_TEST

START_TEST(a_lost_reference_is_noticed)
{
	swapped_out((enum sim_policy)_i);
	folio_put_many(entry_folio(*find_entry(0, 23)), 9);
	ck_assert_str_eq(world->error, "a folio lost more references than it had");
	world_free();
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("model");
	TCase *data = tcase_create("data");
	TCase *shortage = tcase_create("shortage");
	TCase *control = tcase_create("control");

	tcase_set_timeout(data, 120);
	tcase_add_loop_test(data, keeps_every_store, 0, SIM_NR_POLICIES * NR_DEVICES);
	tcase_add_loop_test(data, keeps_every_store_of_processes_that_share, 0,
			    SIM_NR_POLICIES * NR_DEVICES);
	suite_add_tcase(suite, data);

	tcase_set_timeout(shortage, 60);
	tcase_add_loop_test(shortage, memory_below_one_pmd_holds_small_pages, 0, SIM_NR_POLICIES);
	tcase_add_loop_test(shortage, a_thp_is_split_when_no_cluster_is_free, 0, SIM_NR_POLICIES);
	tcase_add_loop_test(shortage, full_swap_is_told, 0, SIM_NR_POLICIES);
	suite_add_tcase(suite, shortage);

	tcase_add_loop_test(control, a_damaged_slot_is_noticed, 0, SIM_NR_POLICIES);
	tcase_add_loop_test(control, a_damaged_page_is_noticed, 0, SIM_NR_POLICIES);
	tcase_add_loop_test(control, a_slot_given_up_twice_is_noticed, 0, SIM_NR_POLICIES);
	tcase_add_loop_test(control, more_users_of_a_slot_than_it_can_count_are_noticed, 0,
			    SIM_NR_POLICIES);
	tcase_add_loop_test(control, a_lost_reference_is_noticed, 0, SIM_NR_POLICIES);
	suite_add_tcase(suite, control);
	return run_suite(suite);
}
