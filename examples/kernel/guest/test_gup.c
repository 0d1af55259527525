// SPDX-License-Identifier: GPL-2.0-only
/* Who got a page by get_user_pages() keeps it: over a swap-out, and in a swapped-out range. */
#include "guest.h"

#include <fcntl.h>
#include <linux/io_uring.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { HELD = 100, FIRST = 300, NR = 50 };

static char copy[HUGE_BYTES] __attribute__((aligned(PAGE_BYTES)));

static void expect_held(int pipe, const struct region *region, size_t page, unsigned int generation)
{
	expect(read(pipe, copy, PAGE_BYTES) == PAGE_BYTES, "pipe: %s", strerror(errno));
	expect_copy(region, copy, page, 1, generation);
	must(close(pipe));
}

/* Tries hard to swap it out, with no success. */
static void expect_stays(const struct region *region)
{
	mark();
	for (int tries = 0; tries < 10; tries++) {
		must(madvise(region->start, region->bytes, MADV_PAGEOUT));
		reclaim(region->bytes);
	}
	expect_grew("thp_swpout_pmd", 0);
	expect_equal("present", (long)count_pages(region, 0, HUGE_PAGES, PAGEMAP_PRESENT),
		     HUGE_PAGES);
	expect_bit_only(region, 0, HUGE_PAGES, PAGEMAP_EXCLUSIVE);
	expect(huge_bytes(region) == HUGE_BYTES, "not mapped by a PMD any more");
}

/*
 * A THP with an extra reference is not swapped out anew, for it could not be split; one that is in
 * the swap cache is unmapped all the same.
 */
static struct region make_region_in_swap_cache(const struct backend *backend)
{
	const struct region region = make_region(1);

	swap_out(backend, &region);
	expect_pages(&region, 0, HUGE_PAGES, 0);
	return region;
}

/* R02: a copy would leave the holder with a page that nobody writes to any more. */
TEST(gup_sees_later_write, .on = ON_CACHED, .flags = TEST_PMD_ONLY)
{
	const struct region region = make_region_in_swap_cache(backend);
	const int held = hold_page(&region, HELD);
	const uint64_t frame = page_frame(page_address(&region, HELD));

	page_out(&region);
	mark();
	fill_pages(&region, HELD, 1, 1);
	expect_faults(1);
	expect_grew("thp_swpin_pmd", 1);
	expect_decided("pmd_source:map", 1);
	expect_decided("pmd_mapping:exclusive", 1);
	expect_decided("pmd_mapping:dirty", 1);
	expect_decided("pmd_mapping:follow_up", 0);
	expect_decided("pmd_free_swap:free:write", 1);
	expect(page_frame(page_address(&region, HELD)) == frame, "the page was copied");
	expect_held(held, &region, HELD, 1);
	expect_pages(&region, 0, HELD, 0);
	expect_pages(&region, HELD + 1, HUGE_PAGES - HELD - 1, 0);
}

TEST(gup_sees_later_write_after_read, .on = ON_CACHED, .flags = TEST_PMD_ONLY)
{
	const struct region region = make_region_in_swap_cache(backend);
	const int held = hold_page(&region, HELD);

	page_out(&region);
	mark();
	expect_pages(&region, 0, HUGE_PAGES, 0);
	fill_pages(&region, HELD, 1, 1);
	expect_faults(1);
	expect_decided("pmd_mapping:exclusive", 1);
	expect_held(held, &region, HELD, 1);
}

/* The marker survives the split of the entry, too. */
TEST(gup_sees_later_write_after_split, .on = ON_CACHED, .flags = TEST_PMD_ONLY)
{
	const struct region region = make_region_in_swap_cache(backend);
	const int held = hold_page(&region, HELD);

	page_out(&region);
	must(mprotect(page_address(&region, FIRST), PAGE_BYTES, PROT_READ));
	mark();
	fill_pages(&region, HELD, 1, 1);
	expect_grew("thp_swpin_pmd", 0);
	expect_decided("pte_exclusive:kept", 1);
	expect_held(held, &region, HELD, 1);
	expect_pages(&region, 0, HELD, 0);
	expect_pages(&region, HELD + 1, HUGE_PAGES - HELD - 1, 0);
}

