// SPDX-License-Identifier: GPL-2.0-only
/* UFFDIO_MOVE and read-write protection (RWP), which are younger than what test_uffd.c does. */
#include "guest.h"
#include "uffd.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { PAGE = 100 };

static int watch(const struct region *region, uint64_t features, uint64_t mode)
{
	const int uffd = (int)syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
	struct uffdio_api api = { .api = UFFD_API, .features = features };
	struct uffdio_register area = { .range = { (uintptr_t)region->start, region->bytes },
					.mode = mode };

	must(uffd);
	if (ioctl(uffd, UFFDIO_API, &api))
		skip_test("userfaultfd has not the features %#llx", (unsigned long long)features);
	must(ioctl(uffd, UFFDIO_REGISTER, &area));
	return uffd;
}

/* 0, or errno */
static int move(int uffd, const struct region *to, const struct region *from)
{
	struct uffdio_move request = { .dst = (uintptr_t)to->start,
				       .src = (uintptr_t)from->start,
				       .len = from->bytes };

	return ioctl(uffd, UFFDIO_MOVE, &request) ? errno : 0;
}

/* Page by page; Linux moves no slot that a large folio of the swap cache has. */
TEST(uffd_move_swapped, .flags = TEST_PMD_ONLY)
{
	const struct region from = make_region(1);
	struct region to = map_region(1);
	const int uffd = watch(&to, UFFD_FEATURE_MOVE, UFFDIO_REGISTER_MODE_MISSING);

	swap_out(backend, &from);
	const int error = move(uffd, &to, &from);

	expect_equal("errno of UFFDIO_MOVE", error, backend->cached ? EBUSY : 0);
	if (error) {
		expect_pages(&from, 0, HUGE_PAGES, 0);
		return;
	}
	expect_bit_only(&to, 0, HUGE_PAGES, PAGEMAP_SWAP);
	expect_bit_only(&from, 0, 0, PAGEMAP_SWAP);
	to.seed = from.seed;
	expect_pages(&to, 0, HUGE_PAGES, 0);
}

/* An entry is in the way. Without a check the kernel would try again for ever. */
TEST(uffd_move_onto_swapped, .flags = TEST_PMD_ONLY)
{
	const struct region from = make_region(1);
	const struct region to = make_region(1);
	const int uffd = watch(&to, UFFD_FEATURE_MOVE, UFFDIO_REGISTER_MODE_MISSING);

	swap_out(backend, &to);
	expect_equal("errno of UFFDIO_MOVE", move(uffd, &to, &from), EEXIST);
	expect_pages(&from, 0, HUGE_PAGES, 0);
	mark();
	expect_pages(&to, 0, HUGE_PAGES, 0);
	expect_grew("thp_swpin_pmd", 1);
}

static void forbid(int uffd, const struct region *region, bool on)
{
	struct uffdio_rwprotect request = { .range = { (uintptr_t)region->start, region->bytes },
					    .mode = on ? UFFDIO_RWPROTECT_MODE_RWP : 0 };

	must(ioctl(uffd, UFFDIO_RWPROTECT, &request));
}

static void *read_page(void *region)
{
	expect_pages(region, PAGE, 1, 0);
	return NULL;
}

static void *write_page(void *region)
{
	fill_pages(region, PAGE, 1, 1);
	return NULL;
}

static void expect_told(int uffd, const struct region *region)
{
	struct pollfd poll_for = { .fd = uffd, .events = POLLIN };
	struct uffd_msg message;

	expect(poll(&poll_for, 1, 5000) == 1,
	       "a forbidden page was touched, and nobody reported it");
	expect(read(uffd, &message, sizeof(message)) == sizeof(message), "read: %s",
	       strerror(errno));
	expect(message.event == UFFD_EVENT_PAGEFAULT &&
		       message.arg.pagefault.flags & UFFD_PAGEFAULT_FLAG_RWP,
	       "event %d with flags %#llx", message.event,
	       (unsigned long long)message.arg.pagefault.flags);
	expect(message.arg.pagefault.address / PAGE_BYTES ==
		       (uintptr_t)page_address(region, PAGE) / PAGE_BYTES,
	       "fault at %#llx", (unsigned long long)message.arg.pagefault.address);
}

/* R19: who waits for an access hears of the first one, also when the page was swapped out. */
static void expect_rwp_kept(const struct backend *backend, void *(*touch)(void *),
			    unsigned int generation)
{
	struct region region = make_region(1);
	const int uffd = watch(&region, UFFD_FEATURE_RWP, UFFDIO_REGISTER_MODE_RWP);
	pthread_t thread;

	forbid(uffd, &region, true);
	swap_out(backend, &region);
	mark();
	pthread_create(&thread, NULL, touch, &region);
	expect_told(uffd, &region);
	expect_grew("thp_swpin_pmd", 1);
	forbid(uffd, &region, false);
	pthread_join(thread, NULL);
	expect_pages(&region, 0, PAGE, 0);
	expect_pages(&region, PAGE, 1, generation);
	expect_pages(&region, PAGE + 1, HUGE_PAGES - PAGE - 1, 0);
}

TEST(uffd_rwp_read)
{
	expect_rwp_kept(backend, read_page, 0);
}

TEST(uffd_rwp_write)
{
	expect_rwp_kept(backend, write_page, 1);
}

TEST(uffd_rwp_allow_swapped)
{
	const struct region region = make_region(1);
	const int uffd = watch(&region, UFFD_FEATURE_RWP, UFFDIO_REGISTER_MODE_RWP);

	forbid(uffd, &region, true);
	swap_out(backend, &region);
	forbid(uffd, &region, false);
	expect_pages(&region, 0, HUGE_PAGES, 0);
}
