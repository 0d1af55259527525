/* SPDX-License-Identifier: GPL-2.0-only */
/* Files: written beside their place and moved there when complete. */
#ifndef THPSWAP_SIM_OUTPUT_H
#define THPSWAP_SIM_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

struct output {
	const char *path;
	char *temporary; /* NULL: written in place, as standard output and devices are */
	FILE *file;
	struct output *next; /* of those that a signal must not leave behind */
};

/* "-" is standard output. Return: false, with a line on stderr, when that failed. */
bool output_open(struct output *output, const char *path);

/* @complete: all was written, the file may appear. Return: as output_open(). */
bool output_close(struct output *output, bool complete);

/* Another failure has been reported already: leave no file behind. */
void output_abandon(struct output *output);

#endif
