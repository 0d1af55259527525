// SPDX-License-Identifier: GPL-2.0-only
/* A memory failure, a read error. */
#include "guest.h"

#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PAGE = 300 };

/*
 * A memory failure.
 */

static void survive(int signal __attribute__((unused)))
{
}

/* Who asks for the failure is sent a SIGBUS that cannot be ignored. 0, or errno. */
static int poison_page(const struct region *region, size_t page)
{
	struct sigaction action = { .sa_handler = survive };
	int error;

	must(sigaction(SIGBUS, &action, NULL));
	error = madvise(page_address(region, page), PAGE_BYTES, MADV_HWPOISON) ? errno : 0;
	action.sa_handler = SIG_DFL;
	must(sigaction(SIGBUS, &action, NULL));
	return error;
}

/**
 * struct poisoned - Swapped out, but for a cached folio with a bad page that nobody maps
 * @region: the pages
 * @page: the bad one
 * @tree_mapped: what the tree had mapped before, see tree_mapped_bad_pages()
 */
struct poisoned {
	struct region region;
	size_t page;
	long tree_mapped;
};

static void fail_page(void *argument)
{
	const struct poisoned *const poisoned = argument;

	touch_read(&poisoned->region, poisoned->page);
	/* The reference of a pipe: the folio cannot be split for the one page. */
	const int held = hold_page(&poisoned->region, 0);

	const int error = poison_page(&poisoned->region, poisoned->page);

	expect(error == EHWPOISON, "MADV_HWPOISON: %s: was the folio split?", strerror(error));
	must(close(held));
}

static struct poisoned make_poisoned(const struct backend *backend, size_t page)
{
	struct poisoned poisoned = { make_region(1), page, tree_mapped_bad_pages() };

	swap_out(backend, &poisoned.region);
	join_child(start_child(fail_page, &poisoned));
	mark();
	return poisoned;
}

static bool can_read_bad_page(const struct poisoned *poisoned)
{
	return can_read(page_address(&poisoned->region, poisoned->page));
}

static void expect_good_pages(const struct poisoned *poisoned)
{
	const size_t after = poisoned->page + 1;

	expect_pages(&poisoned->region, 0, poisoned->page, 0);
	expect_pages(&poisoned->region, after, HUGE_PAGES - after, 0);
}

/* After its neighbours, which must not have brought it along (D13). In shadow mode they do. */
static void expect_bad_page_last(const struct poisoned *poisoned)
{
	if (tree_decides()) {
		expect_equal("faults that map a bad page",
			     tree_mapped_bad_pages() - poisoned->tree_mapped, 1);
		return;
	}
	expect_bit_only(&poisoned->region, poisoned->page, 1, PAGEMAP_SWAP);
	expect(!can_read_bad_page(poisoned), "the bad page can be read");
}

/* R20: the bad page is reported at once; all others are good, and are reached one by one. */
TEST(poisoned, .on = ON_CACHED, .flags = TEST_PMD_ONLY)
{
	const struct poisoned poisoned = make_poisoned(backend, PAGE);

	expect(!can_read_bad_page(&poisoned), "the bad page can be read");
	expect(decided("pmd_validate:hwpoison") > 0, "the handler did not report the bad page");
	expect_grew("thp_swpin_pmd_fallback", 0);
	expect_good_pages(&poisoned);
	expect_grew("thp_swpin_pmd", 0);
	expect_grew("thp_swpin_pmd_fallback_poisoned", 1);
	expect_bad_page_last(&poisoned);
}

/* D13: do_swap_page() of 7.3 looks for poison in the page that faulted, and maps all of them. */
TEST(poisoned_neighbour, .on = ON_CACHED, .flags = TEST_PMD_ONLY)
{
	const struct poisoned poisoned = make_poisoned(backend, PAGE);

	/* Split, and all PTEs alike. */
	must(mprotect(poisoned.region.start, PAGE_BYTES, PROT_READ));
	must(mprotect(poisoned.region.start, PAGE_BYTES, PROT_READ | PROT_WRITE));
	expect_good_pages(&poisoned);
	expect_grew("thp_swpin_pmd", 0);
	expect_bad_page_last(&poisoned);
}

/* Of a bad page that is the first one, swapoff is told as if it had faulted on it. */
TEST(poisoned_swapoff, .on = ON_CACHED, .flags = TEST_PMD_ONLY)
{
	const struct poisoned first = make_poisoned(backend, 0);
	const struct poisoned other = make_poisoned(backend, PAGE);

	must(backend_swapoff(backend));
	expect_good_pages(&first);
	expect_good_pages(&other);
	expect(!can_read_bad_page(&first) && !can_read_bad_page(&other),
	       "the bad page can be read");
	expect_grew("thp_swpin_pmd", 0);
	must(backend_swapon(backend));
}

/* The same without a reference: what the device has is not lost. */
TEST(poison_swapped)
{
	const struct region region = make_region(1);

	swap_out(backend, &region);
	const int error = poison_page(&region, PAGE);

	expect(!error || error == EHWPOISON, "MADV_HWPOISON: %s", strerror(error));
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
