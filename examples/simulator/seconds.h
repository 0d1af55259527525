/* SPDX-License-Identifier: GPL-2.0-only */
/* How long the program itself takes. */
#ifndef THPSWAP_SIM_SECONDS_H
#define THPSWAP_SIM_SECONDS_H

#include <time.h>

static inline double seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

#endif
