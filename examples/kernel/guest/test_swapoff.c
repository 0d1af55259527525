// SPDX-License-Identifier: GPL-2.0-only
/* swapoff beside it. */
#include "guest.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>

enum { WORKERS = 3, PAGE = 300 };

struct swapoff_race {
	struct region regions[WORKERS];
	atomic_bool stop;
	atomic_uint next;
	atomic_uint rounds[WORKERS];
};

/* Each worker has a THP of its own; the first ones only read, the last one writes. */
static void *page_out_and_in(void *argument)
{
	struct swapoff_race *const race = argument;
	const unsigned int me = atomic_fetch_add(&race->next, 1);
	const struct region *const region = &race->regions[me];
	unsigned int generation = 0;

	while (!race->stop) {
		must(madvise(region->start, region->bytes, MADV_PAGEOUT));
		expect_pages(region, 0, HUGE_PAGES, generation);
		if (me == WORKERS - 1)
			fill_pages(region, 0, HUGE_PAGES, ++generation);
		race->rounds[me]++;
	}
	expect_pages(region, 0, HUGE_PAGES, generation);
	return NULL;
}

TEST(swapoff_while_faulting, .flags = TEST_ANY_CPU, .seconds = 60)
{
	struct swapoff_race race = { 0 };
	const long before = counter("thp_swpin_pmd");
	pthread_t threads[WORKERS];

	for (int i = 0; i < WORKERS; i++)
		race.regions[i] = make_region(1);
	for (int i = 0; i < WORKERS; i++)
		expect(!pthread_create(&threads[i], NULL, page_out_and_in, &race), "no thread");
	for (int cycle = 0; cycle < 12; cycle++) {
		usleep(100000);
		must(backend_swapoff(backend));
		must(backend_swapon(backend));
	}
	race.stop = true;
	for (int i = 0; i < WORKERS; i++)
		pthread_join(threads[i], NULL);
	for (int i = 0; i < WORKERS; i++)
		expect(race.rounds[i] > 1, "thread %d got %u rounds", i, race.rounds[i]);
	expect_pmd(counter("thp_swpin_pmd") > before, "no THP came back whole");
}

static void hold_split(void *argument)
{
	struct family *const family = argument;

	must(mprotect(page_address(&family->region, 0), PAGE_BYTES, PROT_READ));
	touch_read(&family->region, PAGE);
	baton_give_parent(&family->baton);
	baton_await_parent(&family->baton);
	expect_bit_only(&family->region, 0, HUGE_PAGES, PAGEMAP_PRESENT);
	expect_pages(&family->region, 0, HUGE_PAGES, 0);
}

static void hold_whole(void *argument)
{
	struct family *const family = argument;

	baton_give_parent(&family->baton);
	baton_await_parent(&family->baton);
	expect_bit_only(&family->region, 0, HUGE_PAGES, PAGEMAP_PRESENT);
	expect_pages(&family->region, 0, HUGE_PAGES, 0);
	fill_pages(&family->region, 0, HUGE_PAGES, 1);
	expect_pages(&family->region, 0, HUGE_PAGES, 1);
}

/* The same slots by a PMD entry, by PTEs, and partly in memory. */
TEST(swapoff_mixed_forks)
{
	static void (*const bodies[])(void *) = { hold_whole, hold_split, hold_whole, hold_split };
	enum { CHILDREN = sizeof(bodies) / sizeof(*bodies) };
	struct family family = make_family(make_region(1));
	pid_t children[CHILDREN];

	swap_out(backend, &family.region);
	for (int i = 0; i < CHILDREN; i++) {
		children[i] = start_child(bodies[i], &family);
		baton_await_child(&family.baton);
	}
	must(backend_swapoff(backend));
	expect_bit_only(&family.region, 0, HUGE_PAGES, PAGEMAP_PRESENT);
	for (int i = 0; i < CHILDREN; i++)
		baton_give_child(&family.baton);
	for (int i = 0; i < CHILDREN; i++)
		join_child(children[i]);
	expect_pages(&family.region, 0, HUGE_PAGES, 0);
	must(backend_swapon(backend));
}
