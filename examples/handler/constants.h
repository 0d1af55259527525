/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The constants of Linux that the fault handler uses, as every world of it has to have them:
 * the simulator, the prover and Linux itself define them in their own ways and then include
 * this file. Values are those of Linux 7.3. Not here: what depends on the
 * configuration or the architecture (N, the masks, VM_SOFTDIRTY, VM_UFFD_RWP), and numbers
 * that no two worlds have to agree on (GFP flags, counters).
 */
#ifndef THPSWAP_HANDLER_CONSTANTS_H
#define THPSWAP_HANDLER_CONSTANTS_H

_Static_assert(FAULT_FLAG_WRITE == 0x1, "FAULT_FLAG_WRITE is not Linux's");

_Static_assert(VM_FAULT_SIGBUS == 0x2, "VM_FAULT_SIGBUS is not Linux's");
_Static_assert(VM_FAULT_MAJOR == 0x4, "VM_FAULT_MAJOR is not Linux's");
_Static_assert(VM_FAULT_HWPOISON == 0x10, "VM_FAULT_HWPOISON is not Linux's");
_Static_assert(VM_FAULT_RETRY == 0x400, "VM_FAULT_RETRY is not Linux's");
_Static_assert(VM_FAULT_FALLBACK == 0x800, "VM_FAULT_FALLBACK is not Linux's");
/* OOM, SIGBUS, HWPOISON, HWPOISON_LARGE, SIGSEGV and FALLBACK. */
_Static_assert(VM_FAULT_ERROR == 0x873, "VM_FAULT_ERROR is not Linux's");

_Static_assert(VM_WRITE == 0x2, "VM_WRITE is not Linux's");
_Static_assert(VM_LOCKED == 0x2000, "VM_LOCKED is not Linux's");
_Static_assert(VM_UFFD_WP == 0x1000, "VM_UFFD_WP is not Linux's");

_Static_assert(SWP_STABLE_WRITES == 0x800, "SWP_STABLE_WRITES is not Linux's");
_Static_assert(SWP_SYNCHRONOUS_IO == 0x1000, "SWP_SYNCHRONOUS_IO is not Linux's");

_Static_assert(RMAP_NONE == 0, "RMAP_NONE is not Linux's");
_Static_assert(RMAP_EXCLUSIVE == 1, "RMAP_EXCLUSIVE is not Linux's");

#endif
