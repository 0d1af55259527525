/* SPDX-License-Identifier: GPL-2.0-only */
/* get_user_pages(): a reference from outside of the page tables. */
#ifndef THPSWAP_SIM_GUP_H
#define THPSWAP_SIM_GUP_H

#include "model.h"

/* The folio that the PMD of @region maps, with a reference; NULL when it maps none. */
struct folio *gup_pmd(struct region *region);

#endif
