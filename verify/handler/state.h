/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the contracts say most often about the ghost resources.
 */
#ifndef THPSWAP_VERIFY_STATE_H
#define THPSWAP_VERIFY_STATE_H

#include "resources.h"
#include "types.h"

/*@ predicate Accessible(struct folio *folio) =
      folio == the_folio && folio != \null &&
      (private_refs > 0 || (mapping_refs > 0 && pmd_locks == 1));

    predicate Locked(struct folio *folio) =
      Accessible(folio) && folio_locks == 1;

    predicate MaySleep =
      pmd_locks == 0;

    predicate FaultedUnderLock =
      pmd_locks == 1 && pmd_now == the_fault;

    // No prover computes bits: what the handler does with these two, in numbers.
    // bits.c proves it for all values that occur.
    predicate InNumbers(integer fault, integer lock) =
      (fault | lock) == fault + lock && (fault & VM_FAULT_RETRY) == 0 &&
      (lock == 0 || (lock & VM_FAULT_RETRY) != 0);

    predicate SameEntry(swp_entry_t entry) =
      entry.val == the_entry;
*/

#endif
