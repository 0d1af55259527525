// SPDX-License-Identifier: GPL-2.0-only
/*
 * -- stress SECONDS [SEED [BACKEND]]: many at once, at random, and every page is known.
 *
 * Some processes with a region each, some threads in each, and every page has one
 * thread that owns it: only the owner writes to it, and knows what it holds. Whole
 * THPs are everybody's: what an owner cannot do alone is done under the write lock
 * of the process. Meanwhile, swap goes off and on, THPs are hard to get, the memcg
 * gets a limit, and ksmd looks for equal pages.
 */
#include "guest.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define CGROUP "/sys/fs/cgroup/test/"

enum { PROCESSES = 4, THREADS = 3, THPS = 4, PAGES = THPS * HUGE_PAGES, RUN = 4 };

/**
 * struct process - One region, and who works on it
 * @region: the pages; page p belongs to thread p % THREADS
 * @spare: as large as a THP, for what is moved away and back
 * @whole: a writer has all pages for itself
 * @memory: /proc/self/mem
 * @generations: what each page holds; 0 is zeroes
 */
struct process {
	struct region region;
	char *spare;
	pthread_rwlock_t whole;
	int memory;
	bool mergeable;
	unsigned int generations[PAGES];
};

struct thread {
	struct process *process;
	unsigned int number;
	uint64_t random;
	char *scratch; /* a page, and room for a second one */
};

/**
 * struct operation - Something to do at random
 * @name: what the report calls it
 * @run: does it; false if it could not be done this time
 * @weight: how often, compared with the others
 * @whole: with all pages of the process for itself
 */
struct operation {
	const char *name;
	bool (*run)(struct thread *thread);
	unsigned int weight;
	bool whole;
};

enum { MAX_OPERATIONS = 20 };

static struct {
	unsigned int seconds;
	uint64_t seed;
} wanted;

struct progress {
	atomic_bool stop;
	atomic_ulong done[MAX_OPERATIONS];
};

static struct progress *shared;

static unsigned int pick(struct thread *thread, unsigned int below)
{
	thread->random ^= thread->random << 13;
	thread->random ^= thread->random >> 7;
	thread->random ^= thread->random << 17;
	return (unsigned int)(thread->random >> 32) % below;
}

static size_t pick_own_page(struct thread *thread)
{
	return pick(thread, PAGES / THREADS) * THREADS + thread->number;
}

/* The last page of all may be nobody's, so that each has as many. */
static size_t next_own_page(size_t page)
{
	return page + THREADS < PAGES / THREADS * THREADS ? page + THREADS : page % THREADS;
}

static void check_copy(struct thread *thread, size_t page, const void *copy)
{
	const struct process *const process = thread->process;
	const unsigned int generation = process->generations[page];
	const struct region *const region = &process->region;
	struct region view = *region;

	view.start = (char *)copy - page * PAGE_BYTES;
	if (generation ? pages_match(region, copy, page, 1, generation) : is_zeroes(&view, page))
		return;
	fail("region %d, thread %u: page %zu does not hold generation %u, but %#llx",
	     (int)region->seed, thread->number, page, generation,
	     *(const unsigned long long *)copy);
}

static void check_page(struct thread *thread, size_t page)
{
	check_copy(thread, page, page_address(&thread->process->region, page));
}

static void write_page(struct thread *thread, size_t page)
{
	fill_pages(&thread->process->region, page, 1, ++thread->process->generations[page]);
}

/*
 * What an owner does to its pages, while other threads do the same to theirs.
 */

static bool do_read(struct thread *thread)
{
	size_t page = pick_own_page(thread);

	for (int i = 0; i < RUN; i++, page = next_own_page(page))
		check_page(thread, page);
	return true;
}

static bool do_write(struct thread *thread)
{
	size_t page = pick_own_page(thread);

	for (int i = 0; i < RUN; i++, page = next_own_page(page)) {
		write_page(thread, page);
		check_page(thread, page);
	}
	return true;
}

/* All of a THP, but for pages that are away for the moment, by munmap() or mremap(). */
static void page_thp_out(char *thp)
{
	expect(!madvise(thp, HUGE_BYTES, MADV_PAGEOUT) || errno == ENOMEM, "MADV_PAGEOUT: %s",
	       strerror(errno));
}

static bool do_pageout(struct thread *thread)
{
	const struct region *const region = &thread->process->region;

	page_thp_out(region->start + pick(thread, THPS) * (size_t)HUGE_BYTES);
	return true;
}

static bool do_pageout_part(struct thread *thread)
{
	const size_t page = pick_own_page(thread);

	must(madvise(page_address(&thread->process->region, page), PAGE_BYTES, MADV_PAGEOUT));
	check_page(thread, page);
	return true;
}

