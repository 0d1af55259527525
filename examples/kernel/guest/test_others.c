// SPDX-License-Identifier: GPL-2.0-only
/* Others at work on the same range: splits, KSM, swapoff, zswap, a memory failure. */
#include "guest.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

enum { FIRST = 100, NR = 100, AFTER = FIRST + NR, PAGE = 300 };

struct family {
	struct region region;
	struct baton baton;
};

static struct family make_family(struct region region)
{
	return (struct family){ region, baton_make() };
}

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
		expect_pmd(huge_bytes(&race.region) == HUGE_BYTES, "round %u: the THP is lost",
			   round);
		expect_pages(&race.region, 0, HUGE_PAGES, 0);
	}
	for (int i = 0; i < READERS; i++)
		pthread_join(threads[i], NULL);
}

/*
 * KSM.
 */

static void set_ksm(const char *file, const char *text)
{
	char path[60];

	snprintf(path, sizeof(path), "/sys/kernel/mm/ksm/%s", file);
	expect(write_file(path, text), "%s: %s", path, strerror(errno));
}

static void start_ksm(void)
{
	set_ksm("sleep_millisecs", "1");
	set_ksm("pages_to_scan", "4096");
	set_ksm("run", "1");
}

static void stop_ksm(void)
{
	set_ksm("run", "2"); /* and give everybody his own page again */
	set_ksm("run", "0");
}

static void await_ksm_scans(long scans)
{
	const char *const path = "/sys/kernel/mm/ksm/full_scans";
	const long until = read_number(path) + scans;

	for (int tries = 0; read_number(path) < until; tries++) {
		expect(tries < 1000, "ksmd does not scan");
		usleep(10000);
	}
}

static long ksm_sharing(void)
{
	return read_number("/sys/kernel/mm/ksm/pages_sharing");
}

/* Equal, page by page. */
static struct region make_twin(const struct region *region)
{
	struct region twin = map_region(1);

	twin.seed = region->seed;
	populate_region(&twin);
	return twin;
}

static void make_mergeable(const struct region *region)
{
	must(madvise(region->start, region->bytes, MADV_MERGEABLE));
}

TEST(ksm_looks_only, .seconds = 40)
{
	const struct region one = make_region(1);
	const struct region other = make_twin(&one);

	make_mergeable(&one);
	make_mergeable(&other);
	swap_out(backend, &one);
	swap_out(backend, &other);
	mark();
	start_ksm();
	await_ksm_scans(3);
	expect_grew("thp_swpin_pmd", 0);
	expect_grew("thp_swpin_pmd_fallback", 0);
	expect_bit_only(&one, 0, HUGE_PAGES, PAGEMAP_SWAP);
	expect_bit_only(&other, 0, HUGE_PAGES, PAGEMAP_SWAP);
	expect_pages(&one, 0, HUGE_PAGES, 0);
	fill_pages(&other, 0, HUGE_PAGES, 1);
	stop_ksm();
	expect_pages(&one, 0, HUGE_PAGES, 0);
	expect_pages(&other, 0, HUGE_PAGES, 1);
}

/* What came back from swap is merged, swapped out again, written to, and taken apart. */
TEST(ksm_merges_read_back, .seconds = 60)
{
	const struct region one = make_region(1);
	const struct region other = make_twin(&one);

	swap_out(backend, &one);
	swap_out(backend, &other);
	expect_pages(&one, 0, HUGE_PAGES, 0);
	expect_pages(&other, 0, HUGE_PAGES, 0);
	make_mergeable(&one);
	make_mergeable(&other);
	start_ksm();
	for (int tries = 0; ksm_sharing() < HUGE_PAGES / 2; tries++) {
		expect(tries < 50, "only %ld pages are shared", ksm_sharing());
		await_ksm_scans(1);
	}
	for (unsigned int generation = 0; generation < 3; generation++) {
		must(madvise(one.start, one.bytes, MADV_PAGEOUT));
		must(madvise(other.start, other.bytes, MADV_PAGEOUT));
		expect_pages(&one, 0, FIRST, generation);
		expect_pages(&other, 0, HUGE_PAGES, 0);
		fill_pages(&one, 0, FIRST, generation + 1);
		await_ksm_scans(1);
	}
	stop_ksm();
	expect_pages(&one, 0, FIRST, 3);
	expect_pages(&one, FIRST, HUGE_PAGES - FIRST, 0);
	expect_pages(&other, 0, HUGE_PAGES, 0);
}

