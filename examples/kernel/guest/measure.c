// SPDX-License-Identifier: GPL-2.0-only
/*
 * What swap-in costs with PMD swap entries and without, in one boot: `-- measure BACKEND...`.
 * The unit of time is that of rdtsc: under qemu -icount shift=0, an instruction.
 */
#include "guest.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <x86intrin.h>

#define INSTALL "/sys/module/thpswap/parameters/install"

/* 256 MiB, a part at a time: the swap devices of the tests hold no more. */
enum { THPS = 32, ROUNDS = 4 };

struct sums {
	uint64_t ticks;
	long faults;
	long pages_read;
	long kib;
	long huge_kib;
	long table_kib;
};

static const char *mode;

/* Page tables of the process; those deposited with a PMD are among them. */
static long table_kib(void)
{
	char *const text = read_file("/proc/self/status");
	const long kib = find_number(text, "VmPTE:");

	free(text);
	return kib;
}

/* Touches every so many pages of each THP. */
static void swap_in(const struct region *region, size_t every, struct sums *sums)
{
	uint64_t start;

	mark();
	start = __rdtsc();
	for (size_t page = 0; page < nr_pages(region); page += every)
		touch_read(region, page);
	sums->ticks += __rdtsc() - start;
	sums->faults += faults();
	sums->pages_read += grew("pswpin");
	sums->kib += region_smaps(region, "Anonymous:");
	sums->huge_kib += region_smaps(region, "AnonHugePages:");
}

static void report(const struct backend *backend, const char *use, const char *what, long value)
{
	say("measure %s %s %s %s %ld", backend->name, mode, use, what, value);
}

static void tell_sums(const struct backend *backend, const char *use, const struct sums *sums)
{
	report(backend, use, "faults", sums->faults);
	report(backend, use, "ticks", (long)sums->ticks);
	report(backend, use, "pages_read", sums->pages_read);
	report(backend, use, "kib", sums->kib);
	report(backend, use, "huge_kib", sums->huge_kib);
	report(backend, use, "table_kib", sums->table_kib);
}

static void measure_use(const struct backend *backend, const char *use, size_t every, int rounds)
{
	struct sums sums = { 0 };

	for (int round = 0; round < rounds; round++) {
		const long before = table_kib();
		const struct region region = make_region(THPS);

		swap_out(backend, &region);
		swap_in(&region, every, &sums);
		sums.table_kib += table_kib() - before;
		must(munmap(region.start, region.bytes));
	}
	tell_sums(backend, use, &sums);
}

static void measure(const struct backend *backend)
{
	/* The heap gets its page table before it is measured. */
	table_kib();
	measure_use(backend, "all", 1, ROUNDS);
	/* How dear is it if only one page is wanted? */
	measure_use(backend, "one", HUGE_PAGES, 1);
}

MODE(measure)
{
	const struct test pmd = { .name = "pmd", .run = measure, .seconds = 10000 };
	const struct test pte = { .name = "pte", .run = measure, .seconds = 10000 };
	const bool has_pmd = write_file(INSTALL, "1");

	for (int i = 1; i < argc; i++) {
		const struct backend *const backend = find_backend(argv[i]);

		if (!backend) {
			say("guest: no backend is called '%s'", argv[i]);
			return;
		}
		write_file(INSTALL, "0");
		mode = pte.name;
		run_one(&pte, backend);
		if (!has_pmd)
			continue;
		write_file(INSTALL, "1");
		mode = pmd.name;
		run_one(&pmd, backend);
	}
}
