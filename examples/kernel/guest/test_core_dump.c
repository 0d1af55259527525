// SPDX-License-Identifier: GPL-2.0-only
/* A process dies with its memory swapped out: the core file has it. */
#include "guest.h"

#include <elf.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define CORE "/tmp/core"

struct victim {
	const struct backend *backend;
	struct region region;
};

static void die_swapped(const struct victim *victim)
{
	const struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };

	populate_region(&victim->region);
	swap_out(victim->backend, &victim->region);
	must(setrlimit(RLIMIT_CORE, &unlimited));
	signal(SIGABRT, SIG_DFL);
	raise(SIGABRT);
}

/* Where in the core file is this address? */
static off_t find_in_core(int core, const char *address)
{
	const uint64_t wanted = (uintptr_t)address;
	Elf64_Ehdr header;
	Elf64_Phdr part;

	expect(pread(core, &header, sizeof(header), 0) == sizeof(header), "no core file");
	for (int i = 0; i < header.e_phnum; i++) {
		const off_t place = (off_t)(header.e_phoff + (size_t)i * sizeof(part));

		expect(pread(core, &part, sizeof(part), place) == sizeof(part), "a short core");
		if (part.p_type == PT_LOAD && part.p_vaddr <= wanted &&
		    wanted < part.p_vaddr + part.p_filesz)
			return (off_t)(part.p_offset + wanted - part.p_vaddr);
	}
	fail("the core file lacks %p", address);
}

TEST(core_dump)
{
	static char copy[HUGE_BYTES];
	struct victim victim = { backend, map_region(1) };
	int status;

	expect(write_file("/proc/sys/kernel/core_pattern", CORE), "core_pattern: %s",
	       strerror(errno));
	mark();
	const pid_t child = must(fork());

	if (!child)
		die_swapped(&victim);
	must(waitpid(child, &status, 0));
	expect(WIFSIGNALED(status) && WCOREDUMP(status), "no core was dumped: status %#x", status);
	expect_grew("thp_swpin_pmd", 1);

	const int core = must(open(CORE, O_RDONLY));
	const off_t place = find_in_core(core, victim.region.start);

	expect(pread(core, copy, HUGE_BYTES, place) == HUGE_BYTES, "a short core");
	expect_copy(&victim.region, copy, 0, HUGE_PAGES, 0);
	must(close(core));
	must(unlink(CORE));
}
