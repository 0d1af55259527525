/* SPDX-License-Identifier: GPL-2.0-only */
/* swapoff: bring everything in, then wait for the last pin and free the device. */
#ifndef THPSWAP_SIM_SWAPOFF_H
#define THPSWAP_SIM_SWAPOFF_H

#include "model.h"

/* Gives up when slots are still in use after that. */
void swapoff(void);

#endif
