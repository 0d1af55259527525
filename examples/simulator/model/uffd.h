/* SPDX-License-Identifier: GPL-2.0-only */
/* UFFDIO_WRITEPROTECT and its read-write kind: marks on the entries. */
#ifndef THPSWAP_SIM_UFFD_H
#define THPSWAP_SIM_UFFD_H

#include "model.h"

void uffd_write_protect(struct region *region);

#endif