static bool do_mprotect(struct thread *thread)
{
	const size_t page = pick_own_page(thread);
	char *const address = page_address(&thread->process->region, page);

	must(mprotect(address, PAGE_BYTES, PROT_READ));
	check_page(thread, page);
	must(mprotect(address, PAGE_BYTES, PROT_READ | PROT_WRITE));
	write_page(thread, page);
	check_page(thread, page);
	return true;
}

static void map_again(struct process *process, char *address, size_t bytes)
{
	expect(mmap(address, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED,
		    -1, 0) == address,
	       "mmap: %s", strerror(errno));
	must(madvise(address, bytes, MADV_HUGEPAGE));
	if (process->mergeable)
		must(madvise(address, bytes, MADV_MERGEABLE));
}

static bool do_munmap(struct thread *thread)
{
	const size_t page = pick_own_page(thread);
	char *const address = page_address(&thread->process->region, page);

	must(munmap(address, PAGE_BYTES));
	map_again(thread->process, address, PAGE_BYTES);
	thread->process->generations[page] = 0;
	check_page(thread, page);
	return true;
}

static bool do_dontneed(struct thread *thread)
{
	const size_t page = pick_own_page(thread);

	must(madvise(page_address(&thread->process->region, page), PAGE_BYTES, MADV_DONTNEED));
	thread->process->generations[page] = 0;
	check_page(thread, page);
	return true;
}

static void move(char *from, char *to, size_t bytes)
{
	expect(mremap(from, bytes, bytes, MREMAP_MAYMOVE | MREMAP_FIXED, to) == to, "mremap: %s",
	       strerror(errno));
}

static bool do_mremap(struct thread *thread)
{
	const size_t page = pick_own_page(thread);
	char *const address = page_address(&thread->process->region, page);

	move(address, thread->scratch + PAGE_BYTES, PAGE_BYTES);
	check_copy(thread, page, thread->scratch + PAGE_BYTES);
	move(thread->scratch + PAGE_BYTES, address, PAGE_BYTES);
	check_page(thread, page);
	return true;
}

/* By get_user_pages(). */
static bool do_gup(struct thread *thread)
{
	const int memory = thread->process->memory;
	const size_t page = pick_own_page(thread);
	const off_t place = (off_t)page_address(&thread->process->region, page);

	expect(pread(memory, thread->scratch, PAGE_BYTES, place) == PAGE_BYTES, "pread: %s",
	       strerror(errno));
	check_copy(thread, page, thread->scratch);
	write_page(thread, page);
	expect(pread(memory, thread->scratch, PAGE_BYTES, place) == PAGE_BYTES, "pread: %s",
	       strerror(errno));
	check_copy(thread, page, thread->scratch);
	page_thp_out((char *)(place & -(off_t)HUGE_BYTES));
	expect(pwrite(memory, thread->scratch, PAGE_BYTES, place) == PAGE_BYTES, "pwrite: %s",
	       strerror(errno));
	check_page(thread, page);
	return true;
}

/* The child has its own copy of everything, and knows what its thread's pages hold. */
static void read_and_write_in_child(void *argument)
{
	struct thread *const thread = argument;

	for (int i = 0; i < RUN; i++) {
		do_read(thread);
		do_write(thread);
		if (!pick(thread, 4))
			do_pageout(thread);
		if (!pick(thread, 8))
			do_mprotect(thread);
	}
}

static bool do_fork(struct thread *thread)
{
	const pid_t child = start_child(read_and_write_in_child, thread);

	do_write(thread);
	do_read(thread);
	join_child(child);
	do_read(thread);
	return true;
}

/*
 * What is done to whole THPs, while nobody else does anything.
 */

static void check_thp(struct thread *thread, size_t thp)
{
	for (size_t page = thp * HUGE_PAGES; page < (thp + 1) * HUGE_PAGES; page++)
		check_page(thread, page);
}

/* Splits only ever make pages smaller: without new THPs there would soon be none. */
static bool do_renew(struct thread *thread)
{
	const size_t thp = pick(thread, THPS);
	char *const address = thread->process->region.start + thp * HUGE_BYTES;

	check_thp(thread, thp);
	must(munmap(address, HUGE_BYTES));
	map_again(thread->process, address, HUGE_BYTES);
	for (size_t page = thp * HUGE_PAGES; page < (thp + 1) * HUGE_PAGES; page++)
		write_page(thread, page);
	return true;
}

