/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a guest test may use. The guest is one static program: init of the kernel
 * under test. A test is a function that TEST() registers; it runs in a process
 * of its own, in a cgroup of its own, with nothing but its backend for swap, and
 * fails by expect(). init does what every test needs: the swap device before it,
 * the look for leaked slots and kernel complaints after it.
 *
 * Two modes: a kernel that installs PMD swap entries, and any other one, on
 * which expectations that need them are skipped (see pmd_mode()).
 *
 * To be included first: it asks the system's headers for all they have.
 */
#ifndef GUEST_H
#define GUEST_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>

enum { PAGE_BYTES = 4096, HUGE_PAGES = 512, HUGE_BYTES = PAGE_BYTES * HUGE_PAGES };

/* fail_alloc.c: so many of the allocations of a THP find no memory: this process's, or all */

void fail_huge_allocations(unsigned int percent, bool of_everybody);

/* As fail_huge_allocations() of everybody, until it is asked whether it has happened. */
void fail_huge_allocations_of_next_fault(void);
bool huge_allocations_have_failed(void);

/* backend.c */

enum backend_bit {
	ON_ZRAM = 1 << 0,
	ON_BRD = 1 << 1,
	ON_DISK = 1 << 2,
	ON_COLD_DISK = 1 << 3,
	ON_SLOW_DISK = 1 << 4, /* writes are throttled, pages stay under writeback */
	ON_NOTHING = 1 << 5,
	ON_SYNCHRONOUS = ON_ZRAM | ON_BRD,
	ON_CACHED = ON_DISK,
	ON_UNCACHED = ON_SYNCHRONOUS | ON_COLD_DISK,
	ON_ALL = ON_ZRAM | ON_BRD | ON_DISK | ON_COLD_DISK,
};

/**
 * struct backend - A swap device, and what is known of it
 * @name: what tests on it are called
 * @disk: its name below /sys/block; NULL for no swap at all
 * @bit: its bit in a test's set
 * @synchronous: SWP_SYNCHRONOUS_IO
 * @cached: swap_out() leaves the folio in the swap cache, clean
 */
struct backend {
	const char *name;
	const char *disk;
	enum backend_bit bit;
	bool synchronous;
	bool cached;
};

extern const struct backend backends[];
extern const size_t nr_backends;

const struct backend *find_backend(const char *name);

bool backend_exists(const struct backend *backend);

/* Makes a swap area on the whole device and swaps on; NULL, or what went wrong. */
const char *backend_start(const struct backend *backend);

/* Gives swapoff so many seconds; NULL, or what went wrong. */
const char *backend_stop(const struct backend *backend, unsigned int seconds);

int backend_swapon(const struct backend *backend);
int backend_swapoff(const struct backend *backend);

/* Slots in use, in pages; what the per-CPU slot caches keep for later use counts too. */
long slots_used(const struct backend *backend);

/* As many slots as those caches may hold after pages were swapped one by one. */
long slots_slack(void);

/* That many slots are in use, give or take the slack. */
#define expect_slots(backend, pages) expect_slots_at(__FILE__, __LINE__, backend, pages)
void expect_slots_at(const char *file, int line, const struct backend *backend, long pages);

/* Waits until at most @pages slots are used, dropping idle swap cache; false after a second. */
bool slots_shrink_to(const struct backend *backend, long pages);

/* runner.c */

enum test_flag {
	TEST_ANY_CPU = 1 << 0,	/* do not pin it to one CPU */
	TEST_PMD_ONLY = 1 << 1, /* means nothing without PMD swap entries */
	TEST_ZSWAP = 1 << 2,	/* switches zswap on; only in a boot of such tests */
};

/**
 * struct test - One behaviour
 * @name: what it is called on the console, after the backend's name
 * @run: the body; runs in a child, ends by returning, expect() or skip_test()
 * @on: backends it makes sense on; 0 is ON_ALL
 * @flags: of enum test_flag
 * @seconds: until it counts as hung; 0 is 20
 */
struct test {
	const char *name;
	void (*run)(const struct backend *backend);
	unsigned int on;
	unsigned int flags;
	unsigned int seconds;
};

#define TEST(id, ...)                                                                              \
	static void test_##id(const struct backend *backend);                                      \
	static const struct test id##_test = { .name = #id, .run = test_##id, ##__VA_ARGS__ };     \
	static const struct test *const id##_entry __attribute__((section("guest_tests"), used)) = \
		&id##_test;                                                                        \
	static void test_##id(const struct backend *backend __attribute__((unused)))

