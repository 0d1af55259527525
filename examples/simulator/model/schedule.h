/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Actors: things that happen at the same time, one step at a time. An actor runs
 * until its next step; then whoever drives them chooses who goes on.
 */
#ifndef THPSWAP_SIM_SCHEDULE_H
#define THPSWAP_SIM_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MAX_ACTORS = 4, STACK_SIZE = 16384 };

struct actor {
	const char *name;
	void (*body)(void *argument);
	void *argument;
	const char *at;	  /* the primitive it is about to do */
	const bool *busy; /* it waits while this is true; NULL when it does not wait */
	bool done;
	void *stack_pointer;
};

/* Is an actor running? While a scenario is set up, none is. */
bool schedule_is_running(void);

/* Its number; 0 while none is running. */
size_t schedule_actor(void);

/* Of the actor that is running: @what it is about to do; others may go first. */
void schedule_step(const char *what);
/* The same, and not before *@busy is false. */
void schedule_wait(const bool *busy, const char *what);

void schedule_start(struct actor *actors, size_t nr);
bool schedule_runnable(const struct actor *actor);
/* Let an actor do one step: up to the next one, or to its end. */
void schedule_run(struct actor *actor);
/* What the actor has in hand, as a number: equal stacks behave alike. */
uint64_t schedule_hash(const struct actor *actor);

#endif
