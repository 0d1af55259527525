/* SPDX-License-Identifier: GPL-2.0-only */
/* A page of a folio goes bad. */
#ifndef THPSWAP_SIM_MEMORY_FAILURE_H
#define THPSWAP_SIM_MEMORY_FAILURE_H

#include "model.h"

/* Whoever maps the folio by a PMD has to let go of it. */
void memory_failure(struct folio *folio, unsigned int page);

#endif
