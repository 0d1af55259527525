/*
 * SPDX-License-Identifier: GPL-2.0-only
 *
 * S, R and D numbers: include/thpswap/NUMBERS.md.
 */
/* The swap device: its life, and the pins that prolong it (R28). */
#ifndef THPSWAP_SIM_SWAP_DEVICE_H
#define THPSWAP_SIM_SWAP_DEVICE_H

#include "model.h"

void swap_device_init(struct swap_info_struct *si, const struct device_model *device,
		      uint64_t nr_slots, unsigned int pmd_nr);
void swap_device_free(struct swap_info_struct *si);

/* A violation when swapoff has freed it. */
void check_device(void);

struct swap_info_struct *get_swap_device(swp_entry_t entry);
void put_swap_device(struct swap_info_struct *si);

#endif
