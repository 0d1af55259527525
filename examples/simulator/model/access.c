// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a CPU does: load and store, and fault when the page tables say no.
 *
 * S, R and D numbers: include/thpswap/NUMBERS.md.
 */
#include <inttypes.h>

#include "access.h"
#include "fault.h"
#include "mmap_lock.h"
#include "operations.h"
#include "primitives.h"
#include "world.h"

/* A fault needs a few rounds; one that needs more than this never ends (R13). */
enum { MAX_REFAULTS = 64 };

static pmd_t *entry_of(struct region *region, unsigned int i)
{
	return entry_has(region->pmd, ENTRY_TABLE) ? &region->pte[i] : &region->pmd;
}

static bool allowed(pmd_t entry, bool write)
{
	return entry_has(entry, ENTRY_PRESENT | (write ? ENTRY_WRITE : 0)) &&
	       !entry_has(entry, ENTRY_NO_ACCESS);
}

/* As far as it can still be seen: the entry may have gone since. */
static bool page_is_bad(struct region *region, unsigned int i)
{
	const pmd_t entry = *entry_of(region, i);
	const uint64_t slot = entry_offset(entry) + (entry_has(region->pmd, ENTRY_TABLE) ? 0 : i);
	const struct folio *folio = entry_has(entry, ENTRY_SWAP) ? swap_slot_cached(slot) : NULL;

	return !folio || folio->poisoned & 1u << ((slot - folio->swap) & 31);
}

static void page_fault(struct region *region, uint64_t address, unsigned int flags, vm_fault_t *ret)
{
	struct mm_struct *mm = region->mm;

	step("mmap_read_lock");
	mmap_read_lock(mm);
	*ret = handle_mm_fault(region, address, flags);
	if (*ret & VM_FAULT_MAJOR)
		world->stats.major_reported++;
	if (*ret & VM_FAULT_RETRY) /* then the lock has been dropped */
		world->stats.retries++;
	else
		mmap_read_unlock(mm);
	if ((*ret & VM_FAULT_ERROR) && (*ret & ~(vm_fault_t)VM_FAULT_ERROR))
		world_failed("a fault reported success and an error at once: %#x", *ret); /* R11 */
	if (*ret & VM_FAULT_FALLBACK)
		world_failed("FALLBACK escaped from a fault"); /* R12 */
}

static bool fault_in(struct region *region, uint64_t address, unsigned int i, bool write)
{
	unsigned int flags = (write ? FAULT_FLAG_WRITE : 0) | FAULT_FLAG_ALLOW_RETRY;

	for (int round = 0; round < MAX_REFAULTS; round++) {
		vm_fault_t ret;

		world_event(write ? "write fault" : "read fault", region->mm,
			    address >> PAGE_SHIFT);
		page_fault(region, address, flags, &ret);
		if (world->error[0])
			return false;
		/* D11: whoever decides without the lock may kill for what is not there any more. */
		if ((ret & VM_FAULT_ERROR) && world->bad_unlocked[schedule_actor()] &&
		    !entry_has(*entry_of(region, i), ENTRY_SWAP))
			world_failed("SIGBUS for an entry that is gone");
		if (ret & VM_FAULT_HWPOISON) {
			if (!page_is_bad(region, i))
				world_failed("HWPOISON for a page that is good");
			world->stats.poison_reported++; /* SIGBUS, as it must be */
			return false;
		}
		if ((ret & VM_FAULT_SIGBUS) && world->si.broken) {
			world->stats.read_errors_reported++;
			return false;
		}
		if (ret & VM_FAULT_ERROR) {
			world_failed("the fault at %#" PRIx64 " of process %u failed: %s", address,
				     region->mm->pid,
				     ret & VM_FAULT_OOM
					     ? "out of memory and swap; raise --memory or --swap"
					     : "SIGBUS");
			return false;
		}
		if (ret & VM_FAULT_RETRY)
			flags &= ~FAULT_FLAG_ALLOW_RETRY;
		step(write ? "store" : "load");
		if (allowed(*entry_of(region, i), write))
			return true;
	}
	world_failed("the fault at %#" PRIx64 " of process %u never ends", address,
		     region->mm->pid);
	return false;
}

static bool access_page(struct mm_struct *mm, uint64_t address, bool write)
{
	const unsigned int shift = world->pmd_shift + PAGE_SHIFT;
	const unsigned int i = page_in_region(address >> PAGE_SHIFT);
	struct region *region = world->last_region;
	struct folio *folio;
	uint32_t *version;
	pmd_t *entry;

	if (!region || region->number != address >> shift || region->mm != mm) {
		region = world_region(mm, address >> shift);
		world->last_region = region;
	}
	world->stats.accesses++;
	step(write ? "store" : "load");
	entry = entry_of(region, i);
	if (!allowed(*entry, write)) {
		if (!fault_in(region, address, i, write))
			return !world->error[0];
		entry = entry_of(region, i);
	}
	entry->val |= ENTRY_YOUNG;
	folio = entry_folio(*entry);
	version = &folio->version[page_in_folio(folio, i)];
	if (*version != region->expected[i]) {
		world_failed("process %u read store %" PRIu32 " at %#" PRIx64
			     ", but the last one was %" PRIu32,
			     mm->pid, *version, address, region->expected[i]);
		return false;
	}
	world_operation(write ? OPERATION_WRITE : OPERATION_READ, mm, address >> PAGE_SHIFT, 1);
	if (write) {
		entry->val |= ENTRY_DIRTY;
		*version = region->expected[i] = ++world->last_store;
		if (region->bits)
			region->bits[i].soft_dirty = true;
	}
	return true;
}

/* Returns false once the model has been violated; world->error says how. */
bool sim_access(struct mm_struct *mm, uint64_t address, uint64_t size, bool write)
{
	const uint64_t last = (address + size - 1) >> PAGE_SHIFT;

	for (uint64_t page = address >> PAGE_SHIFT; page <= last; page++)
		if (!access_page(mm, page << PAGE_SHIFT, write))
			return false;
	return true;
}
