// SPDX-License-Identifier: GPL-2.0-only
/* userfaultfd meets swapped-out THPs: write protection is kept page by page, no page is filled. */
#include "guest.h"

#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { FIRST = 100, NR = 100, AFTER = FIRST + NR };

#define expect_protected(region, first, nr) expect_bit_only(region, first, nr, PAGEMAP_UFFD_WP)

static int watch(const struct region *region, uint64_t mode)
{
	const int uffd = (int)syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
	struct uffdio_api api = { .api = UFFD_API,
				  .features = mode & UFFDIO_REGISTER_MODE_WP
						      ? UFFD_FEATURE_PAGEFAULT_FLAG_WP
						      : 0 };
	struct uffdio_register area = { .range = { (uintptr_t)region->start, region->bytes },
					.mode = mode };

	if (uffd < 0 && errno == ENOSYS)
		skip_test("needs CONFIG_USERFAULTFD");
	must(uffd);
	must(ioctl(uffd, UFFDIO_API, &api));
	must(ioctl(uffd, UFFDIO_REGISTER, &area));
	return uffd;
}

static void protect(int uffd, const struct region *region, size_t first, size_t nr, bool on)
{
	struct uffdio_writeprotect request = {
		.range = { (uintptr_t)page_address(region, first), nr * PAGE_BYTES },
		.mode = on ? UFFDIO_WRITEPROTECT_MODE_WP : 0,
	};

	must(ioctl(uffd, UFFDIO_WRITEPROTECT, &request));
}

struct watched {
	struct region region;
	int uffd;
};

static struct watched make_protected(const struct backend *backend)
{
	struct watched watched = { .region = make_region(1) };

	watched.uffd = watch(&watched.region, UFFDIO_REGISTER_MODE_WP);
	protect(watched.uffd, &watched.region, 0, HUGE_PAGES, true);
	expect_protected(&watched.region, 0, HUGE_PAGES);
	swap_out(backend, &watched.region);
	expect_protected(&watched.region, 0, HUGE_PAGES);
	return watched;
}

static void *write_first_page(void *region)
{
	fill_pages(region, FIRST, 1, 1);
	return NULL;
}

static void expect_write_fault(int uffd, const struct region *region)
{
	struct pollfd poll_for = { .fd = uffd, .events = POLLIN };
	struct uffd_msg message;

	expect(poll(&poll_for, 1, 5000) == 1,
	       "a protected page was written, and nobody reported it");
	expect(read(uffd, &message, sizeof(message)) == sizeof(message), "read: %s",
	       strerror(errno));
	expect(message.event == UFFD_EVENT_PAGEFAULT &&
		       message.arg.pagefault.flags & UFFD_PAGEFAULT_FLAG_WP,
	       "event %d with flags %#llx", message.event,
	       (unsigned long long)message.arg.pagefault.flags);
	expect(message.arg.pagefault.address / PAGE_BYTES ==
		       (uintptr_t)page_address(region, FIRST) / PAGE_BYTES,
	       "fault at %#llx", (unsigned long long)message.arg.pagefault.address);
}

/* The writer waits until the whole region is unprotected. */
static void expect_told_of_write(struct watched *watched)
{
	pthread_t writer;

	pthread_create(&writer, NULL, write_first_page, &watched->region);
	expect_write_fault(watched->uffd, &watched->region);
	expect_protected(&watched->region, 0, HUGE_PAGES);
	protect(watched->uffd, &watched->region, 0, HUGE_PAGES, false);
	pthread_join(writer, NULL);
	expect_protected(&watched->region, 0, 0);
	expect_pages(&watched->region, 0, FIRST, 0);
	expect_pages(&watched->region, FIRST, 1, 1);
	expect_pages(&watched->region, FIRST + 1, HUGE_PAGES - FIRST - 1, 0);
}

TEST(uffd_wp_read)
{
	struct watched watched = make_protected(backend);

	mark();
	expect_pages(&watched.region, 0, HUGE_PAGES, 0);
	expect_grew("thp_swpin_pmd", 1);
	expect_decided("pmd_mapping:exclusive", 1);
	expect_decided("pmd_mapping:writable", 0);
	expect_protected(&watched.region, 0, HUGE_PAGES);
	expect_told_of_write(&watched);
}

