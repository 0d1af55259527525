// SPDX-License-Identifier: GPL-2.0-only
/* Programs whose accesses are known, for test_recorder.sh. The argument says which one. */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* Nothing else of a program lies from here to 4 GiB above it. */
#define BASE 0x600000000ULL
#define PAGE 4096ULL
#define MIB (1ULL << 20)

static volatile char *at(uint64_t offset)
{
	return (volatile char *)(uintptr_t)(BASE + offset);
}

static void must(int ok)
{
	if (!ok)
		abort();
}

static void map(uint64_t offset, uint64_t size)
{
	void *address = (void *)(uintptr_t)at(offset);

	must(mmap(address, size, PROT_READ | PROT_WRITE,
		  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0) == address);
}

static void advise(uint64_t offset, uint64_t size, int advice)
{
	must(madvise((void *)(uintptr_t)at(offset), size, advice) == 0);
}

static void write_page(uint64_t page)
{
	*at(page * PAGE) = 1;
}

static void read_page(uint64_t page)
{
	(void)*at(page * PAGE);
}

static void fork_and_wait(void (*child)(void))
{
	pid_t pid = fork();

	if (pid == 0) {
		child();
		_exit(0);
	}
	must(waitpid(pid, NULL, 0) == pid);
}

static void write_first(void)
{
	write_page(0);
}

static void die(void)
{
	raise(SIGKILL);
}

static int run_pages(void)
{
	map(0, 8 * MIB);
	write_page(0);
	write_page(0);
	read_page(0);
	read_page(1);
	read_page(1);
	write_page(1);
	/* Crosses from page 1 to page 2. */
	*(volatile uint64_t *)at(2 * PAGE - 4) = 1;
	advise(0, 8 * MIB, MADV_HUGEPAGE);
	write_page(0);
	advise(0, PAGE, MADV_DONTNEED);
	read_page(0);
	read_page(1);
	must(mremap((void *)(uintptr_t)at(4 * MIB), 2 * PAGE, 4 * PAGE,
		    MREMAP_MAYMOVE | MREMAP_FIXED,
		    (void *)(uintptr_t)at(64 * MIB)) == at(64 * MIB));
	write_page(64 * MIB / PAGE);
	must(munmap((void *)(uintptr_t)at(64 * MIB), 4 * PAGE) == 0);
	must(read(0, (void *)(uintptr_t)at(3 * PAGE), 2 * PAGE) == 2 * PAGE);
	read_page(3);
	write_page(0);
	fork_and_wait(write_first);
	write_page(0);
	fork_and_wait(die);
	return 0;
}

/* As many instructions as the assembler says, between two accesses. */
static int run_clock(void)
{
	unsigned int n = 10000000;

	map(0, MIB);
	write_page(0);
	__asm__ volatile("1: dec %0\n\tjnz 1b" : "+r"(n) : : "cc");
	write_page(1);
	return 0;
}

/* One process: the order of two would be another in each run. */
static int run_random(void)
{
	uint32_t x = 1;

	map(0, 64 * MIB);
	for (int i = 0; i < 20000; i++) {
		uint64_t page;

		x = x * 1664525 + 1013904223;
		page = (uint64_t)(x >> 8 & 15) * 512 + (x >> 16 & 3);
		if (x >> 28 < 6)
			write_page(page);
		else
			read_page(page);
		if (i % 500 == 0)
			advise((uint64_t)(x >> 12 & 15) * 2 * MIB, PAGE, MADV_DONTNEED);
	}
	return 0;
}

static void *write_part(void *part)
{
	for (uint64_t i = 0; i < 2000; i++)
		write_page((uintptr_t)part * 512 + i % 256);
	return NULL;
}

static int run_threads(void)
{
	pthread_t threads[3];

	map(0, 8 * MIB);
	for (uintptr_t i = 0; i < 3; i++)
		must(pthread_create(&threads[i], NULL, write_part, (void *)i) == 0);
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	return 0;
}

static int run_wait(void)
{
	map(0, MIB);
	write_page(0);
	puts("ready");
	fflush(stdout);
	while (1)
		pause();
}

/* More than any file of the test may hold, and hard to compress; reads need no memory. */
static int run_long(void)
{
	uint32_t x = 1;

	map(0, 1024 * MIB);
	for (int i = 0; i < 500000; i++) {
		x = x * 1664525 + 1013904223;
		read_page(x >> 14);
	}
	return 0;
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*run)(void);
	} programs[] = {
		{ "pages", run_pages },	    { "clock", run_clock }, { "random", run_random },
		{ "threads", run_threads }, { "wait", run_wait },   { "long", run_long },
	};

	for (size_t i = 0; argc == 2 && i < sizeof(programs) / sizeof(programs[0]); i++)
		if (strcmp(argv[1], programs[i].name) == 0)
			return programs[i].run();
	return 99;
}
