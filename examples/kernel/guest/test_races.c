// SPDX-License-Identifier: GPL-2.0-only
/* Others split the entry, or fault on it, at the same time. */
#include "guest.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>

enum { FIRST = 100, NR = 100, AFTER = FIRST + NR, PAGE = 300 };

static void read_and_wait(void *argument)
{
	struct family *const family = argument;

	expect_pages(&family->region, 0, HUGE_PAGES, 0);
	baton_give_parent(&family->baton);
	baton_await_parent(&family->baton);
	expect_pages(&family->region, 0, HUGE_PAGES, 0);
}

static void split_by_mprotect(const struct region *region)
{
	must(mprotect(page_address(region, FIRST), NR * PAGE_BYTES, PROT_READ));
}

/*
 * D10: the PTE path maps single pages of a THP that has just been read into the swap cache.
 */

static void share_with_split(const struct backend *backend, struct family *family, bool unmap)
{
	swap_out(backend, &family->region);
	mark();
	const pid_t child = start_child(read_and_wait, family);

	baton_await_child(&family->baton);
	expect_grew("thp_swpin_pmd", 1);
	if (unmap)
		must(munmap(page_address(&family->region, FIRST), NR * PAGE_BYTES));
	else
		split_by_mprotect(&family->region);
	expect_pages(&family->region, 0, FIRST, 0);
	expect_pages(&family->region, AFTER, HUGE_PAGES - AFTER, 0);
	fill_pages(&family->region, 0, FIRST, 1);
	baton_give_child(&family->baton);
	join_child(child);
	expect_pages(&family->region, 0, FIRST, 1);
	expect_pages(&family->region, AFTER, HUGE_PAGES - AFTER, 0);
	/* The one by a PMD, the other by PTEs: one read, and no fallback. */
	expect_grew("thp_swpin_pmd", 1);
	expect_grew("thp_swpin_pmd_fallback", 0);
}

TEST(split_in_swap_cache)
{
	struct family family = make_family(make_region(1));

	share_with_split(backend, &family, false);
	expect_pages(&family.region, FIRST, NR, 0);
}

TEST(unmap_in_swap_cache)
{
	struct family family = make_family(make_region(1));

	share_with_split(backend, &family, true);
}

/* The reader dies, and leaves in the swap cache what the split entry then finds. */
static void read_one(void *argument)
{
	touch_read(argument, PAGE);
}

TEST(split_after_reader_exit)
{
	struct region region = make_region(1);

	swap_out(backend, &region);
	join_child(start_child(read_one, &region));
	split_by_mprotect(&region);
	for (size_t page = HUGE_PAGES; page-- > 0;)
		expect_pages(&region, page, 1, 0);
	must(mprotect(region.start, region.bytes, PROT_READ | PROT_WRITE));
	fill_pages(&region, 0, HUGE_PAGES, 1);
	must(madvise(region.start, region.bytes, MADV_PAGEOUT));
	expect_pages(&region, 0, HUGE_PAGES, 1);
}

struct split_race {
	struct region region;
	pthread_barrier_t start;
	pthread_barrier_t end;
	unsigned int rounds;
};

/* A read fault waits for the disk without the mmap lock: the split gets in between. */
static void *split_while_faulting(void *argument)
{
	struct split_race *const race = argument;

	for (unsigned int round = 0; round < race->rounds; round++) {
		pthread_barrier_wait(&race->start);
		for (unsigned int spin = 0; spin < round % 8 * 2000; spin++)
			atomic_signal_fence(memory_order_seq_cst);
		split_by_mprotect(&race->region);
		pthread_barrier_wait(&race->end);
	}
	return NULL;
}

TEST(split_while_reading, .on = ON_UNCACHED, .flags = TEST_ANY_CPU, .seconds = 60)
{
	struct split_race race = { .rounds = 40 };
	long read_not_mapped = 0;
	pthread_t thread;

	pthread_barrier_init(&race.start, NULL, 2);
	pthread_barrier_init(&race.end, NULL, 2);
	race.region = map_region(1);
	expect(!pthread_create(&thread, NULL, split_while_faulting, &race), "no thread");
	for (unsigned int round = 0; round < race.rounds; round++) {
		const struct region fresh = make_region(1);

		race.region = fresh;
		swap_out(backend, &fresh);
		mark();
		pthread_barrier_wait(&race.start);
		/* Not the first page: what is wrong with a tail would be right with the head. */
		touch_read(&fresh, PAGE);
		expect_pages(&fresh, 0, HUGE_PAGES, 0);
		pthread_barrier_wait(&race.end);
		expect_pages(&fresh, 0, HUGE_PAGES, 0);
		if (pmd_mode())
			read_not_mapped += decided("pmd_source:read") - grew("thp_swpin_pmd") -
					   grew("thp_swpin_pmd_fallback");
		must(munmap(fresh.start - HUGE_BYTES, fresh.bytes + 2 * HUGE_BYTES));
	}
	pthread_join(thread, NULL);
	expect_pmd(backend->synchronous || read_not_mapped > 0,
		   "no THP was read that was split before it was mapped");
}

/*
 * Threads that fault on one THP.
 */

enum { READERS = 3 };

struct reader_race {
	struct region region;
	pthread_barrier_t start;
	pthread_barrier_t end;
	atomic_uint next;
	unsigned int rounds;
};