TEST(uffd_wp_write)
{
	struct watched watched = make_protected(backend);

	mark();
	expect_told_of_write(&watched);
	expect_grew("thp_swpin_pmd", 1);
	expect_decided("pmd_mapping:writable", 0);
	expect_decided("pmd_mapping:dirty", 0);
	expect_decided("pmd_mapping:follow_up", 1);
}

TEST(uffd_wp_unprotect_swapped)
{
	struct watched watched = make_protected(backend);

	protect(watched.uffd, &watched.region, 0, HUGE_PAGES, false);
	expect_protected(&watched.region, 0, 0);
	expect_bit_only(&watched.region, 0, HUGE_PAGES, PAGEMAP_SWAP);
	mark();
	fill_pages(&watched.region, 0, HUGE_PAGES, 1);
	expect_grew("thp_swpin_pmd", 1);
	expect_decided("pmd_mapping:exclusive", 1);
	expect_decided("pmd_mapping:writable", 1);
	expect_pages(&watched.region, 0, HUGE_PAGES, 1);
}

static struct watched make_unprotected(const struct backend *backend)
{
	struct watched watched = { .region = make_region(1) };

	watched.uffd = watch(&watched.region, UFFDIO_REGISTER_MODE_WP);
	swap_out(backend, &watched.region);
	expect_protected(&watched.region, 0, 0);
	return watched;
}

TEST(uffd_wp_protect_swapped)
{
	struct watched watched = make_unprotected(backend);

	protect(watched.uffd, &watched.region, 0, HUGE_PAGES, true);
	expect_protected(&watched.region, 0, HUGE_PAGES);
	expect_bit_only(&watched.region, 0, HUGE_PAGES, PAGEMAP_SWAP);
	mark();
	expect_told_of_write(&watched);
	expect_grew("thp_swpin_pmd", 1);
}

TEST(uffd_wp_protect_part_swapped)
{
	struct watched watched = make_unprotected(backend);

	protect(watched.uffd, &watched.region, FIRST, NR, true);
	expect_protected(&watched.region, FIRST, NR);
	expect_bit_only(&watched.region, 0, HUGE_PAGES, PAGEMAP_SWAP);
	fill_pages(&watched.region, 0, FIRST, 1);
	fill_pages(&watched.region, AFTER, HUGE_PAGES - AFTER, 1);
	expect_pages(&watched.region, FIRST, NR, 0);
	expect_protected(&watched.region, FIRST, NR);
	protect(watched.uffd, &watched.region, FIRST, NR, false);
	fill_pages(&watched.region, FIRST, NR, 1);
	expect_pages(&watched.region, 0, HUGE_PAGES, 1);
}

TEST(uffd_wp_unprotect_part_swapped)
{
	struct watched watched = make_protected(backend);

	protect(watched.uffd, &watched.region, 0, FIRST, false);
	protect(watched.uffd, &watched.region, AFTER, HUGE_PAGES - AFTER, false);
	expect_protected(&watched.region, FIRST, NR);
	fill_pages(&watched.region, 0, FIRST, 1);
	expect_pages(&watched.region, FIRST, HUGE_PAGES - FIRST, 0);
	expect_protected(&watched.region, FIRST, NR);
	protect(watched.uffd, &watched.region, FIRST, NR, false);
}

TEST(uffd_wp_split)
{
	struct watched watched = make_protected(backend);

	must(mprotect(page_address(&watched.region, FIRST), NR * PAGE_BYTES, PROT_READ));
	expect_protected(&watched.region, 0, HUGE_PAGES);
	expect_pages(&watched.region, 0, HUGE_PAGES, 0);
	expect_protected(&watched.region, 0, HUGE_PAGES);
	must(mprotect(page_address(&watched.region, FIRST), NR * PAGE_BYTES,
		      PROT_READ | PROT_WRITE));
	expect_told_of_write(&watched);
}

