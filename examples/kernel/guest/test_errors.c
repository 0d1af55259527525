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

static void fail_page(void *argument)
{
	struct family *const family = argument;

	touch_read(&family->region, PAGE);
	/* The reference of a pipe: the folio cannot be split for the one page. */
	const int held = hold_page(&family->region, 0);

	const int error = poison_page(&family->region, PAGE);

	expect(error == EHWPOISON, "MADV_HWPOISON: %s: was the folio split?", strerror(error));
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
