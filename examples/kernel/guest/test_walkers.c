// SPDX-License-Identifier: GPL-2.0-only
/* What looks at page tables, or acts on them, meets a swapped-out THP. */
#include "guest.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { FIRST = 100, NR = 100, AFTER = FIRST + NR, KIB = 1024 };

static long status_kib(const char *field)
{
	char *const text = read_file("/proc/self/status");
	const long kib = find_number(text, field);

	free(text);
	return kib;
}

/* Pages that come and go one by one are counted late, whole THPs at once. */
static void expect_status(const char *field, long kib)
{
	if (pmd_mode())
		expect_equal(field, status_kib(field), kib);
}

TEST(proc_files)
{
	const struct region region = make_region(1);
	const long swapped_before = status_kib("VmSwap");
	const long resident_before = status_kib("RssAnon");

	swap_out(backend, &region);
	mark();
	expect_bit_only(&region, 0, HUGE_PAGES, PAGEMAP_SWAP);
	expect_bit_only(&region, 0, 0, PAGEMAP_PRESENT);
	const uint64_t first_offset = swap_offset(region.start);

	for (size_t page = 0; page < HUGE_PAGES; page++)
		expect(swap_offset(page_address(&region, page)) == first_offset + page,
		       "page %zu: wrong slot", page);
	expect_equal("Swap", region_smaps(&region, "Swap"), HUGE_BYTES / KIB);
	expect_equal("SwapPss", region_smaps(&region, "SwapPss"), HUGE_BYTES / KIB);
	expect_equal("Rss", region_smaps(&region, "Rss"), 0);
	expect_equal("AnonHugePages", region_smaps(&region, "AnonHugePages"), 0);
	expect_status("VmSwap", swapped_before + HUGE_BYTES / KIB);
	expect_status("RssAnon", resident_before - HUGE_BYTES / KIB);
	expect_grew("thp_swpin_pmd", 0);

	expect_pages(&region, 0, HUGE_PAGES, 0);
	expect_bit_only(&region, 0, HUGE_PAGES, PAGEMAP_PRESENT);
	expect_bit_only(&region, 0, HUGE_PAGES, PAGEMAP_EXCLUSIVE);
	expect_equal("Swap", region_smaps(&region, "Swap"), 0);
	expect_equal("Rss", region_smaps(&region, "Rss"), HUGE_BYTES / KIB);
	expect_status("VmSwap", swapped_before);
	expect_status("RssAnon", resident_before);
	expect_pmd(huge_bytes(&region) == HUGE_BYTES, "not mapped by a PMD");
}

static void read_own_smaps(void *region)
{
	expect_equal("SwapPss", region_smaps(region, "SwapPss"), HUGE_BYTES / KIB / 2);
	expect_equal("Swap", region_smaps(region, "Swap"), HUGE_BYTES / KIB);
}

TEST(proc_files_forked)
{
	struct region region = make_region(1);

	swap_out(backend, &region);
	join_child(start_child(read_own_smaps, &region));
	expect_equal("SwapPss", region_smaps(&region, "SwapPss"), HUGE_BYTES / KIB);
}

/* Rolled up, and by NUMA-less walkers: nothing may fault in or fall over. */
TEST(proc_files_read_only)
{
	static const char *const files[] = { "/proc/self/smaps_rollup", "/proc/self/maps",
					     "/proc/self/smaps", "/proc/self/stat" };
	const struct region region = make_region(1);

	swap_out(backend, &region);
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		char *const text = read_file(files[i]);

		expect(text && *text, "%s cannot be read", files[i]);
		free(text);
	}
	expect_bit_only(&region, 0, HUGE_PAGES, PAGEMAP_SWAP);
	expect_pages(&region, 0, HUGE_PAGES, 0);
}

static long count_resident(const struct region *region)
{
	unsigned char vector[HUGE_PAGES];
	long count = 0;

	must(mincore(region->start, HUGE_BYTES, vector));
	for (size_t page = 0; page < HUGE_PAGES; page++)
		count += vector[page] & 1;
	return count;
}