/**
 * struct mode - Something else that init can be asked to do: `-- NAME ARGUMENTS`
 * @name: the first argument
 * @run: gets the arguments, the name being the first
 */
struct mode {
	const char *name;
	void (*run)(int argc, char **argv);
};

#define MODE(id)                                                                                   \
	static void mode_##id(int argc, char **argv);                                              \
	static const struct mode id##_mode = { .name = #id, .run = mode_##id };                    \
	static const struct mode *const id##_entry __attribute__((section("guest_modes"), used)) = \
		&id##_mode;                                                                        \
	static void mode_##id(int argc __attribute__((unused)), char **argv __attribute__((unused)))

/*
 * Runs what matches @pattern (fnmatch, +(...), or a part of the name) on every backend: the tests
 * that switch zswap on, or all others.
 */
void run_tests(const char *pattern, unsigned int share, unsigned int shares, bool zswap);

/*
 * Runs one function the way a test is run: in a process and cgroup of its own, under a watchdog,
 * with the backend swapped on. Prints its line and counts it. For modes that are no list of tests.
 */
void run_one(const struct test *test, const struct backend *backend);

/* As the last one: did the kernel, in shadow mode, find the library to differ? @asked: it was. */
void run_shadow_test(bool asked);

/* Prints the last line. */
void print_summary(void);

/* expect.c: may be used by every process and thread of a test; the first failure is reported */

__attribute__((noreturn, format(printf, 3, 4))) void fail_at(const char *file, int line,
							     const char *format, ...);
__attribute__((noreturn, format(printf, 1, 2))) void skip_test(const char *format, ...);

#define fail(...) fail_at(__FILE__, __LINE__, __VA_ARGS__)
#define expect(condition, ...) ((condition) ? (void)0 : fail(__VA_ARGS__))

