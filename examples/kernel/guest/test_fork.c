// SPDX-License-Identifier: GPL-2.0-only
/* Two processes hold the same swap entry: neither may lose what the other needs. */
#include "guest.h"

#include <sys/mman.h>
#include <unistd.h>

/* The child does its part when told, and stays alive until the parent has done its own. */
static pid_t start_sibling(struct family *family, void (*body)(void *family))
{
	mark();
	return start_child(body, family);
}

static void child_turn(struct family *family)
{
	baton_give_child(&family->baton);
	baton_await_child(&family->baton);
}

static void end_sibling(struct family *family, pid_t child)
{
	baton_give_child(&family->baton);
	join_child(child);
}

static void read_in_child(void *argument)
{
	struct family *const family = argument;

	baton_await_parent(&family->baton);
	expect_pages(&family->region, 0, HUGE_PAGES, 0);
	baton_give_parent(&family->baton);
	baton_await_parent(&family->baton);
	expect_pages(&family->region, 0, HUGE_PAGES, 0);
}

static void write_in_child(void *argument)
{
	struct family *const family = argument;

	baton_await_parent(&family->baton);
	fill_pages(&family->region, 100, 1, 1);
	baton_give_parent(&family->baton);
	baton_await_parent(&family->baton);
	expect_pages(&family->region, 0, 100, 0);
	expect_pages(&family->region, 100, 1, 1);
	expect_pages(&family->region, 101, HUGE_PAGES - 101, 0);
}

static void write_all_in_child(void *argument)
{
	struct family *const family = argument;

	baton_await_parent(&family->baton);
	fill_pages(&family->region, 0, HUGE_PAGES, 1);
	baton_give_parent(&family->baton);
	baton_await_parent(&family->baton);
	expect_pages(&family->region, 0, HUGE_PAGES, 1);
}

/* The first reader may not free the slots that the other's entry still needs. */
TEST(fork_read)
{
	struct family family = make_family(make_region(1));

	swap_out(backend, &family.region);
	const pid_t child = start_sibling(&family, read_in_child);

	child_turn(&family);
	expect_grew("thp_swpin_pmd", 1);
	expect_decided("pmd_mapping:shared", 1);
	expect_decided("pmd_mapping:exclusive", 0);
	expect_decided("pmd_mapping:writable", 0);
	expect_decided("pmd_free_swap:free:write", 0);
	expect_slots(backend, HUGE_PAGES);

	mark();
	expect_pages(&family.region, 0, HUGE_PAGES, 0);
	expect_grew("thp_swpin_pmd", 1);
	expect_grew("thp_swpin_pmd_fallback", 0);
	expect_grew("pgmajfault", 0);
	expect_decided("pmd_source:map", 1);
	expect_decided("pmd_mapping:shared", 1);
	expect_decided("pmd_mapping:exclusive", 0);
	if (pmd_mode())
		expect_slots(backend, backend->synchronous ? 0 : HUGE_PAGES);
	expect_pmd(huge_bytes(&family.region) == HUGE_BYTES, "not mapped by a PMD");
	end_sibling(&family, child);
}

/* A writer that is not alone owes a copy, and keeps the slots. */
TEST(fork_write)
{
	struct family family = make_family(make_region(1));

	swap_out(backend, &family.region);
	const pid_t child = start_sibling(&family, write_in_child);

	child_turn(&family);
	expect_grew("thp_swpin_pmd", 1);
	expect_decided("pmd_mapping:shared", 1);
	expect_decided("pmd_mapping:exclusive", 0);
	expect_decided("pmd_mapping:writable", 0);
	expect_decided("pmd_mapping:dirty", 0);
	expect_decided("pmd_mapping:follow_up", 1);
	expect_decided("pmd_free_swap:free:write", 0);
	expect_decided("pmd_free_swap:keep:no_hurry", !backend->synchronous);
	expect_slots(backend, HUGE_PAGES);

	expect_pages(&family.region, 0, HUGE_PAGES, 0);
	fill_pages(&family.region, 200, 1, 2);
	end_sibling(&family, child);
	expect_pages(&family.region, 0, 200, 0);
	expect_pages(&family.region, 200, 1, 2);
	expect_pages(&family.region, 201, HUGE_PAGES - 201, 0);
}

TEST(fork_write_all)
{
	struct family family = make_family(make_region(1));

	swap_out(backend, &family.region);
	const pid_t child = start_sibling(&family, write_all_in_child);

	child_turn(&family);
	fill_pages(&family.region, 0, HUGE_PAGES, 2);
	end_sibling(&family, child);
	expect_pages(&family.region, 0, HUGE_PAGES, 2);
}

