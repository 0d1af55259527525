/* SPDX-License-Identifier: GPL-2.0-only */
/* What the world looks like when a scenario begins; stages.c says how it came to that. */
#ifndef THPSWAP_SIM_STAGES_H
#define THPSWAP_SIM_STAGES_H

#include "scenario.h"

void swapped_out(void);
void cached(void);
void cached_fast(void);
void uncached(void);
void forked(void);
void forked_uncached(void);
void second_page_cached(void);
void uffd_registered(void);
void uffd_marked(void);
void rwp_registered(void);
void rwp_marked(void);
void soft_dirty_tracked(void);
void soft_dirty_cleared(void);
void read_only(void);
void broken_device(void);
void split_and_cached(void);
void zswap_enabled(void);
void no_pmd_folio(void);
void pinned_and_cached(void);
void second_slot_in_zswap(void);
void poisoned_and_cached(void);
void thp_forbidden(void);
void all_slots_in_zswap(void);
void second_slot_elsewhere(void);
void second_slot_zero_filled(void);
void no_deferred_list(void);
void uffd_marked_no_memory(void);

#endif
