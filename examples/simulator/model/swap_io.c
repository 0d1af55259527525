// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading from the swap device and writing to it.
 *
 * S, R and D numbers: include/thpswap/NUMBERS.md.
 */
#include <string.h>

#include "swap_io.h"
#include "folio.h"
#include "schedule.h"
#include "slots.h"
#include "swap_device.h"
#include "violation.h"

/* zswap cannot load a large folio that may be partly in its hands (D5). */
bool zswap_refuses(const struct folio *folio)
{
	bool stored = world->zswap_enabled;

	for (unsigned int i = 0; i < folio->nr_pages && !stored; i++) {
		stored = swap_slot(folio->swap + i)->zswap;
		if (swap_cluster_uniform(folio->swap))
			break;
	}
	return folio->nr_pages > 1 && stored;
}

/* A large folio is not read if some of its slots are zero-filled and others are not (R21). */
static bool mixed_zeromap(const struct folio *folio)
{
	if (swap_cluster_uniform(folio->swap))
		return false;
	for (unsigned int i = 1; i < folio->nr_pages; i++)
		if (swap_slot(folio->swap + i)->zeromap != swap_slot(folio->swap)->zeromap)
			return true;
	return false;
}

/* Linux warns, and unlocks a folio that is not uptodate: the process will get a SIGBUS. */
static bool read_refused(const struct folio *folio)
{
	return zswap_refuses(folio) || mixed_zeromap(folio);
}

/* Pages that the device has to deliver; zero-filled ones were never written to it. */
static unsigned int pages_stored(const struct folio *folio)
{
	unsigned int stored = 0;

	if (swap_cluster_uniform(folio->swap))
		return swap_slot(folio->swap)->zeromap ? 0 : folio->nr_pages;
	for (unsigned int i = 0; i < folio->nr_pages; i++)
		stored += !swap_slot(folio->swap + i)->zeromap;
	return stored;
}

static void transfer(struct folio *folio)
{
	const struct device_model *device = world->si.device;
	const uint64_t stored = pages_stored(folio);

	if (world->si.broken)
		return;
	memcpy(folio->version, world->si.version + folio->swap,
	       folio->nr_pages * sizeof(*folio->version));
	folio->uptodate = true;
	folio->dirty = false;
	folio->restored = false;
	world->stats.pages_read += stored;
	world->stats.pages_zero += folio->nr_pages - stored;
	if (stored > 0)
		world->now_ns += device->request_ns + stored * device->read_page_ns;
}

void swap_read_folio(struct folio *folio)
{
	check_device();
	if (!read_refused(folio))
		transfer(folio);
}

/* Only now could it be refused: zswap is asked before the device is. */
bool swap_begin_read(struct folio *folio)
{
	if (!schedule_is_running() || (world->si.flags & SWP_SYNCHRONOUS_IO) || read_refused(folio))
		return false;
	if (world->nr_reads == MAX_READS) {
		world_failed("more than %d reads are under way", MAX_READS);
		return false;
	}
	world->reads[world->nr_reads++] = folio;
	world->no_read = false;
	return true;
}

void swap_end_read(void)
{
	struct folio *folio = world->reads[0];

	world->nr_reads--;
	for (unsigned int i = 0; i < world->nr_reads; i++)
		world->reads[i] = world->reads[i + 1];
	world->reads[world->nr_reads] = NULL;
	world->no_read = world->nr_reads == 0;
	transfer(folio);
	folio->locked = false;
}

static bool zero_filled(const struct folio *folio)
{
	for (unsigned int i = 0; i < folio->nr_pages; i++)
		if (folio->version[i] != 0)
			return false;
	return true;
}

void swap_write_folio(struct folio *folio)
{
	const struct device_model *device = world->si.device;
	const bool zeromap = zero_filled(folio);
	unsigned int nr;
	uint64_t ns = device->request_ns + (uint64_t)folio->nr_pages * device->write_page_ns;

	memcpy(world->si.version + folio->swap, folio->version,
	       folio->nr_pages * sizeof(*folio->version));
	for (unsigned int i = 0; i < folio->nr_pages; i += nr)
		swap_slots_change(folio->swap + i, folio->nr_pages, &nr)->zeromap = zeromap;
	folio->dirty = false;
	if (zeromap)
		return;
	world->stats.pages_written += folio->nr_pages;
	if (device->flags & SWP_SYNCHRONOUS_IO) {
		world->now_ns += ns;
		return;
	}
	if (world->device_idle_ns < world->now_ns)
		world->device_idle_ns = world->now_ns;
	world->device_idle_ns += ns;
	folio->io_end_ns = world->device_idle_ns;
	lru_del(folio);
	folio->writeback = true;
	lru_add(folio);
}

/* R03: what a device that needs stable pages has read must be what was handed to it. */
static void check_stable(const struct folio *folio)
{
	if ((world->si.flags & SWP_STABLE_WRITES) &&
	    memcmp(folio->version, world->si.version + folio->swap,
		   folio->nr_pages * sizeof(*folio->version)) != 0)
		world_failed("a page changed while it was under writeback to a STABLE_WRITES "
			     "device");
}

/* Reclaim wanted it gone when it started to write: let it be the next to go. */
void swap_end_writeback(struct folio *folio)
{
	if (world->exploring)
		check_stable(folio);
	lru_del(folio);
	folio->writeback = false;
	lru_add_oldest(folio);
}