TEST(uffd_wp_munmap_part)
{
	struct watched watched = make_protected(backend);
	const struct region *const region = &watched.region;

	must(munmap(page_address(region, FIRST), NR * PAGE_BYTES));
	expect_equal("protected", (long)count_pages(region, 0, FIRST, PAGEMAP_UFFD_WP), FIRST);
	expect_equal("protected",
		     (long)count_pages(region, AFTER, HUGE_PAGES - AFTER, PAGEMAP_UFFD_WP),
		     HUGE_PAGES - AFTER);
	expect_pages(region, 0, FIRST, 0);
	expect_equal("protected", (long)count_pages(region, 0, FIRST, PAGEMAP_UFFD_WP), FIRST);
}

TEST(uffd_wp_swapoff)
{
	struct watched watched = make_protected(backend);

	must(backend_swapoff(backend));
	expect_bit_only(&watched.region, 0, HUGE_PAGES, PAGEMAP_PRESENT);
	expect_protected(&watched.region, 0, HUGE_PAGES);
	expect_told_of_write(&watched);
	must(backend_swapon(backend));
}

static void expect_unprotected_in_child(void *region)
{
	expect_protected((struct region *)region, 0, 0);
	fill_pages(region, 0, HUGE_PAGES, 3);
	expect_pages(region, 0, HUGE_PAGES, 3);
}

/* The child is not watched. */
TEST(uffd_wp_fork)
{
	struct watched watched = make_protected(backend);

	join_child(start_child(expect_unprotected_in_child, &watched.region));
	expect_protected(&watched.region, 0, HUGE_PAGES);
	expect_pages(&watched.region, 0, HUGE_PAGES, 0);
	expect_told_of_write(&watched);
}

/* What is swapped out is there: it is not missing, and nothing may be put in its place. */
TEST(uffd_fill_swapped)
{
	const struct region region = make_region(1);
	const struct region source = make_region(1);
	const int uffd = watch(&region, UFFDIO_REGISTER_MODE_MISSING);
	struct uffdio_copy fill = { .dst = (uintptr_t)page_address(&region, FIRST),
				    .src = (uintptr_t)source.start,
				    .len = PAGE_BYTES };
	struct uffdio_zeropage clear = { .range = { (uintptr_t)page_address(&region, FIRST),
						    PAGE_BYTES } };

	swap_out(backend, &region);
	expect(ioctl(uffd, UFFDIO_COPY, &fill) < 0 && errno == EEXIST, "UFFDIO_COPY: %s",
	       strerror(errno));
	expect(ioctl(uffd, UFFDIO_ZEROPAGE, &clear) < 0 && errno == EEXIST, "UFFDIO_ZEROPAGE: %s",
	       strerror(errno));
	mark();
	expect_pages(&region, 0, HUGE_PAGES, 0);
	expect_grew("thp_swpin_pmd", 1);
	expect_pages(&source, 0, HUGE_PAGES, 0);
}

TEST(uffd_unregister_swapped)
{
	struct watched watched = make_protected(backend);

	close(watched.uffd);
	mark();
	fill_pages(&watched.region, 0, HUGE_PAGES, 1);
	expect_grew("thp_swpin_pmd", 1);
	expect_pages(&watched.region, 0, HUGE_PAGES, 1);
}

/*
 * D10: a folio that was read, but not mapped by a PMD, and all of whose PTEs agree. Whoever maps
 * the first page must not take it for a PMD's.
 */
TEST(split_after_read_ahead, .on = ON_UNCACHED, .flags = TEST_PMD_ONLY)
{
	const struct region region = make_region(1);
	const int uffd = watch(&region, UFFDIO_REGISTER_MODE_WP);

	swap_out(backend, &region);
	mark();
	must(madvise(region.start, region.bytes, MADV_WILLNEED));
	for (int tries = 0; grew("pswpin") < HUGE_PAGES; tries++) {
		expect(tries < 500, "%ld pages were read ahead", grew("pswpin"));
		usleep(10000);
	}
	protect(uffd, &region, FIRST, NR, true);
	protect(uffd, &region, FIRST, NR, false);
	expect_pages(&region, 0, HUGE_PAGES, 0);
	expect_equal("pages read again", grew("pswpin"), HUGE_PAGES);
	must(munmap(region.start, region.bytes));
}
