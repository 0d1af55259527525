/* SPDX-License-Identifier: GPL-2.0-only */
/* Reading from the swap device and writing to it. */
#ifndef THPSWAP_SIM_SWAP_IO_H
#define THPSWAP_SIM_SWAP_IO_H

#include "model.h"

/* Not uptodate afterwards when the device is broken or zswap refuses. */
void swap_read_folio(struct folio *folio);

/*
 * While exploring, a read from an asynchronous device takes time: this begins one of the
 * locked folio, and ends the oldest one, which unlocks it. Return: false when none is begun,
 * because it is over at once.
 */
bool swap_begin_read(struct folio *folio);
void swap_end_read(void);
bool zswap_refuses(const struct folio *folio);

/* Under writeback afterwards, unless the device is synchronous or all pages are zero. */
void swap_write_folio(struct folio *folio);
void swap_end_writeback(struct folio *folio);

#endif
