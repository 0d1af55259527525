/* SPDX-License-Identifier: GPL-2.0-only */
/* Reclaim: take the oldest folios out of memory until a new one fits. */
#ifndef THPSWAP_SIM_RECLAIM_H
#define THPSWAP_SIM_RECLAIM_H

#include "model.h"

/* Return: false when there is no room to be made. */
bool make_room(unsigned int nr_pages);

/* Return: false when the folio could not be taken out of memory. */
bool reclaim_folio(struct folio *folio);

#endif