static void *read_with_others(void *argument)
{
	struct reader_race *const race = argument;
	const size_t page = 100 * (1 + atomic_fetch_add(&race->next, 1));

	for (unsigned int round = 0; round < race->rounds; round++) {
		pthread_barrier_wait(&race->start);
		expect_pages(&race->region, page, 1, 0);
		pthread_barrier_wait(&race->end);
	}
	return NULL;
}

/* D7: who comes second neither splits what the first has mapped, nor keeps it from that. */
TEST(readers_race, .on = ON_UNCACHED, .flags = TEST_ANY_CPU, .seconds = 60)
{
	struct reader_race race = { .region = make_region(1), .rounds = 60 };
	pthread_t threads[READERS];

	pthread_barrier_init(&race.start, NULL, READERS + 1);
	pthread_barrier_init(&race.end, NULL, READERS + 1);
	for (int i = 0; i < READERS; i++)
		expect(!pthread_create(&threads[i], NULL, read_with_others, &race), "no thread");
	for (unsigned int round = 0; round < race.rounds; round++) {
		swap_out(backend, &race.region);
		mark();
		pthread_barrier_wait(&race.start);
		pthread_barrier_wait(&race.end);
		expect_grew("thp_swpin_pmd", 1);
		expect_grew("thp_swpin_pmd_fallback", 0);
		expect_pmd(huge_bytes(&race.region) == HUGE_BYTES, "round %u: the THP is lost",
			   round);
		expect_pages(&race.region, 0, HUGE_PAGES, 0);
	}
	for (int i = 0; i < READERS; i++)
		pthread_join(threads[i], NULL);
}

/*
 * D1: once the PMD lock is dropped, MADV_DONTNEED may free what was mapped under it.
 *
 * Folios stay in the swap cache for nobody, with 4 KiB entries as well: where reclaim has one
 * locked, for which a fault waits, neither the zap nor reclaim can free it. The next reclaim does.
 * What the handler must not leave there (D12) is seen by zap_while_reading.
 */

enum { ZAP_RACE_SECONDS = 6 };

static struct region zap_region;
static volatile bool zap_race_ends;

static void *race_read(void *unused)
{
	while (!zap_race_ends)
		(void)*(volatile char *)page_address(&zap_region, 7);
	return unused;
}

static void *race_write(void *unused)
{
	while (!zap_race_ends)
		*(volatile char *)page_address(&zap_region, 11) = 1;
	return unused;
}

static void *race_zap(void *unused)
{
	while (!zap_race_ends)
		madvise(zap_region.start, zap_region.bytes, MADV_DONTNEED);
	return unused;
}

static void *race_page_out(void *unused)
{
	while (!zap_race_ends) {
		memset(zap_region.start, 1, PAGE_BYTES);
		madvise(zap_region.start, zap_region.bytes, MADV_PAGEOUT);
	}
	return unused;
}

TEST(zap_race, .on = ON_ZRAM, .flags = TEST_PMD_ONLY | TEST_ANY_CPU, .seconds = 40)
{
	static void *(*const racers[])(void *) = { race_read, race_write, race_zap, race_page_out };
	enum { RACERS = sizeof(racers) / sizeof(*racers) };
	pthread_t threads[RACERS];

	zap_region = make_region(1);
	mark();
	for (int i = 0; i < RACERS; i++)
		pthread_create(&threads[i], NULL, racers[i], NULL);
	sleep(ZAP_RACE_SECONDS);
	zap_race_ends = true;
	for (int i = 0; i < RACERS; i++)
		pthread_join(threads[i], NULL);
	expect(grew("thp_swpin_pmd") > 0, "nothing was swapped in");
}

/*
 * D12: a zap that finds the folio locked by the read leaves the swap cache to the fault.
 */

struct zap_and_read {
	struct region region;
	pthread_barrier_t start;
	pthread_barrier_t end;
	unsigned int rounds;
};

static void *zap_while_reading(void *argument)
{
	struct zap_and_read *const race = argument;

	for (unsigned int round = 0; round < race->rounds; round++) {
		pthread_barrier_wait(&race->start);
		usleep(round % 8 * 1000);
		must(madvise(race->region.start, race->region.bytes, MADV_DONTNEED));
		pthread_barrier_wait(&race->end);
	}
	return NULL;
}

/*
 * Nobody else locks the folio or holds it, so nothing may stay, and nothing is reclaimed before
 * it is counted. Where the fault has to wait for the read, it goes away, as on any Linux.
 */
TEST(zap_while_reading, .on = ON_SYNCHRONOUS, .flags = TEST_PMD_ONLY | TEST_ANY_CPU, .seconds = 60)
{
	struct zap_and_read race = { .region = make_region(1), .rounds = 64 };
	const long freed = decision("pmd_unmapped:free");
	pthread_t thread;

	pthread_barrier_init(&race.start, NULL, 2);
	pthread_barrier_init(&race.end, NULL, 2);
	expect(!pthread_create(&thread, NULL, zap_while_reading, &race), "no thread");
	for (unsigned int round = 0; round < race.rounds; round++) {
		fill_pages(&race.region, 0, HUGE_PAGES, 0);
		swap_out(backend, &race.region);
		pthread_barrier_wait(&race.start);
		touch_read(&race.region, PAGE);
		pthread_barrier_wait(&race.end);
		expect(slots_used(backend) <= slots_slack(), "round %u: %ld slots are used", round,
		       slots_used(backend));
		must(madvise(race.region.start, race.region.bytes, MADV_DONTNEED));
	}
	pthread_join(thread, NULL);
	expect(decision("pmd_unmapped:free") > freed, "no fault met a zap");
}
