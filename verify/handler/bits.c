// SPDX-License-Identifier: GPL-2.0-only
/* What folio_lock_or_retry() takes for granted of bits, for every value that occurs. */
#include <thpswap/thpswap.h>

#include "primitives.h"

/*@ requires  fault:          fault == 0 || fault == VM_FAULT_MAJOR;
    requires  lock:           lock == 0 || lock == VM_FAULT_RETRY;
    terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   fault_bit:      (fault & VM_FAULT_RETRY) == 0;
    ensures   lock_bit:       lock == 0 || (lock & VM_FAULT_RETRY) != 0;
    ensures   sum:            \result == fault + lock;
*/
vm_fault_t fault_bits_in_numbers(vm_fault_t fault, vm_fault_t lock)
{
	if (fault == 0)
		return fault | lock;
	if (lock == 0)
		return fault | lock;
	return fault | lock;
}
