/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Duplicated from Linux: constants that mean there what they mean here, with the same
 * values. Keep them in step with it.
 */
#ifndef THPSWAP_SIM_DUP_H
#define THPSWAP_SIM_DUP_H

#define PAGE_SHIFT 12
#define FAULT_FLAG_WRITE 1u
#define FAULT_FLAG_ALLOW_RETRY 4u
#define RMAP_NONE 0u
#define RMAP_EXCLUSIVE 1u
#define data_race(expression) (expression)

enum { VM_WRITE = 1 << 1, VM_UFFD_WP = 1 << 12, VM_LOCKED = 1 << 13, VM_SOFTDIRTY = 1 << 27 };
/* In Linux a bit above 31, which an enum has no room for. */
enum { VM_UFFD_RWP = 1 << 15 };
enum {
	VM_FAULT_OOM = 1 << 0,
	VM_FAULT_SIGBUS = 1 << 1,
	VM_FAULT_MAJOR = 1 << 2,
	VM_FAULT_HWPOISON = 1 << 4,
	VM_FAULT_HWPOISON_LARGE = 1 << 5,
	VM_FAULT_SIGSEGV = 1 << 6,
	VM_FAULT_RETRY = 1 << 10,
	VM_FAULT_FALLBACK = 1 << 11,
	VM_FAULT_ERROR = VM_FAULT_OOM | VM_FAULT_SIGBUS | VM_FAULT_SIGSEGV | VM_FAULT_HWPOISON |
			 VM_FAULT_HWPOISON_LARGE | VM_FAULT_FALLBACK,
};

enum mm_counter { MM_ANONPAGES, MM_SWAPENTS };
enum vm_event { PGMAJFAULT };

#endif