/* The same with the turns changed: the child has not looked yet when the parent writes. */
TEST(fork_parent_write)
{
	struct family family = make_family(make_region(1));

	swap_out(backend, &family.region);
	const pid_t child = start_sibling(&family, read_in_child);

	fill_pages(&family.region, 0, 1, 2);
	expect_grew("thp_swpin_pmd", 1);
	expect_decided("pmd_mapping:shared", 1);
	expect_decided("pmd_mapping:follow_up", 1);
	expect_decided("pmd_free_swap:free:write", 0);
	fill_pages(&family.region, 1, HUGE_PAGES - 1, 2);
	expect_slots(backend, HUGE_PAGES);
	child_turn(&family);
	end_sibling(&family, child);
	expect_pages(&family.region, 0, HUGE_PAGES, 2);
}

static void do_nothing(void *argument)
{
	(void)argument;
}

/* The marker does not come back when the other one goes. */
TEST(fork_exit)
{
	const struct region region = make_region(1);

	swap_out(backend, &region);
	join_child(start_child(do_nothing, NULL));
	expect_slots(backend, HUGE_PAGES);
	mark();
	fill_pages(&region, 100, 1, 1);
	expect_grew("thp_swpin_pmd", 1);
	expect_decided("pmd_mapping:shared", 1);
	expect_decided("pmd_mapping:exclusive", 0);
	expect_decided("pmd_mapping:follow_up", 1);
	expect_pages(&region, 0, 100, 0);
	expect_pages(&region, 100, 1, 1);
	expect_pages(&region, 101, HUGE_PAGES - 101, 0);
}

/* Swapped out while two processes map it: an entry for each, none of them exclusive. */
TEST(swap_out_forked)
{
	struct family family = make_family(make_region(1));

	must(madvise(family.region.start, family.region.bytes, MADV_COLD));
	const pid_t child = start_sibling(&family, read_in_child);

	swap_out_shared(backend, &family.region, 2);
	expect_slots(backend, HUGE_PAGES);
	mark();
	child_turn(&family);
	expect_grew("thp_swpin_pmd", 1);
	expect_decided("pmd_mapping:shared", 1);
	expect_slots(backend, HUGE_PAGES);
	fill_pages(&family.region, 0, HUGE_PAGES, 2);
	expect_decided("pmd_mapping:shared", 2);
	expect_decided("pmd_mapping:exclusive", 0);
	end_sibling(&family, child);
	expect_pages(&family.region, 0, HUGE_PAGES, 2);
}

TEST(swap_out_forked_write)
{
	struct family family = make_family(make_region(1));

	must(madvise(family.region.start, family.region.bytes, MADV_COLD));
	const pid_t child = start_sibling(&family, write_in_child);

	swap_out_shared(backend, &family.region, 2);
	child_turn(&family);
	expect_pages(&family.region, 0, HUGE_PAGES, 0);
	fill_pages(&family.region, 0, HUGE_PAGES, 2);
	end_sibling(&family, child);
	expect_pages(&family.region, 0, HUGE_PAGES, 2);
}

static void unmap_part_in_child(void *argument)
{
	struct family *const family = argument;

	must(munmap(page_address(&family->region, 100), 100 * PAGE_BYTES));
	expect_pages(&family->region, 0, 100, 0);
	expect_pages(&family->region, 200, HUGE_PAGES - 200, 0);
}

TEST(fork_unmap_part)
{
	struct family family = make_family(make_region(1));

	swap_out(backend, &family.region);
	join_child(start_child(unmap_part_in_child, &family));
	expect_slots(backend, HUGE_PAGES);
	expect_bit_only(&family.region, 0, HUGE_PAGES, PAGEMAP_SWAP);
	expect_pages(&family.region, 0, HUGE_PAGES, 0);
}

static void read_one_in_child(void *argument)
{
	struct family *const family = argument;

	must(mprotect(page_address(&family->region, 300), PAGE_BYTES, PROT_READ));
	expect_pages(&family->region, 150, 1, 0);
}

/* One page of the range is in the swap cache, the others are not: no whole read over it. */
TEST(partly_cached)
{
	struct family family = make_family(make_region(1));

	swap_out(backend, &family.region);
	join_child(start_child(read_one_in_child, &family));
	mark();
	touch_read(&family.region, 0);
	expect_grew("thp_swpin_pmd", backend->cached);
	expect_grew("thp_swpin_pmd_fallback", !backend->cached);
	expect_grew("thp_swpin_pmd_fallback_partly_cached", !backend->cached);
	expect_decided("pmd_source:split", !backend->cached);
	expect_pages(&family.region, 0, HUGE_PAGES, 0);
}

/* Both entries are gone after swapoff, and both have the data. */
TEST(fork_swapoff)
{
	struct family family = make_family(make_region(1));

	swap_out(backend, &family.region);
	const pid_t child = start_sibling(&family, write_in_child);

	must(backend_swapoff(backend));
	expect_bit_only(&family.region, 0, HUGE_PAGES, PAGEMAP_PRESENT);
	child_turn(&family);
	expect_pages(&family.region, 0, HUGE_PAGES, 0);
	fill_pages(&family.region, 0, HUGE_PAGES, 2);
	end_sibling(&family, child);
	expect_pages(&family.region, 0, HUGE_PAGES, 2);
	must(backend_swapon(backend));
}