/* Written to while it cannot be written out: neither the holder nor the device misses it. */
TEST(gup_delays_write_out, .on = ON_CACHED, .flags = TEST_PMD_ONLY)
{
	const struct region region = make_region_in_swap_cache(backend);
	const int held = hold_page(&region, HELD);

	fill_pages(&region, 0, HUGE_PAGES, 1);
	page_out(&region);
	fill_pages(&region, HELD, 1, 2);
	expect_held(held, &region, HELD, 2);
	swap_out(backend, &region);
	drop_swap_cache();
	expect_pages(&region, 0, HELD, 1);
	expect_pages(&region, HELD, 1, 2);
	expect_pages(&region, HELD + 1, HUGE_PAGES - HELD - 1, 1);
}

TEST(gup_holds_off_first_swap_out)
{
	const struct region region = make_region(1);
	const int held = hold_page(&region, HELD);

	expect_stays(&region);
	fill_pages(&region, HELD, 1, 1);
	expect_held(held, &region, HELD, 1);
	swap_out(backend, &region);
	expect_pages(&region, 0, HELD, 0);
	expect_pages(&region, HELD, 1, 1);
}

/* R01 (CVE-2020-29374): forget the mapping, keep the page. */
static void keep_page_only(void *argument)
{
	struct family *const family = argument;
	const int held = hold_page(&family->region, HELD);

	must(munmap(family->region.start, family->region.bytes));
	baton_give_parent(&family->baton);
	baton_await_parent(&family->baton);
	expect_held(held, &family->region, HELD, 0);
}

TEST(gup_sees_no_write_of_other_process)
{
	struct family family = { make_region(1), baton_make() };

	swap_out(backend, &family.region);
	const pid_t child = start_child(keep_page_only, &family);

	baton_await_child(&family.baton);
	mark();
	fill_pages(&family.region, 0, HUGE_PAGES, 1);
	expect_grew("thp_swpin_pmd", 1);
	expect_decided("pmd_mapping:shared", 1);
	expect_decided("pmd_mapping:exclusive", 0);
	expect_decided("pmd_mapping:writable", 0);
	baton_give_child(&family.baton);
	join_child(child);
	expect_pages(&family.region, 0, HUGE_PAGES, 1);
}

/* An io_uring with the region registered: pinned for long. */

struct ring {
	int fd;
	struct io_uring_params params;
	char *rings;
	struct io_uring_sqe *request;
};

static struct ring pin(const struct region *region)
{
	const struct iovec buffer = { region->start, region->bytes };
	struct ring ring = { 0 };

	ring.fd = must((int)syscall(SYS_io_uring_setup, 1, &ring.params));
	expect(ring.params.features & IORING_FEAT_SINGLE_MMAP, "an io_uring of another kind");
	ring.rings = mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE,
			  ring.fd, IORING_OFF_SQ_RING);
	ring.request = mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE,
			    ring.fd, IORING_OFF_SQES);
	expect(ring.rings != MAP_FAILED && ring.request != MAP_FAILED, "io_uring: %s",
	       strerror(errno));
	must(syscall(SYS_io_uring_register, ring.fd, IORING_REGISTER_BUFFERS, &buffer, 1));
	return ring;
}

static void unpin(struct ring *ring)
{
	must(syscall(SYS_io_uring_register, ring->fd, IORING_UNREGISTER_BUFFERS, NULL, 0));
	must(close(ring->fd));
}

static atomic_uint *ring_index(struct ring *ring, uint32_t offset)
{
	return (atomic_uint *)(ring->rings + offset);
}

/* A page through a pipe, from or to the pinned page; the page tables are not looked at. */
static void transfer(struct ring *ring, int opcode, int pipe, void *page)
{
	const unsigned int done = atomic_load(ring_index(ring, ring->params.cq_off.head));
	const unsigned int mask = *(unsigned int *)(ring->rings + ring->params.cq_off.ring_mask);
	const struct io_uring_cqe *const results =
		(struct io_uring_cqe *)(ring->rings + ring->params.cq_off.cqes);

	*ring->request = (struct io_uring_sqe){
		.opcode = (uint8_t)opcode, .fd = pipe, .addr = (uintptr_t)page, .len = PAGE_BYTES
	};
	atomic_fetch_add(ring_index(ring, ring->params.sq_off.tail), 1);
	must(syscall(SYS_io_uring_enter, ring->fd, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0));
	expect(atomic_load(ring_index(ring, ring->params.cq_off.tail)) != done, "no completion");
	expect_equal("result", results[done & mask].res, PAGE_BYTES);
	atomic_store(ring_index(ring, ring->params.cq_off.head), done + 1);
}

