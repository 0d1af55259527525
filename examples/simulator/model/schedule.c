// SPDX-License-Identifier: GPL-2.0-only
/*
 * Actors are coroutines. Switching must not cost a system call, as swapcontext()
 * does: millions of schedules are walked. Hence a few lines of assembly for x86-64
 * and arm64.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#endif

#include "schedule.h"
#include "model.h"

static _Alignas(16) char stacks[MAX_ACTORS][STACK_SIZE];
static struct actor *all;
static struct actor *current;
static void *explorer_stack_pointer;

/* Save the callee-saved registers and the stack pointer, and take on another's. */
void schedule_switch(void **save, void *restore);

#if defined(__x86_64__)
enum { NR_SAVED = 6 };
__asm__(".text\n"
	".globl schedule_switch\n"
	".type schedule_switch, @function\n"
	"schedule_switch:\n"
	"	push %rbp\n	push %rbx\n	push %r12\n	push %r13\n"
	"	push %r14\n	push %r15\n"
	"	mov %rsp, (%rdi)\n"
	"	mov %rsi, %rsp\n"
	"	pop %r15\n	pop %r14\n	pop %r13\n	pop %r12\n"
	"	pop %rbx\n	pop %rbp\n"
	"	ret\n"
	".size schedule_switch, .-schedule_switch\n");
#elif defined(__aarch64__)
enum { NR_SAVED = 11 };
__asm__(".text\n"
	".globl schedule_switch\n"
	".type schedule_switch, %function\n"
	"schedule_switch:\n"
	"	sub sp, sp, #96\n"
	"	stp x19, x20, [sp]\n	stp x21, x22, [sp, #16]\n"
	"	stp x23, x24, [sp, #32]\n	stp x25, x26, [sp, #48]\n"
	"	stp x27, x28, [sp, #64]\n	stp x29, x30, [sp, #80]\n"
	"	mov x2, sp\n	str x2, [x0]\n	mov sp, x1\n"
	"	ldp x19, x20, [sp]\n	ldp x21, x22, [sp, #16]\n"
	"	ldp x23, x24, [sp, #32]\n	ldp x25, x26, [sp, #48]\n"
	"	ldp x27, x28, [sp, #64]\n	ldp x29, x30, [sp, #80]\n"
	"	add sp, sp, #96\n"
	"	ret\n"
	".size schedule_switch, .-schedule_switch\n");
#else
#error "thpswap-sim explore knows how to switch stacks on x86-64 and arm64 only"
#endif

static void actor_main(void)
{
	current->body(current->argument);
	current->done = true;
	current->at = "end";
	schedule_switch(&current->stack_pointer, explorer_stack_pointer);
	abort(); /* nobody runs an actor that is done */
}

/* The actors of the schedule before were left in the middle of what they did. */
static void forget_frames(void)
{
#ifdef __SANITIZE_ADDRESS__
	__asan_unpoison_memory_region(stacks, sizeof(stacks));
#endif
}

void schedule_start(struct actor *actors, size_t nr)
{
	all = actors;
	forget_frames();
	for (size_t i = 0; i < nr; i++) {
		/* The frame that schedule_switch() pops: saved registers, then actor_main. */
		uintptr_t *frame = (uintptr_t *)(void *)(stacks[i] + STACK_SIZE) - NR_SAVED - 2;

		memset(frame, 0, (NR_SAVED + 2) * sizeof(*frame));
		frame[NR_SAVED] = (uintptr_t)actor_main;
		actors[i].stack_pointer = frame;
		actors[i].at = "start";
		actors[i].busy = NULL;
		actors[i].done = false;
	}
}

bool schedule_runnable(const struct actor *actor)
{
	return !actor->done && !(actor->busy && *actor->busy);
}

void schedule_run(struct actor *actor)
{
	current = actor;
	schedule_switch(&explorer_stack_pointer, actor->stack_pointer);
	current = NULL;
}

static void give_way(const char *what, const bool *busy)
{
	if (!current)
		return; /* the scenario is being set up */
	current->at = what;
	current->busy = busy;
	schedule_switch(&current->stack_pointer, explorer_stack_pointer);
	current->busy = NULL;
}

size_t schedule_actor(void)
{
	return current ? (size_t)(current - all) : 0;
}

bool schedule_is_running(void)
{
	return current;
}

void schedule_step(const char *what)
{
	give_way(what, NULL);
}

/* Only a lock that is taken makes a step of its own. */
void schedule_wait(const bool *busy, const char *what)
{
	while (current && *busy)
		give_way(what, busy);
}

/* A stack is read as it lies there, with whatever a sanitizer keeps in it. */
__attribute__((no_sanitize("address"))) uint64_t schedule_hash(const struct actor *actor)
{
	typedef uint64_t __attribute__((may_alias)) word_t;
	const word_t *end = (const word_t *)(const void *)(stacks[actor - all] + STACK_SIZE);
	uint64_t hash = actor->done;

	for (const word_t *word = actor->stack_pointer; !actor->done && word < end; word++) {
		hash = (hash ^ *word) * 0x9e3779b97f4a7c15;
		hash ^= hash >> 29;
	}
	return hash;
}