/* What is in the swap cache counts as resident. */
TEST(mincore_looks_only)
{
	const struct region region = make_region(1);

	swap_out(backend, &region);
	mark();
	expect_equal("resident", count_resident(&region), backend->cached ? HUGE_PAGES : 0);
	expect_grew("thp_swpin_pmd", 0);
	expect_bit_only(&region, 0, HUGE_PAGES, PAGEMAP_SWAP);
	expect_pages(&region, 0, HUGE_PAGES, 0);
	expect_equal("resident", count_resident(&region), HUGE_PAGES);
}

/* Memory that will not go out again keeps no slots. */
TEST(mlock_frees)
{
	const struct region region = make_region(1);

	swap_out(backend, &region);
	mark();
	must(mlock(region.start, region.bytes));
	expect_bit_only(&region, 0, HUGE_PAGES, PAGEMAP_PRESENT);
	expect_grew("thp_swpin_pmd", 1);
	expect_decided("pmd_mapping:exclusive", 1);
	expect_decided("pmd_free_swap:free:synchronous_io", backend->synchronous);
	expect_decided("pmd_free_swap:free:mlocked", !backend->synchronous);
	if (pmd_mode())
		expect_slots(backend, 0);
	expect_equal("Locked", region_smaps(&region, "Locked"), HUGE_BYTES / KIB);
	must(munlock(region.start, region.bytes));
	expect_pages(&region, 0, HUGE_PAGES, 0);
}

/* The same by a read fault: the area is locked, and nobody writes. */
TEST(mlock_read_only_frees)
{
	const struct region region = make_region(1);

	must(mprotect(region.start, region.bytes, PROT_READ));
	swap_out(backend, &region);
	mark();
	must(mlock(region.start, region.bytes));
	expect_grew("thp_swpin_pmd", 1);
	expect_decided("pmd_mapping:writable", 0);
	expect_decided("pmd_free_swap:free:mlocked", !backend->synchronous);
	if (pmd_mode())
		expect_slots(backend, 0);
	expect_pages(&region, 0, HUGE_PAGES, 0);
}

static void expect_left_alone(const struct backend *backend, const struct region *region)
{
	expect_grew("thp_swpin_pmd", 0);
	expect_slots(backend, (long)nr_pages(region));
	expect_pages(region, 0, nr_pages(region), 0);
	fill_pages(region, 0, nr_pages(region), 1);
	expect_pages(region, 0, nr_pages(region), 1);
}

static void advise_only(const struct backend *backend, int advice)
{
	const struct region region = make_region(2);

	swap_out(backend, &region);
	mark();
	must(madvise(region.start, HUGE_BYTES, advice));
	must(madvise(page_address(&region, HUGE_PAGES + FIRST), NR * PAGE_BYTES, advice));
	expect_left_alone(backend, &region);
}

TEST(madvise_cold)
{
	advise_only(backend, MADV_COLD);
}

TEST(madvise_pageout)
{
	advise_only(backend, MADV_PAGEOUT);
}

/* What is swapped out is freed at once, and reads as zeroes. */
TEST(madvise_free)
{
	const struct region region = make_region(2);

	swap_out(backend, &region);
	must(madvise(region.start, HUGE_BYTES, MADV_FREE));
	must(madvise(page_address(&region, HUGE_PAGES + FIRST), NR * PAGE_BYTES, MADV_FREE));
	expect_zeroes(&region, 0, HUGE_PAGES);
	expect_zeroes(&region, HUGE_PAGES + FIRST, NR);
	expect_pages(&region, HUGE_PAGES, FIRST, 0);
	expect_pages(&region, HUGE_PAGES + AFTER, HUGE_PAGES - AFTER, 0);
	fill_pages(&region, 0, nr_pages(&region), 1);
	expect_pages(&region, 0, nr_pages(&region), 1);
}

/* Moves what is in memory to node 0, where it is. */
static void bind_to_node(char *start, size_t bytes)
{
	enum { BIND = 2, STRICT = 1, MOVE = 2 };
	const unsigned long nodes = 1;

	must(syscall(SYS_mbind, start, bytes, BIND, &nodes, 8 * sizeof(nodes), STRICT | MOVE));
}

