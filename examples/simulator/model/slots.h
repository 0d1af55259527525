/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The slots of the swap device. A slot is in use while it has a count or a folio in
 * the cache; N of them are a cluster, which is described once while they are alike.
 */
#ifndef THPSWAP_SIM_SLOTS_H
#define THPSWAP_SIM_SLOTS_H

#include "model.h"

#define NO_CLUSTER UINT64_MAX

const struct swap_slot *swap_slot(uint64_t offset);

/* Are all slots of the cluster of @offset alike? Then the first one speaks for them. */
bool swap_cluster_uniform(uint64_t offset);

/* The slots from @offset on, to be changed: all @nr at once, or the first alone. */
struct swap_slot *swap_slots_change(uint64_t offset, unsigned int nr, unsigned int *nr_changed);

bool swap_slot_free(const struct swap_slot *slot);

/* Slots enter use and leave it through these two. */
void swap_slots_take(uint64_t offset, unsigned int nr);
void swap_slots_drop(uint64_t offset, unsigned int nr, struct swap_slot *slot);

/* A free cluster, or one free slot. Return: false when there is none. */
bool swap_find_cluster(uint64_t *offset);
bool swap_find_slot(uint64_t *offset);

void swap_dup(uint64_t offset, unsigned int nr);
void swap_free(uint64_t offset, unsigned int nr);
unsigned int swap_count(uint64_t offset);

/* Slots that only the swap cache keeps: nobody will ever read them. */
uint64_t swap_slots_pinned(void);

/* For scenarios: this slot alone is in zswap. */
void swap_into_zswap(uint64_t offset);
void swap_charge_elsewhere(uint64_t offset);
void swap_never_written(uint64_t offset);

#endif
