/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the model counts is counted again from its page tables, and what it stores is
 * compared with what was stored. In another form than explore/invariants.c on purpose:
 * that one is part of what is tested.
 */
#ifndef THPSWAP_TESTS_MODEL_CHECKS_H
#define THPSWAP_TESTS_MODEL_CHECKS_H

#include <stdint.h>

/* The first @pages pages of both processes, and all memory, slots and statistics. */
void check_all(uint64_t pages);

#endif