/* One process swaps out and reads back; ksmd merges and splits meanwhile. */
TEST(ksm_meanwhile, .flags = TEST_ANY_CPU, .seconds = 60)
{
	struct region one = make_region(1);
	const struct region other = make_twin(&one);

	make_mergeable(&one);
	make_mergeable(&other);
	start_ksm();
	for (unsigned int round = 0; round < 20; round++) {
		must(madvise(one.start, one.bytes, MADV_PAGEOUT));
		must(madvise(other.start, other.bytes, MADV_PAGEOUT));
		expect_pages(&one, 0, HUGE_PAGES, round);
		expect_pages(&other, 0, HUGE_PAGES, round);
		must(madvise(one.start, one.bytes, MADV_DONTNEED));
		must(madvise(other.start, other.bytes, MADV_DONTNEED));
		fill_pages(&one, 0, HUGE_PAGES, round + 1);
		fill_pages(&other, 0, HUGE_PAGES, round + 1);
	}
	stop_ksm();
	expect_pages(&one, 0, HUGE_PAGES, 20);
	expect_pages(&other, 0, HUGE_PAGES, 20);
}

/*
 * swapoff.
 */

enum { WORKERS = 3 };

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

	split_by_mprotect(&family->region);
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

/*
 * zswap, and a folio of the swap cache in pieces.
 */

/*
 * A PMD entry for a dirty folio of the swap cache, generation 1: it is unmapped, but not written
 * out for the reference that the pipe has.
 */
static struct region make_unwritten(const struct backend *backend)
{
	const struct region region = make_region(1);

	swap_out(backend, &region);
	touch_read(&region, 0);
	const int held = hold_page(&region, PAGE);

	fill_pages(&region, 0, HUGE_PAGES, 1);
	must(madvise(region.start, region.bytes, MADV_PAGEOUT));
	must(close(held));
	return region;
}

/* Only a folio that is mapped can be split: the child's mapping does it, and goes. */
static void split_folios(void *argument)
{
	const struct region *const region = argument;
	const long before = counter("thp_split_page");

	touch_read(region, PAGE);
	expect(write_file("/sys/kernel/debug/split_huge_pages", "1"), "split_huge_pages: %s",
	       strerror(errno));
	expect(counter("thp_split_page") > before, "no folio was split");
}

TEST(pieces_in_swap_cache, .on = ON_CACHED, .flags = TEST_PMD_ONLY)
{
	struct region region = make_unwritten(backend);

	join_child(start_child(split_folios, &region));
	mark();
	touch_read(&region, PAGE);
	expect_grew("thp_swpin_pmd", 0);
	expect_grew("thp_swpin_pmd_fallback_partly_cached", 1);
	expect_pages(&region, 0, HUGE_PAGES, 1);
}

static void read_and_free(void *argument)
{
	const struct region *const region = argument;

	touch_read(region, PAGE);
	must(madvise(region->start, region->bytes, MADV_FREE));
}

/* What a child does not want any more, the parent does: the slots have not got it yet. */
TEST(madvise_free_by_child, .on = ON_CACHED, .flags = TEST_PMD_ONLY)
{
	struct region region = make_unwritten(backend);

	join_child(start_child(read_and_free, &region));
	drop_swap_cache();
	expect_pages(&region, 0, HUGE_PAGES, 1);
}

static void set_zswap(bool enabled)
{
	if (!write_file("/sys/module/zswap/parameters/enabled", enabled ? "Y" : "N"))
		skip_test("zswap: %s", strerror(errno));
}

/* Swapped out in pieces, to zswap; on the device is what was there before. */
static struct region make_zswapped(const struct backend *backend)
{
	set_zswap(true);
	struct region region = make_unwritten(backend);
	const long before = counter("zswpout");

	join_child(start_child(split_folios, &region));
	drop_swap_cache();
	expect(counter("zswpout") - before > HUGE_PAGES / 2, "zswap took only %ld pages",
	       counter("zswpout") - before);
	set_zswap(false);
	return region;
}

/* D5, R22: what is in zswap is not on the device, and a read of it all would find old data. */
TEST(zswap_has_newer, .on = ON_CACHED, .flags = TEST_PMD_ONLY)
{
	const struct region region = make_zswapped(backend);

	mark();
	touch_read(&region, PAGE);
	expect_grew("thp_swpin_pmd", 0);
	expect_grew("thp_swpin_pmd_fallback_zswap", 1);
	expect_pages(&region, 0, HUGE_PAGES, 1);
	fill_pages(&region, 0, HUGE_PAGES, 2);
	must(madvise(region.start, region.bytes, MADV_PAGEOUT));
	expect_pages(&region, 0, HUGE_PAGES, 2);
}