static void expect_pinned_is_mapped(struct ring *ring, const struct region *region)
{
	struct region source = *region;
	int ends[2];

	must(pipe(ends));
	fill_pages(region, HELD, 1, 1);
	transfer(ring, IORING_OP_WRITE_FIXED, ends[1], page_address(region, HELD));
	expect(read(ends[0], copy, PAGE_BYTES) == PAGE_BYTES, "pipe: %s", strerror(errno));
	expect_copy(region, copy, HELD, 1, 1);

	source.start = copy;
	fill_pages(&source, HELD, 1, 2);
	expect(write(ends[1], page_address(&source, HELD), PAGE_BYTES) == PAGE_BYTES, "pipe: %s",
	       strerror(errno));
	transfer(ring, IORING_OP_READ_FIXED, ends[0], page_address(region, HELD));
	expect_pages(region, HELD, 1, 2);
	expect_pages(region, 0, HELD, 0);
	expect_pages(region, HELD + 1, HUGE_PAGES - HELD - 1, 0);
}

TEST(gup_pinned_stays)
{
	const struct region region = make_region(1);
	struct ring ring = pin(&region);

	expect_stays(&region);
	expect_pinned_is_mapped(&ring, &region);
	unpin(&ring);
	swap_out(backend, &region);
	expect_pages(&region, 0, HELD, 0);
	expect_pages(&region, HELD, 1, 2);
}

/* Swapped out before, and in the swap cache still: it is the unmapping that is refused. */
TEST(gup_pinned_in_swap_cache_stays, .on = ON_CACHED, .flags = TEST_PMD_ONLY)
{
	const struct region region = make_region_in_swap_cache(backend);
	struct ring ring = pin(&region);

	expect_stays(&region);
	expect_pinned_is_mapped(&ring, &region);
	unpin(&ring);
	page_out(&region);
	expect_pages(&region, 0, HELD, 0);
	expect_pages(&region, HELD, 1, 2);
}

/* To pin is to fault in, and to fault in exclusive. */
TEST(gup_pins_swapped)
{
	const struct region region = make_region(1);

	swap_out(backend, &region);
	mark();
	struct ring ring = pin(&region);

	expect_grew("thp_swpin_pmd", 1);
	expect_grew("thp_swpin_pmd_fallback", 0);
	expect_decided("pmd_mapping:exclusive", 1);
	expect_pinned_is_mapped(&ring, &region);
	unpin(&ring);
}

static int open_source(const struct backend *backend)
{
	const int fd = open("/dev/vdb", O_RDWR | O_DIRECT | O_CLOEXEC);

	if (fd < 0)
		skip_test("/dev/vdb: %s", strerror(errno));
	expect(strcmp(backend->disk, "vdb"), "/dev/vdb is the swap device");
	return fd;
}

/* A disk that begins with generation 1 of the region. */
static int make_source(const struct backend *backend, const struct region *region)
{
	struct region source = map_region(1);
	const int fd = open_source(backend);

	source.seed = region->seed;
	fill_pages(&source, 0, HUGE_PAGES, 1);
	expect(pwrite(fd, source.start, HUGE_BYTES, 0) == HUGE_BYTES, "pwrite: %s",
	       strerror(errno));
	must(munmap(source.start, HUGE_BYTES));
	return fd;
}

static void read_source(int fd, const struct region *region, size_t first, size_t nr)
{
	expect(pread(fd, page_address(region, first), nr * PAGE_BYTES,
		     (off_t)(first * PAGE_BYTES)) == (ssize_t)(nr * PAGE_BYTES),
	       "pread: %s", strerror(errno));
}

TEST(direct_read_into_swapped)
{
	const struct region region = make_region(1);
	const int source = make_source(backend, &region);

	swap_out(backend, &region);
	mark();
	read_source(source, &region, FIRST, NR);
	expect_grew("thp_swpin_pmd", 1);
	expect_decided("pmd_mapping:exclusive", 1);
	expect_decided("pmd_mapping:dirty", 1);
	expect_pages(&region, 0, FIRST, 0);
	expect_pages(&region, FIRST, NR, 1);
	expect_pages(&region, FIRST + NR, HUGE_PAGES - FIRST - NR, 0);
	/* The device wrote to memory, and no PTE says so: the data must go out all the same. */
	page_out(&region);
	expect_pages(&region, FIRST, NR, 1);
}

