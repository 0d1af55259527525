/* SPDX-License-Identifier: GPL-2.0-only */
/* What a single scenario asks at its end; each sets world->error when it does not hold. */
#ifndef THPSWAP_SIM_CHECKS_H
#define THPSWAP_SIM_CHECKS_H

void still_the_pinned_folio(void);
void no_slot_in_use(void);
void major_faults_reported(void);
void no_soft_dirty_bit(void);
void read_errors_are_reported(void);
void no_idle_swap_cache(void);
void one_fault(void);
void mapped_by_a_pmd(void);
void not_mapped_by_a_pmd(void);
void good_page_mapped_alone(void);
void poison_reported(void);

#endif