static bool do_move_thp(struct thread *thread)
{
	struct process *const process = thread->process;
	const size_t thp = pick(thread, THPS);
	char *const address = process->region.start + thp * HUGE_BYTES;

	/* It cannot be moved while its pages are of more than one VMA. */
	if (mremap(address, HUGE_BYTES, HUGE_BYTES, MREMAP_MAYMOVE | MREMAP_FIXED,
		   process->spare) != process->spare) {
		expect(errno == EFAULT, "mremap: %s", strerror(errno));
		return false;
	}
	check_copy(thread, thp * HUGE_PAGES, process->spare);
	move(process->spare, address, HUGE_BYTES);
	check_page(thread, thp * HUGE_PAGES + pick(thread, HUGE_PAGES));
	expect(mmap(process->spare, HUGE_BYTES, PROT_NONE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1,
		    0) == process->spare,
	       "mmap: %s", strerror(errno));
	return true;
}

static bool do_bulk_read(struct thread *thread)
{
	const size_t thp = pick(thread, THPS);

	do_pageout(thread);
	check_thp(thread, thp);
	return true;
}

static const struct operation operations[] = {
	{ "read", do_read, 400, false },
	{ "write", do_write, 300, false },
	{ "pageout", do_pageout, 150, false },
	{ "pageout part", do_pageout_part, 5, false },
	{ "mprotect", do_mprotect, 9, false },
	{ "munmap", do_munmap, 6, false },
	{ "dontneed", do_dontneed, 6, false },
	{ "mremap", do_mremap, 6, false },
	{ "gup", do_gup, 20, false },
	{ "fork", do_fork, 9, false },
	{ "renew", do_renew, 60, true },
	{ "move", do_move_thp, 15, true },
	{ "bulk read", do_bulk_read, 14, true },
};

enum { OPERATIONS = sizeof(operations) / sizeof(*operations) };

static const struct operation *pick_operation(struct thread *thread)
{
	const struct operation *operation = operations;
	unsigned int sum = 0;

	for (int i = 0; i < OPERATIONS; i++)
		sum += operations[i].weight;
	unsigned int rest = pick(thread, sum);

	while (rest >= operation->weight)
		rest -= operation++->weight;
	return operation;
}

static void *work(void *argument)
{
	struct thread *const thread = argument;

	while (!shared->stop) {
		const struct operation *const operation = pick_operation(thread);

		if (operation->whole)
			pthread_rwlock_wrlock(&thread->process->whole);
		else
			pthread_rwlock_rdlock(&thread->process->whole);
		shared->done[operation - operations] += operation->run(thread);
		pthread_rwlock_unlock(&thread->process->whole);
	}
	pthread_rwlock_rdlock(&thread->process->whole);
	for (size_t page = thread->number; page < PAGES; page += THREADS)
		check_page(thread, page);
	pthread_rwlock_unlock(&thread->process->whole);
	return NULL;
}