/* Mapped again, a folio may still be in the swap cache: older data must not come back from there. */
TEST(madvise_free_mapped)
{
	const struct region region = make_region(1);

	swap_out(backend, &region);
	touch_read(&region, 0);
	fill_pages(&region, 0, HUGE_PAGES, 1);
	must(madvise(region.start, HUGE_BYTES, MADV_FREE));
	for (int tries = 0; tries < 3; tries++)
		must(madvise(region.start, HUGE_BYTES, MADV_PAGEOUT));
	for (size_t page = 0; page < HUGE_PAGES; page++)
		expect(pages_match(&region, page_address(&region, page), page, 1, 1) ||
			       is_zeroes(&region, page),
		       "page %zu holds neither what was freed nor zeroes", page);
	fill_pages(&region, 0, HUGE_PAGES, 2);
	expect_pages(&region, 0, HUGE_PAGES, 2);
}

TEST(mbind)
{
	const struct region region = make_region(2);

	swap_out(backend, &region);
	mark();
	bind_to_node(region.start, HUGE_BYTES);
	bind_to_node(page_address(&region, HUGE_PAGES + FIRST), NR * PAGE_BYTES);
	expect_left_alone(backend, &region);
}

TEST(move_pages)
{
	const struct region region = make_region(1);
	void *page = page_address(&region, FIRST);
	int node = 0;
	int status = 0;

	swap_out(backend, &region);
	mark();
	must(syscall(SYS_move_pages, 0, 1, &page, NULL, &status, 0));
	expect_equal("status of a page", status, -ENOENT);
	must(syscall(SYS_move_pages, 0, 1, &page, &node, &status, 0));
	expect_equal("status of a page to be moved", status, -ENOENT);
	expect_left_alone(backend, &region);
}

TEST(madvise_populate)
{
	const struct region region = make_region(2);

	swap_out(backend, &region);
	mark();
	must(madvise(region.start, HUGE_BYTES, MADV_POPULATE_READ));
	expect_decided("pmd_mapping:dirty", 0);
	must(madvise(page_address(&region, HUGE_PAGES), HUGE_BYTES, MADV_POPULATE_WRITE));
	expect_decided("pmd_mapping:dirty", 1);
	expect_grew("thp_swpin_pmd", 2);
	expect_decided("pmd_mapping:exclusive", 2);
	expect_bit_only(&region, 0, nr_pages(&region), PAGEMAP_PRESENT);
	expect_pages(&region, 0, nr_pages(&region), 0);
}

TEST(clear_refs_referenced)
{
	const struct region region = make_region(1);

	swap_out(backend, &region);
	mark();
	expect(write_file("/proc/self/clear_refs", "1"), "clear_refs: %s", strerror(errno));
	expect_bit_only(&region, 0, HUGE_PAGES, PAGEMAP_SWAP);
	expect_pages(&region, 0, HUGE_PAGES, 0);
	expect_grew("thp_swpin_pmd", 1);
}

/* Another process's memory */

struct neighbour {
	const struct backend *backend;
	struct region region;
	struct baton baton;
};

static void hold_swapped(void *argument)
{
	struct neighbour *const neighbour = argument;

	populate_region(&neighbour->region);
	swap_out(neighbour->backend, &neighbour->region);
	baton_give_parent(&neighbour->baton);
	baton_await_parent(&neighbour->baton);
	expect_pages(&neighbour->region, 0, FIRST, 0);
	expect_pages(&neighbour->region, AFTER, HUGE_PAGES - AFTER, 0);
}

static void hold_swapped_and_see_write(void *argument)
{
	struct neighbour *const neighbour = argument;

	hold_swapped(neighbour);
	expect_pages(&neighbour->region, FIRST, NR, 1);
}

static pid_t start_neighbour(struct neighbour *neighbour, void (*body)(void *))
{
	const pid_t child = start_child(body, neighbour);

	baton_await_child(&neighbour->baton);
	mark();
	return child;
}

static void end_neighbour(struct neighbour *neighbour, pid_t child)
{
	baton_give_child(&neighbour->baton);
	join_child(child);
}

static int open_memory(pid_t pid)
{
	char path[40];

	snprintf(path, sizeof(path), "/proc/%d/mem", pid);
	return must(open(path, O_RDWR | O_CLOEXEC));
}

static char copy[HUGE_BYTES];

TEST(proc_mem_read)
{
	struct neighbour neighbour = { backend, map_region(1), baton_make() };
	const pid_t child = start_neighbour(&neighbour, hold_swapped);
	const int memory = open_memory(child);

	expect(pread(memory, copy, HUGE_BYTES, (off_t)neighbour.region.start) == HUGE_BYTES,
	       "pread: %s", strerror(errno));
	expect_copy(&neighbour.region, copy, 0, HUGE_PAGES, 0);
	expect_grew("thp_swpin_pmd", 1);
	expect_decided("pmd_mapping:exclusive", 1);
	end_neighbour(&neighbour, child);
}

