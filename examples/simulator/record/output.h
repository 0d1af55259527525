/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The file of the trace. It appears under its name when it is whole; until then it is a
 * file beside it with six letters more. What goes wrong is printed.
 */
#ifndef THPSWAP_RECORD_OUTPUT_H
#define THPSWAP_RECORD_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

/* @compressor: its process; 0 if there is none */
struct output {
	const char *path;
	char temporary[4096];
	int fd;
	FILE *stream;
	pid_t compressor;
};

/* @compressor: a program that compresses its input; "" for none */
bool output_open(struct output *output, const char *path, const char *compressor);

/* Return: nothing that was written so far is lost. */
bool output_is_good(const struct output *output);

/* Bytes in the file. */
unsigned long long output_size(const struct output *output);

/* Return: the file is there, whole. Otherwise nothing is left. */
bool output_finish(struct output *output);
void output_discard(struct output *output);

#endif
