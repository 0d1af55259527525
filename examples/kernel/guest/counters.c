// SPDX-License-Identifier: GPL-2.0-only
/* What the kernel has counted, and how much of it since mark(). */
#include "guest.h"

#include <stdlib.h>
#include <sys/resource.h>

#define VMSTAT "/proc/vmstat"
#define DECISIONS "/sys/kernel/debug/thpswap/decisions"

static struct {
	char *vmstat;
	char *decisions;
	long major;
	long minor;
} marked;

static long number_in(const char *path, const char *word)
{
	char *const text = read_file(path);
	if (!text)
		return -1;
	const long number = find_number(text, word);

	free(text);
	return number;
}

static long sum_like(const char *text, const char *beginning)
{
	const size_t length = strlen(beginning);
	long sum = 0;

	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (!strncmp(line, beginning, length))
			sum += strtol(line + strcspn(line, " \n"), NULL, 10);
	}
	return sum;
}

bool pmd_mode(void)
{
	char *const text = read_file("/sys/module/thpswap/parameters/install");
	const bool installs = text && (text[0] == 'Y' || text[0] == '1');

	free(text);
	return installs;
}

long counter(const char *name)
{
	return number_in(VMSTAT, name);
}

long decision(const char *key)
{
	return number_in(DECISIONS, key);
}

long decisions_like(const char *beginning)
{
	char *const text = read_file(DECISIONS);
	const long sum = text ? sum_like(text, beginning) : -1;

	free(text);
	return sum;
}

long level(const char *name)
{
	/* Such counters lag behind by what each CPU has not reported yet. */
	write_file("/proc/sys/vm/stat_refresh", "1");
	return counter(name);
}

void mark(void)
{
	struct rusage usage;

	free(marked.vmstat);
	free(marked.decisions);
	marked.vmstat = read_file(VMSTAT);
	marked.decisions = read_file(DECISIONS);
	getrusage(RUSAGE_SELF, &usage);
	marked.major = usage.ru_majflt;
	marked.minor = usage.ru_minflt;
}

long grew(const char *name)
{
	const long now = counter(name);

	expect(marked.vmstat, "%s is asked for before mark()", name);
	expect(now >= 0, "no %s in " VMSTAT, name);
	return now - find_number(marked.vmstat, name);
}

long decided(const char *key)
{
	const long now = decision(key);

	expect(now >= 0 && marked.decisions, "no %s in " DECISIONS, key);
	return now - find_number(marked.decisions, key);
}

long decided_like(const char *beginning)
{
	const long now = decisions_like(beginning);

	expect(now >= 0 && marked.decisions, "no " DECISIONS);
	return now - sum_like(marked.decisions, beginning);
}

long major_faults(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_majflt - marked.major;
}

long faults(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_majflt - marked.major + usage.ru_minflt - marked.minor;
}
