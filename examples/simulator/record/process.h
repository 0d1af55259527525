/* SPDX-License-Identifier: GPL-2.0-only */
/* The recorded process that the plugin is in: its records, and its place in the shared memory. */
#ifndef THPSWAP_RECORD_PROCESS_H
#define THPSWAP_RECORD_PROCESS_H

#include "shared.h"

enum {
	MAX_VCPUS = 1024,
	FILTER_PAGES = 64,
};

/*
 * A page that was listed in a stay. The entry is of use while that stay's region is the
 * most recent one: then an access to the page changes nothing at all.
 */
struct filter_entry {
	uint64_t page;
	uint64_t stay;
	bool written;
};

/*
 * A thread of the process; nobody else touches it.
 * @instructions, @accesses: not added to the shared ones yet
 * @arguments, @child, @in_exec, @shm_size: of the system call that it is in
 */
struct vcpu {
	uint64_t instructions;
	uint64_t accesses;
	struct filter_entry filter[FILTER_PAGES];
	uint64_t arguments[6];
	uint32_t child;
	bool in_exec;
	uint64_t shm_size;
};

extern struct shared *shared;
extern struct vcpu vcpus[MAX_VCPUS];

/* Return: the thread's place; NULL if there are too many, which ends the recording. */
struct vcpu *process_add_thread(unsigned int index);

/* false: from now on the process adds nothing, since it ended, or became another program. */
bool process_is_recorded(void);

void process_lock(void);
void process_unlock(void);

/* One access that the thread made, which may cross pages. */
void process_access(struct vcpu *vcpu, uint64_t address, uint64_t size, bool write);

/* What follows is called with the lock held. */

/* Ends the recording, of all processes. */
void process_stop(enum stop_reason reason);

/* Adds the counts of the thread to the shared ones. */
void process_count(struct vcpu *vcpu);

/* A record that is no access. */
void process_event(struct vcpu *vcpu, enum record_op op, uint64_t address, uint64_t size,
		   uint64_t argument);

/* Return: the pid of a child that fork() is about to make. */
uint32_t process_prepare_child(struct vcpu *vcpu);
void process_abandon_child(struct vcpu *vcpu, uint32_t child);
void process_started(uint32_t child, pid_t host);
/* The process that the plugin is in is @child. */
void process_become(uint32_t child);

/* @op: RECORD_EXIT or RECORD_EXEC; nothing is recorded of the process after it. */
void process_end(struct vcpu *vcpu, enum record_op op);

/* The last thread ends the process. */
void process_end_thread(struct vcpu *vcpu);

/* The parent has seen that the child is gone. */
void process_reaped(struct vcpu *vcpu, pid_t host);

#endif
