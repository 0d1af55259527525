/* SPDX-License-Identifier: GPL-2.0-only */
/* Cutting a folio into its pages. */
#ifndef THPSWAP_SIM_SPLIT_FOLIO_H
#define THPSWAP_SIM_SPLIT_FOLIO_H

#include "model.h"

/* @folio is locked. Return: false when somebody unknown holds it, or it is under writeback. */
bool split_folio(struct folio *folio);

#endif
