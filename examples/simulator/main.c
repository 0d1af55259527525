// SPDX-License-Identifier: GPL-2.0-only
/* thpswap-sim: which subcommand? */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"

static const struct command {
	const char *name;
	char *program; /* what its help calls it */
	int (*main)(int argc, char **argv);
	const char *purpose;
} commands[] = {
	{ "run", "thpswap-sim run", run_main, "run a trace of memory accesses, compare policies" },
	{ "explore", "thpswap-sim explore", explore_main, "walk the races of a fault" },
	{ "reduce", "thpswap-sim reduce", reduce_main, "make a trace of what valgrind records" },
};

enum { NR_COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static void usage(FILE *file)
{
	fprintf(file, "Usage: thpswap-sim COMMAND [OPTION...]\n\n");
	for (size_t i = 0; i < NR_COMMANDS; i++)
		fprintf(file, "  %-10s%s\n", commands[i].name, commands[i].purpose);
	fprintf(file, "\nthpswap-sim COMMAND --help lists the options.\n");
}

int main(int argc, char **argv)
{
	if (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
		usage(stdout);
		return 0;
	}
	for (size_t i = 0; argc > 1 && i < NR_COMMANDS; i++) {
		if (strcmp(argv[1], commands[i].name) == 0) {
			argv[1] = commands[i].program;
			return commands[i].main(argc - 1, argv + 1);
		}
	}
	if (argc > 1)
		fprintf(stderr, "thpswap-sim: %s: no such command; see thpswap-sim --help\n",
			argv[1]);
	else
		usage(stderr);
	return 2;
}
