/* SPDX-License-Identifier: GPL-2.0-only */
/* Reading from the swap device and writing to it. */
#ifndef THPSWAP_SIM_SWAP_IO_H
#define THPSWAP_SIM_SWAP_IO_H

#include "model.h"

/* Not uptodate afterwards when the device is broken or zswap refuses. */
void swap_read_folio(struct folio *folio);
bool zswap_refuses(const struct folio *folio);

/* Under writeback afterwards, unless the device is synchronous or all pages are zero. */
void swap_write_folio(struct folio *folio);
void swap_end_writeback(struct folio *folio);

#endif
