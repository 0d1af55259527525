// SPDX-License-Identifier: GPL-2.0-only
/* What went wrong in the model, and what led there. */
#include <stdarg.h>

#include "violation.h"

struct world *world;

void world_failed(const char *format, ...)
{
	va_list arguments;

	if (world->error[0])
		return;
	va_start(arguments, format);
	vsnprintf(world->error, sizeof(world->error), format, arguments);
	va_end(arguments);
}

void world_event(const char *what, const struct mm_struct *mm, uint64_t number)
{
	world->events[world->nr_events++ % NR_EVENTS] =
		(struct sim_event){ what, mm->pid, number, world->now_ns };
}