/* A call that says by a negative value and errno what went wrong. */
#define must(call)                                                                                 \
	({                                                                                         \
		const __auto_type result_ = (call);                                                \
		expect((long)result_ >= 0, "%s: %s", #call, strerror(errno));                      \
		result_;                                                                           \
	})

/* Forks; the child runs body(argument) and ends. */
pid_t start_child(void (*body)(void *argument), void *argument);

/* Waits for the child; its failure is the test's. */
void join_child(pid_t child);

/**
 * struct baton - Lets two processes of a test take turns
 *
 * Made before the fork. Each side signals what the other awaits.
 */
struct baton {
	int to_child[2];
	int to_parent[2];
};

struct baton baton_make(void);
void baton_give_child(struct baton *baton);
void baton_give_parent(struct baton *baton);
void baton_await_parent(struct baton *baton); /* in the child */
void baton_await_child(struct baton *baton);  /* in the parent */

/* counters.c */

/* Does the kernel install PMD swap entries? */
bool pmd_mode(void);

long counter(const char *name);		    /* of /proc/vmstat; -1 if there is none */
long decision(const char *key);		    /* of debugfs thpswap/decisions; -1 if there is none */
long decisions_like(const char *beginning); /* sum of all keys that begin so */
long level(const char *name);		    /* of /proc/vmstat, one that goes up and down; exact */

/* Everything counted from here on; grew() fails the test if there is no such counter. */
void mark(void);
long grew(const char *name);   /* of /proc/vmstat */
long decided(const char *key); /* of thpswap/decisions */
long decided_like(const char *beginning);
long faults(void); /* of this process, major and minor */
long major_faults(void);

/*
 * Only said of kernels with PMD swap entries; on others these do nothing. expect_faults() counts
 * the faults of this process since mark().
 */
#define expect_pmd(condition, ...) expect(!pmd_mode() || (condition), __VA_ARGS__)
#define expect_grew(name, value)                                                                   \
	expect_number_at(__FILE__, __LINE__, name, pmd_mode() ? grew(name) : (value), value)
#define expect_decided(key, value)                                                                 \
	expect_number_at(__FILE__, __LINE__, key, pmd_mode() ? decided(key) : (value), value)
#define expect_faults(value)                                                                       \
	expect_number_at(__FILE__, __LINE__, "faults", pmd_mode() ? faults() : (value), value)

/* Shadow mode: what is in the swap cache is mapped by PTEs as the tree would have it. */
bool tree_decides(void);
long tree_mapped_bad_pages(void); /* the one difference that is known (D13) */

/* Said of every kernel. */
#define expect_equal(what, is, value) expect_number_at(__FILE__, __LINE__, what, is, value)

void expect_number_at(const char *file, int line, const char *what, long is, long should);

/* region.c */

/**
 * struct region - Memory in whole THPs, filled with a pattern
 * @start: aligned to a THP, with nothing mapped on either side
 * @bytes: its size
 * @seed: tells its pattern from that of other regions
 */
struct region {
	char *start;
	size_t bytes;
	uint64_t seed;
};

/* Maps a region, fills it with generation 0, and sees to it that it is all THPs. */
struct region make_region(unsigned int nr_thps);

/* As make_region() in two steps; the first touches nothing. */
struct region map_region(unsigned int nr_thps);
void populate_region(const struct region *region);

void fill_pages(const struct region *region, size_t first, size_t nr, unsigned int generation);

/* Reads and compares; the copy is what should be the pages beginning at @first. */
void expect_pages(const struct region *region, size_t first, size_t nr, unsigned int generation);
void expect_copy(const struct region *region, const void *copy, size_t first, size_t nr,
		 unsigned int generation);
bool pages_match(const struct region *region, const void *copy, size_t first, size_t nr,
		 unsigned int generation);
bool is_zeroes(const struct region *region, size_t page);
void expect_zeroes(const struct region *region, size_t first, size_t nr);

void touch_read(const struct region *region, size_t page);
void touch_write(const struct region *region, size_t page); /* rewrites what generation 0 has */

/**
 * struct family - A region, and whose turn it is
 *
 * For a parent and a child that share it.
 */
struct family {
	struct region region;
	struct baton baton;
};

struct family make_family(struct region region);

/* Can the kernel read it for this process? It says EFAULT where a load would get a signal. */
bool can_read(const char *address);

/* A pipe with a reference to the page itself, not with a copy; close() drops it. */
int hold_page(const struct region *region, size_t page);

char *page_address(const struct region *region, size_t page);
size_t nr_pages(const struct region *region);

/*
 * MADV_PAGEOUT until all is swapped, as whole THPs (thp_swpout) if it was mapped so and nothing is
 * in the swap cache already; by PMD entries where the kernel has them (thp_swpout_pmd). Then
 * settles: no writeback is left, and what was written is in the swap cache if backend->cached, and
 * only then. No other process may map it.
 */
void swap_out(const struct backend *backend, const struct region *region);

/* The same without settling: what is swapped out may still be in the swap cache, or be written. */
void page_out(const struct region *region);

/* As swap_out(), for what @mappings processes map (MADV_PAGEOUT does not touch it): by reclaim. */
void swap_out_shared(const struct backend *backend, const struct region *region, long mappings);

/* Waits until nothing is under writeback. */
void settle(void);

/* Drops the swap cache of what is swapped out. */
void drop_swap_cache(void);

/* Writes to memory.reclaim of the test's cgroup; what cannot be reclaimed is no error. */
void reclaim(size_t bytes);

/* pagemap.c */

enum pagemap_bit {
	PAGEMAP_SOFT_DIRTY = 55,
	PAGEMAP_EXCLUSIVE = 56,
	PAGEMAP_UFFD_WP = 57,
	PAGEMAP_SWAP = 62,
	PAGEMAP_PRESENT = 63,
};

uint64_t pagemap(const void *address);

/* How many of the pages have the bit? */
size_t count_pages(const struct region *region, size_t first, size_t nr, enum pagemap_bit bit);

/* The bit is set for these pages, and for no others of the region. */
#define expect_bit_only(region, first, nr, bit)                                                    \
	expect_bit_only_at(__FILE__, __LINE__, region, first, nr, bit)
void expect_bit_only_at(const char *file, int line, const struct region *region, size_t first,
			size_t nr, enum pagemap_bit bit);

uint64_t page_frame(const void *address);  /* of a present page */
uint64_t swap_offset(const void *address); /* of a swapped one */

/* Sum over all VMAs that overlap the region, in KiB. */
long region_smaps(const struct region *region, const char *field);

/* Bytes that PMDs map; the whole region if it is all THPs. */
size_t huge_bytes(const struct region *region);

/* files.c */

/* false and errno if it cannot be written */
bool write_file(const char *path, const char *text);

/* Reads all of it, with a terminating zero; malloc()ed, NULL and errno if it cannot be read. */
char *read_file(const char *path);

/* The number in a file of one number; -1 if there is none. */
long read_number(const char *path);

/* A number after a word at the beginning of a line; -1 if there is no such line. */
long find_number(const char *text, const char *word);

/* console.c */

/* Prints a line and sees to it that it is out. */
__attribute__((format(printf, 1, 2))) void say(const char *format, ...);

/* Has the kernel complained since the last call? NULL, or the line; valid until the next call. */
const char *kernel_complaint(void);

#endif
