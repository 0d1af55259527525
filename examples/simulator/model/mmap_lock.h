/* SPDX-License-Identifier: GPL-2.0-only */
/* The lock of a process's memory map: many readers or one writer. */
#ifndef THPSWAP_SIM_MMAP_LOCK_H
#define THPSWAP_SIM_MMAP_LOCK_H

#include "step.h"

/* Taken for every fault; the handler gives it up when it asks the caller to retry. */
static inline void mmap_read_lock(struct mm_struct *mm)
{
	wait_while(&mm->mmap_writer, "mmap_read_lock");
	mm->mmap_readers++;
	mm->mmap_read = true;
}

static inline void mmap_read_unlock(struct mm_struct *mm)
{
	mm->mmap_readers--;
	mm->mmap_read = mm->mmap_readers > 0;
}

static inline void mmap_write_lock(struct mm_struct *mm)
{
	step("mmap_write_lock");
	wait_while(&mm->mmap_read, "mmap_write_lock");
	mm->mmap_writer = true;
}

static inline void mmap_write_unlock(struct mm_struct *mm)
{
	mm->mmap_writer = false;
}

#endif