static void make_process(struct process *process, unsigned int number)
{
	pthread_rwlockattr_t attributes;

	pthread_rwlockattr_init(&attributes);
	pthread_rwlockattr_setkind_np(&attributes, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
	pthread_rwlock_init(&process->whole, &attributes);
	process->memory = must(open("/proc/self/mem", O_RDWR | O_CLOEXEC));
	process->spare = map_region(1).start;
	process->mergeable = number == 0;
	for (size_t page = 0; page < PAGES; page++)
		process->generations[page] = 1;
	fill_pages(&process->region, 0, PAGES, 1);
	if (process->mergeable)
		must(madvise(process->region.start, process->region.bytes, MADV_MERGEABLE));
}

static char *make_scratch(void)
{
	char *const scratch = mmap(NULL, 2 * PAGE_BYTES, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	expect(scratch != MAP_FAILED, "mmap: %s", strerror(errno));
	return scratch;
}

struct start {
	unsigned int number;
	struct region region;
};

static void run_process(void *argument)
{
	static struct process process;
	static struct thread threads[THREADS];
	const struct start *const start = argument;
	pthread_t handles[THREADS];

	process.region = start->region;
	make_process(&process, start->number);
	for (unsigned int i = 0; i < THREADS; i++) {
		threads[i] = (struct thread){ &process, i, 0, make_scratch() };
		threads[i].random =
			(wanted.seed + start->number * THREADS + i + 1) * 0x9e3779b97f4a7c15;
	}
	for (unsigned int i = 0; i < THREADS; i++)
		expect(!pthread_create(&handles[i], NULL, work, &threads[i]), "no thread");
	for (unsigned int i = 0; i < THREADS; i++)
		pthread_join(handles[i], NULL);
}

/*
 * What happens to all of them.
 */

static void set_limit(long bytes)
{
	char text[24];

	snprintf(text, sizeof(text), "%ld", bytes);
	expect(write_file(CGROUP "memory.max", bytes ? text : "max"), "memory.max: %s",
	       strerror(errno));
}

/* Room for a quarter of what the processes have. */
static void limit_memory(void)
{
	const long all = PROCESSES * THPS * (long)HUGE_BYTES;

	reclaim((size_t)all);
	set_limit(read_number(CGROUP "memory.current") + all / 4);
	usleep(400000);
	set_limit(0);
}

static void fail_sometimes(void)
{
	fail_huge_allocations(30, true);
	usleep(400000);
	fail_huge_allocations(0, true);
}

static void merge_for_a_while(void)
{
	static bool unmerge;

	expect(write_file("/sys/kernel/mm/ksm/run", "1"), "ksm: %s", strerror(errno));
	usleep(300000);
	expect(write_file("/sys/kernel/mm/ksm/run", unmerge ? "2" : "0"), "ksm: %s",
	       strerror(errno));
	unmerge = !unmerge;
}

static long double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (long double)time.tv_sec + (long double)time.tv_nsec / 1e9L;
}

static void disturb_until(const struct backend *backend, long double end)
{
	unsigned int cycles = 0;

	while (now() < end || !cycles) {
		must(backend_swapoff(backend));
		usleep(50000);
		must(backend_swapon(backend));
		usleep(300000);
		fail_sometimes();
		limit_memory();
		merge_for_a_while();
		cycles++;
	}
	expect(write_file("/sys/kernel/mm/ksm/run", "2"), "ksm: %s", strerror(errno));
	expect(write_file("/sys/kernel/mm/ksm/run", "0"), "ksm: %s", strerror(errno));
	say("stress %s: %u times each: swapoff, failing allocations, a limit, ksmd", backend->name,
	    cycles);
}

static void report(const struct backend *backend)
{
	char line[500];
	size_t end = 0;

	for (int i = 0; i < OPERATIONS; i++)
		end += (size_t)snprintf(line + end, sizeof(line) - end, "%s %s %lu", i ? "," : "",
					operations[i].name, shared->done[i]);
	say("stress %s:%s", backend->name, line);
	if (pmd_mode())
		say("stress %s: thp_swpout_pmd %ld, thp_swpin_pmd %ld, thp_swpin_pmd_fallback %ld "
		    "(no_memory %ld, no_charge %ld, partly_cached %ld, busy %ld), "
		    "looked again %ld, freed unmapped %ld",
		    backend->name, grew("thp_swpout_pmd"), grew("thp_swpin_pmd"),
		    grew("thp_swpin_pmd_fallback"), grew("thp_swpin_pmd_fallback_no_memory"),
		    grew("thp_swpin_pmd_fallback_no_charge"),
		    grew("thp_swpin_pmd_fallback_partly_cached"),
		    grew("thp_swpin_pmd_fallback_busy"), decided("pmd_fallback:look_again"),
		    decided("pmd_unmapped:free"));
	for (int i = 0; i < OPERATIONS; i++)
		expect(shared->done[i], "no %s", operations[i].name);
	expect_pmd(grew("thp_swpin_pmd") > 0, "no THP came back whole");
	/* Elsewhere most are in the swap cache: no allocation fails, nothing is partly cached. */
	expect_pmd(!backend->synchronous || grew("thp_swpin_pmd_fallback") > 0,
		   "no THP came back page by page");
}

static void run_stress(const struct backend *backend)
{
	struct start starts[PROCESSES];
	pid_t children[PROCESSES];

	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	expect(shared != MAP_FAILED, "mmap: %s", strerror(errno));
	mark();
	for (unsigned int i = 0; i < PROCESSES; i++) {
		starts[i] = (struct start){ i, map_region(THPS) };
		children[i] = start_child(run_process, &starts[i]);
	}
	disturb_until(backend, now() + wanted.seconds);
	shared->stop = true;
	for (unsigned int i = 0; i < PROCESSES; i++)
		join_child(children[i]);
	report(backend);
}

MODE(stress)
{
	static const char *const names[] = { "zram", "disk", "brd" };
	const unsigned int nr = argc > 3 ? 1 : sizeof(names) / sizeof(*names);
	const unsigned int seconds = argc > 1 ? (unsigned int)strtoul(argv[1], NULL, 10) : 60;
	struct test test = { .name = "stress", .run = run_stress, .flags = TEST_ANY_CPU };

	wanted.seconds = (seconds + nr - 1) / nr;
	wanted.seed = argc > 2 ? strtoull(argv[2], NULL, 10) : (uint64_t)time(NULL);
	test.seconds = 2 * wanted.seconds + 60;
	say("stress: %u s on each of %u backends, seed %llu", wanted.seconds, nr,
	    (unsigned long long)wanted.seed);
	for (size_t i = 0; i < nr; i++) {
		const struct backend *const backend = find_backend(argc > 3 ? argv[3] : names[i]);

		if (backend)
			run_one(&test, backend);
		else
			say("guest: no backend is called '%s'", argv[3]);
	}
}