TEST(zswap_swapoff, .on = ON_CACHED, .flags = TEST_PMD_ONLY)
{
	const struct region region = make_zswapped(backend);

	must(backend_swapoff(backend));
	expect_bit_only(&region, 0, HUGE_PAGES, PAGEMAP_PRESENT);
	expect_pages(&region, 0, HUGE_PAGES, 1);
	must(backend_swapon(backend));
}

/* Switched on, with nothing in it, zswap stands in nobody's way. */
TEST(zswap_is_empty)
{
	const struct region region = make_region(1);

	set_zswap(true);
	swap_out(backend, &region);
	mark();
	expect_pages(&region, 0, HUGE_PAGES, 0);
	expect_grew("thp_swpin_pmd", 1);
	expect_grew("thp_swpin_pmd_fallback", 0);
	set_zswap(false);
}

/*
 * A memory failure.
 */

static void fail_page(void *argument)
{
	struct family *const family = argument;

	touch_read(&family->region, PAGE);
	/* The reference of a pipe: the folio cannot be split for the one page. */
	const int held = hold_page(&family->region, 0);

	expect(madvise(page_address(&family->region, PAGE), PAGE_BYTES, MADV_HWPOISON) < 0,
	       "the folio was split");
	expect(errno == EBUSY, "MADV_HWPOISON: %s", strerror(errno));
	must(close(held));
}

/* R20: all pages but the bad one are good, and are reached one by one. */
TEST(poisoned, .on = ON_CACHED, .flags = TEST_PMD_ONLY)
{
	struct family family = make_family(make_region(1));

	swap_out(backend, &family.region);
	join_child(start_child(fail_page, &family));
	mark();
	expect(!can_read(page_address(&family.region, PAGE)), "the bad page can be read");
	expect_grew("thp_swpin_pmd", 0);
	expect_grew("thp_swpin_pmd_fallback_poisoned", 1);
	expect_pages(&family.region, 0, PAGE, 0);
	expect_pages(&family.region, PAGE + 1, HUGE_PAGES - PAGE - 1, 0);
}

/* The same without a reference: what the device has is not lost. */
TEST(poison_swapped)
{
	const struct region region = make_region(1);

	swap_out(backend, &region);
	must(madvise(page_address(&region, PAGE), PAGE_BYTES, MADV_HWPOISON));
	expect(can_read(page_address(&region, PAGE)) == !backend->synchronous,
	       "the bad page is lost, or it should be");
	if (!backend->synchronous)
		expect_pages(&region, PAGE, 1, 0);
	expect_pages(&region, 0, PAGE, 0);
	expect_pages(&region, PAGE + 1, HUGE_PAGES - PAGE - 1, 0);
}

/*
 * A read error.
 */

#define FAIL_REQUEST "/sys/kernel/debug/fail_make_request/"

static void fail_next_request(const struct backend *backend)
{
	char path[60];

	snprintf(path, sizeof(path), "/sys/block/%s/make-it-fail", backend->disk);
	expect(write_file(path, "1") && write_file(FAIL_REQUEST "verbose", "0") &&
		       write_file(FAIL_REQUEST "times", "1") &&
		       write_file(FAIL_REQUEST "probability", "100"),
	       "fail_make_request: %s", strerror(errno));
}

static void expect_read_error(void)
{
	const char *const complaint = kernel_complaint();

	expect(complaint && (strstr(complaint, "Read-error") || strstr(complaint, "I/O error")),
	       "no read error, but %s", complaint ? complaint : "nothing");
	expect_equal("requests still to fail", read_number(FAIL_REQUEST "times"), 0);
}

/* S8; swapoff reads page by page what it could not read whole. */
TEST(read_error, .on = ON_COLD_DISK, .flags = TEST_PMD_ONLY)
{
	const struct region region = make_region(1);

	swap_out(backend, &region);
	fail_next_request(backend);
	mark();
	expect(!can_read(page_address(&region, PAGE)), "a page that was not read can be read");
	expect_read_error();
	expect(decided("pmd_validate:sigbus") > 0, "the read error was not noticed");
	expect_grew("thp_swpin_pmd", 0);
	expect_grew("thp_swpin_pmd_fallback", 0);
	expect_bit_only(&region, 0, HUGE_PAGES, PAGEMAP_SWAP);

	must(backend_swapoff(backend));
	expect_pages(&region, 0, HUGE_PAGES, 0);
	must(backend_swapon(backend));
}
