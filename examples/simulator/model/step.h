/* SPDX-License-Identifier: GPL-2.0-only */
/* Steps: the points at which another actor may come in between. */
#ifndef THPSWAP_SIM_STEP_H
#define THPSWAP_SIM_STEP_H

#include "schedule.h"
#include "violation.h"

static inline void step(const char *what)
{
	if (world->exploring)
		schedule_step(what);
}

/* Wait until *@busy is false. Alone, nobody could ever make it so. */
static inline void wait_while(const bool *busy, const char *what)
{
	if (world->exploring)
		schedule_wait(busy, what);
	if (*busy)
		world_failed("%s would wait for ever", what);
}

#endif