TEST(direct_write_from_swapped)
{
	const struct region region = make_region(1);
	const int disk = open_source(backend);

	swap_out(backend, &region);
	mark();
	expect(pwrite(disk, page_address(&region, FIRST), NR * PAGE_BYTES, 0) == NR * PAGE_BYTES,
	       "pwrite: %s", strerror(errno));
	expect_grew("thp_swpin_pmd", 1);
	expect(pread(disk, copy, NR * PAGE_BYTES, 0) == NR * PAGE_BYTES, "pread: %s",
	       strerror(errno));
	expect_copy(&region, copy, FIRST, NR, 0);
}

struct outpager {
	struct region region;
	atomic_bool stop;
};

static void *keep_paging_out(void *argument)
{
	struct outpager *const outpager = argument;

	while (!outpager->stop)
		must(madvise(outpager->region.start, outpager->region.bytes, MADV_PAGEOUT));
	return NULL;
}

/* Data in flight to pages that are being swapped out meanwhile. */
TEST(direct_read_while_swapping_out, .flags = TEST_ANY_CPU, .seconds = 60)
{
	enum { ROUNDS = 40 };
	struct outpager outpager = { .region = make_region(1) };
	const struct region *const region = &outpager.region;
	const int source = make_source(backend, region);
	const long before = counter("thp_swpout_pmd");
	pthread_t thread;

	expect(!pthread_create(&thread, NULL, keep_paging_out, &outpager), "no thread");
	for (int round = 0; round < ROUNDS; round++) {
		read_source(source, region, 0, HUGE_PAGES);
		expect_pages(region, 0, HUGE_PAGES, 1);
		fill_pages(region, 0, HUGE_PAGES, 0);
		read_source(source, region, FIRST, NR);
		expect_pages(region, 0, FIRST, 0);
		expect_pages(region, FIRST, NR, 1);
		expect_pages(region, FIRST + NR, HUGE_PAGES - FIRST - NR, 0);
	}
	outpager.stop = true;
	pthread_join(thread, NULL);
	expect_pmd(counter("thp_swpout_pmd") > before, "it was never swapped out meanwhile");
}

static void write_by_proc_mem(const struct region *region, const void *from)
{
	const int memory = must(open("/proc/self/mem", O_RDWR | O_CLOEXEC));

	expect(pwrite(memory, from, NR * PAGE_BYTES, (off_t)page_address(region, FIRST)) ==
		       NR * PAGE_BYTES,
	       "pwrite: %s", strerror(errno));
	must(close(memory));
}

/* Makes generation 1 of the pages FIRST and on, where nobody sees it. */
static const char *make_first_pages(const struct region *region)
{
	struct region source = *region;

	source.start = copy;
	fill_pages(&source, FIRST, NR, 1);
	return page_address(&source, FIRST);
}

static void expect_first_pages_written(const struct region *region)
{
	expect_grew("thp_swpin_pmd", 1);
	expect_grew("thp_swpin_pmd_fallback", 0);
	expect_decided("pmd_mapping:exclusive", 1);
	expect_pages(region, 0, FIRST, 0);
	expect_pages(region, FIRST, NR, 1);
	expect_pages(region, FIRST + NR, HUGE_PAGES - FIRST - NR, 0);
}

TEST(proc_mem_write_self)
{
	const struct region region = make_region(1);
	const char *const from = make_first_pages(&region);

	swap_out(backend, &region);
	mark();
	write_by_proc_mem(&region, from);
	expect_decided("pmd_mapping:dirty", 1);
	expect_first_pages_written(&region);
}

/* Forced: what is read-only for the process is written to by a debugger. */
TEST(proc_mem_write_read_only)
{
	const struct region region = make_region(1);
	const char *const from = make_first_pages(&region);

	must(mprotect(region.start, region.bytes, PROT_READ));
	swap_out(backend, &region);
	mark();
	write_by_proc_mem(&region, from);
	expect_decided("pmd_mapping:writable", 0);
	expect_first_pages_written(&region);
}

TEST(process_vm_writev)
{
	const struct region region = make_region(1);
	const struct iovec local = { (char *)make_first_pages(&region), NR * PAGE_BYTES };
	const struct iovec remote = { page_address(&region, FIRST), NR * PAGE_BYTES };

	swap_out(backend, &region);
	mark();
	const ssize_t written = process_vm_writev(getpid(), &local, 1, &remote, 1, 0);

	if (written < 0 && errno == ENOSYS)
		skip_test("needs CONFIG_CROSS_MEMORY_ATTACH");
	expect(written == NR * PAGE_BYTES, "process_vm_writev: %s", strerror(errno));
	expect_decided("pmd_mapping:dirty", 1);
	expect_first_pages_written(&region);
}