TEST(proc_mem_write)
{
	struct neighbour neighbour = { backend, map_region(1), baton_make() };
	const pid_t child = start_neighbour(&neighbour, hold_swapped_and_see_write);
	const int memory = open_memory(child);
	const off_t place = (off_t)page_address(&neighbour.region, FIRST);

	/* Generation 1 is made in the parent's own, still empty, copy of the region. */
	fill_pages(&neighbour.region, FIRST, NR, 1);
	expect(pwrite(memory, (void *)place, NR * PAGE_BYTES, place) == NR * PAGE_BYTES,
	       "pwrite: %s", strerror(errno));
	expect_grew("thp_swpin_pmd", 1);
	expect_decided("pmd_mapping:exclusive", 1);
	expect_decided("pmd_mapping:dirty", 1);
	expect_decided("pmd_free_swap:free:write", !backend->synchronous);
	if (pmd_mode())
		expect_slots(backend, 0);
	end_neighbour(&neighbour, child);
}

TEST(process_vm_readv)
{
	struct neighbour neighbour = { backend, map_region(1), baton_make() };
	const pid_t child = start_neighbour(&neighbour, hold_swapped);
	const struct iovec local = { copy, HUGE_BYTES };
	const struct iovec remote = { neighbour.region.start, HUGE_BYTES };

	const ssize_t got = process_vm_readv(child, &local, 1, &remote, 1, 0);

	if (got < 0 && errno == ENOSYS)
		skip_test("needs CONFIG_CROSS_MEMORY_ATTACH");
	expect(got == HUGE_BYTES, "process_vm_readv: %s", strerror(errno));
	expect_copy(&neighbour.region, copy, 0, HUGE_PAGES, 0);
	expect_grew("thp_swpin_pmd", 1);
	end_neighbour(&neighbour, child);
}

static void hold_resident(void *argument)
{
	struct neighbour *const neighbour = argument;

	populate_region(&neighbour->region);
	baton_give_parent(&neighbour->baton);
	baton_await_parent(&neighbour->baton);
	expect_bit_only(&neighbour->region, 0, HUGE_PAGES, PAGEMAP_SWAP);
	expect_pages(&neighbour->region, 0, HUGE_PAGES, 0);
}

TEST(process_madvise_pageout)
{
	struct neighbour neighbour = { backend, map_region(1), baton_make() };
	const pid_t child = start_neighbour(&neighbour, hold_resident);
	const struct iovec remote = { neighbour.region.start, HUGE_BYTES };
	const int pidfd = must((int)syscall(SYS_pidfd_open, child, 0));

	must(syscall(SYS_process_madvise, pidfd, &remote, 1, MADV_PAGEOUT, 0));
	expect_grew("thp_swpout_pmd", 1);
	must(syscall(SYS_process_madvise, pidfd, &remote, 1, MADV_COLD, 0));
	must(syscall(SYS_process_madvise, pidfd, &remote, 1, MADV_WILLNEED, 0));
	expect_slots(backend, HUGE_PAGES);
	end_neighbour(&neighbour, child);
}

static long cgroup_bytes(const char *file)
{
	char path[80];

	snprintf(path, sizeof(path), "/sys/fs/cgroup/test/%s", file);
	return read_number(path);
}

/* Slots and memory are charged to who has them, and given back. */
TEST(memcg_charges)
{
	const struct region region = make_region(1);
	const long slack = slots_slack() * PAGE_BYTES;

	swap_out(backend, &region);
	expect(cgroup_bytes("memory.swap.current") >= HUGE_BYTES, "only %ld bytes of swap charged",
	       cgroup_bytes("memory.swap.current"));
	expect_pages(&region, 0, HUGE_PAGES, 0);
	expect(cgroup_bytes("memory.current") >= HUGE_BYTES, "only %ld bytes of memory charged",
	       cgroup_bytes("memory.current"));
	must(munmap(region.start, region.bytes));
	expect(cgroup_bytes("memory.swap.current") <= slack, "%ld bytes of swap stay charged",
	       cgroup_bytes("memory.swap.current"));
}
