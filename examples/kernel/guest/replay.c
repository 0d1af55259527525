// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does what `thpswap-sim run --operations` has written, and prints what the kernel counted:
 * `-- replay BACKEND NAME.POLICY...`, each /NAME.POLICY being such a file. Policy pte
 * is this kernel without PMD swap entries.
 */
#include "guest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define INSTALL "/sys/module/thpswap/parameters/install"

enum { MAX_THPS = 128 };

struct operation {
	unsigned long pid;
	unsigned long address;
	unsigned long bytes;
	char what;
};

/* The memory of all processes, side by side: they share none. */
static struct {
	struct region region;
	struct {
		unsigned long pid;
		unsigned long number;
	} thps[MAX_THPS];
	size_t nr_thps;
	uint32_t stores[MAX_THPS * HUGE_PAGES]; /* what each page must hold */
	uint32_t last_store;
} machine;

static const char *program;

/* Returns the next line, NULL at the end. */
static const char *parse_operation(const char *line, struct operation *operation)
{
	char *end;

	if (!*line)
		return NULL;
	strtoul(line, &end, 10);
	operation->pid = strtoul(end + (*end == ','), &end, 10);
	operation->address = strtoul(end + (*end == ','), &end, 0);
	operation->bytes = strtoul(end + (*end == ','), &end, 10);
	expect(end[0] == ',' && end[1] && end[2] == '\n', "no operation: %.40s", line);
	operation->what = end[1];
	return end + 3;
}

static size_t thp_of(const struct operation *operation)
{
	const unsigned long number = operation->address / HUGE_BYTES;
	size_t i = 0;

	while (i < machine.nr_thps &&
	       (machine.thps[i].pid != operation->pid || machine.thps[i].number != number))
		i++;
	if (i == machine.nr_thps) {
		expect(i < MAX_THPS, "more than %d THPs are used", MAX_THPS);
		machine.thps[i].pid = operation->pid;
		machine.thps[i].number = number;
		machine.nr_thps++;
	}
	return i;
}

static size_t page_of(const struct operation *operation)
{
	return thp_of(operation) * HUGE_PAGES + operation->address % HUGE_BYTES / PAGE_BYTES;
}

/*
 * The simulator knows no zero page, hence the first access is a store: no page here is
 * one either. A store is not preceded by a load, which would fault differently.
 */
static void access_page(size_t page, bool write)
{
	volatile uint32_t *const word = (uint32_t *)page_address(&machine.region, page);

	if (write || !machine.stores[page]) {
		*word = ++machine.last_store;
		machine.stores[page] = machine.last_store;
	}
	expect(*word == machine.stores[page], "page %zu holds store %u, not %u", page, *word,
	       machine.stores[page]);
}

static void swap_out_pages(size_t page, size_t nr)
{
	must(madvise(page_address(&machine.region, page), nr * PAGE_BYTES, MADV_PAGEOUT));
	expect_equal("pages swapped out",
		     (long)count_pages(&machine.region, page, nr, PAGEMAP_SWAP), (long)nr);
}

static void do_all(const char *operations)
{
	struct operation operation;
	bool armed = false;

	while ((operations = parse_operation(operations, &operation))) {
		if (operation.what == 'o') {
			swap_out_pages(page_of(&operation), operation.bytes / PAGE_BYTES);
		} else if (operation.what == 'x') {
			fail_huge_allocations_of_next_fault();
			armed = true;
		} else {
			access_page(page_of(&operation), operation.what == 'w');
			expect(!armed || huge_allocations_have_failed(),
			       "nothing PMD-sized was allocated at %#lx", operation.address);
			armed = false;
		}
	}
}

static void report(const char *what, long value)
{
	say("count %s %s %ld", program, what, value);
}

static void tell_growth(const char *what)
{
	if (counter(what) >= 0)
		report(what, grew(what));
}

static void tell_counts(void)
{
	static const char *const counters[] = {
		"pgreuse",
		"thp_swpin_pmd",
		"thp_swpin_pmd_fallback",
		"thp_swpin_pmd_fallback_partly_cached",
		"thp_swpin_pmd_fallback_free_slot",
		"thp_swpin_pmd_fallback_not_allowed",
		"thp_swpin_pmd_fallback_mixed_zswap",
		"thp_swpin_pmd_fallback_zswap",
		"thp_swpin_pmd_fallback_mixed_zeromap",
		"thp_swpin_pmd_fallback_mixed_memcg",
		"thp_swpin_pmd_fallback_no_memory",
		"thp_swpin_pmd_fallback_no_charge",
		"thp_swpin_pmd_fallback_zswap_changed",
		"thp_swpin_pmd_fallback_busy",
		"thp_swpin_pmd_fallback_not_pmd_sized",
		"thp_swpin_pmd_fallback_poisoned",
	};

	for (size_t i = 0; i < sizeof(counters) / sizeof(*counters); i++)
		tell_growth(counters[i]);
	if (decision("pmd_source:read") >= 0)
		report("pmd_faults", decided_like("pmd_source:"));
}

static void replay(const struct backend *backend __attribute__((unused)))
{
	char *const operations = read_file(program);
	long all_faults;
	long majors;

	expect(operations, "%s: %s", program, strerror(errno));
	machine.region = map_region(MAX_THPS);
	write_file("/sys/kernel/mm/transparent_hugepage/use_zero_page", "0");
	mark();
	do_all(operations);
	all_faults = faults();
	majors = major_faults();
	report("faults", all_faults);
	report("major_faults", majors);
	report("anon_kib", region_smaps(&machine.region, "Anonymous:"));
	report("huge_kib", region_smaps(&machine.region, "AnonHugePages:"));
	tell_counts();
	/* The pages of a test are counted as leaked slots otherwise. */
	must(munmap(machine.region.start, machine.region.bytes));
}

MODE(replay)
{
	const struct backend *const backend = argc > 1 ? find_backend(argv[1]) : NULL;

	if (!backend)
		say("guest: replay needs a backend and a program");
	for (int i = 2; backend && i < argc; i++) {
		const struct test test = { .name = argv[i], .run = replay, .seconds = 300 };
		const char *const policy = strrchr(argv[i], '.');

		program = argv[i];
		write_file(INSTALL, policy && !strcmp(policy, ".pte") ? "0" : "1");
		run_one(&test, backend);
	}
}
