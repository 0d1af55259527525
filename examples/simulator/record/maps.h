/* SPDX-License-Identifier: GPL-2.0-only */
/* What is mapped, from /proc/self/maps: QEMU's and the program's addresses are the same. */
#ifndef THPSWAP_RECORD_MAPS_H
#define THPSWAP_RECORD_MAPS_H

#include "shared.h"

/* [@begin, @end) */
struct mapping {
	uint64_t begin;
	uint64_t end;
	enum map_kind kind;
};

/**
 * maps_for_each() - The program's mappings when it starts
 *
 * QEMU is position independent: its own text, heap and libraries lie above
 * MAPS_PROGRAM_END, and it maps a program that begins below it.
 */
#define MAPS_PROGRAM_END 0x500000000000ULL
void maps_for_each(void (*found)(const struct mapping *mapping, void *data), void *data);

/* Return: there is one that holds @address, and @mapping is it. */
bool maps_find(uint64_t address, struct mapping *mapping);

#endif
