// SPDX-License-Identifier: GPL-2.0-only
#include "process.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "thin.h"

struct shared *shared;
struct vcpu vcpus[MAX_VCPUS];

static unsigned int nr_vcpus;
static _Atomic unsigned int nr_threads;
static uint32_t own_pid = 1;
static _Atomic bool ended;

struct vcpu *process_add_thread(unsigned int index)
{
	if (index >= MAX_VCPUS) {
		process_stop(STOP_THREADS);
		return NULL;
	}
	if (nr_vcpus <= index)
		nr_vcpus = index + 1;
	nr_threads++;
	memset(&vcpus[index], 0, sizeof(vcpus[index]));
	return &vcpus[index];
}

void process_end_thread(struct vcpu *vcpu)
{
	if (nr_threads > 1) {
		nr_threads--;
		process_count(vcpu);
	} else {
		process_end(vcpu, RECORD_EXIT);
	}
}

bool process_is_recorded(void)
{
	return !atomic_load_explicit(&ended, memory_order_relaxed) &&
	       atomic_load_explicit(&shared->stop, memory_order_relaxed) == STOP_NOT;
}

void process_lock(void)
{
	/* What a killed process leaves behind is at most a record that was not published. */
	if (pthread_mutex_lock(&shared->lock) == EOWNERDEAD)
		pthread_mutex_consistent(&shared->lock);
}

void process_unlock(void)
{
	pthread_mutex_unlock(&shared->lock);
}

void process_stop(enum stop_reason reason)
{
	int running = STOP_NOT;

	atomic_compare_exchange_strong(&shared->stop, &running, reason);
}

void process_count(struct vcpu *vcpu)
{
	atomic_fetch_add(&shared->instructions, vcpu->instructions);
	atomic_fetch_add(&shared->accesses, vcpu->accesses);
	vcpu->instructions = 0;
	vcpu->accesses = 0;
}

static void wait_for_room(uint64_t head)
{
	const struct timespec pause = { .tv_nsec = 100000 };

	while (head - atomic_load_explicit(&shared->tail, memory_order_acquire) == RING_RECORDS) {
		if (kill(shared->recorder, 0) < 0 && errno == ESRCH)
			_exit(2);
		nanosleep(&pause, NULL);
	}
}

static void add(uint32_t pid, enum record_op op, uint64_t address, uint64_t size, uint64_t argument)
{
	uint64_t head = atomic_load_explicit(&shared->head, memory_order_relaxed);

	wait_for_room(head);
	shared->ring[head % RING_RECORDS] = (struct record){
		.time_us = shared->instructions / INSTRUCTIONS_PER_US,
		.address = address,
		.size = size,
		.argument = argument,
		.pid = pid,
		.op = op,
	};
	atomic_store_explicit(&shared->head, head + 1, memory_order_release);
}

static void add_access(uint64_t address, uint64_t size, bool write)
{
	/* Another thread may have reached the limit since this one looked. */
	if (!process_is_recorded())
		return;
	add(own_pid, write ? RECORD_WRITE : RECORD_READ, address, size, 0);
	if (atomic_fetch_add(&shared->listed, 1) + 1 == shared->limit)
		process_stop(STOP_LIMIT);
}

static void access_page(struct vcpu *vcpu, uint64_t page, bool write)
{
	struct filter_entry *entry = &vcpu->filter[page % FILTER_PAGES];
	struct region *region = thin_touch(shared, own_pid, page);

	if (thin_list(region, page, write))
		add_access(page << PAGE_SHIFT, PAGE_SIZE, write);
	*entry = (struct filter_entry){
		.page = page,
		.stay = region->stay,
		.written = thin_is_written(region, page),
	};
}

void process_access(struct vcpu *vcpu, uint64_t address, uint64_t size, bool write)
{
	uint64_t last = (address + size - 1) >> PAGE_SHIFT;

	process_lock();
	vcpu->accesses++;
	process_count(vcpu);
	if (!process_is_recorded())
		goto unlock;
	if (shared->nr_regions == 0)
		add_access(address, size, write);
	else
		for (uint64_t page = address >> PAGE_SHIFT; page <= last; page++)
			access_page(vcpu, page, write);
unlock:
	process_unlock();
}

static bool changes_pages(enum record_op op)
{
	return op == RECORD_MAP || op == RECORD_UNMAP || op == RECORD_REMAP || op == RECORD_ADVISE;
}

void process_event(struct vcpu *vcpu, enum record_op op, uint64_t address, uint64_t size,
		   uint64_t argument)
{
	process_count(vcpu);
	add(own_pid, op, address, size, argument);
	if (changes_pages(op))
		thin_forget(shared, own_pid, address, size);
	if (op == RECORD_REMAP)
		thin_forget(shared, own_pid, argument, size);
	/* Its pages are shared from now on, and the next write copies. */
	if (op == RECORD_FORK)
		thin_forget(shared, own_pid, 0, UINT64_MAX);
}

static struct process *find(uint32_t pid)
{
	for (unsigned int i = 0; i < MAX_PROCESSES; i++)
		if (shared->processes[i].pid == pid)
			return &shared->processes[i];
	return NULL;
}

static void release(uint32_t pid)
{
	struct process *process = find(pid);

	if (!process)
		return;
	process->pid = 0;
	process->host = 0;
}

uint32_t process_prepare_child(struct vcpu *vcpu)
{
	struct process *process = find(0);
	uint32_t child = ++shared->last_pid;

	if (!process) {
		process_stop(STOP_PROCESSES);
		return child;
	}
	process->pid = child;
	process_event(vcpu, RECORD_FORK, 0, 0, child);
	return child;
}

void process_abandon_child(struct vcpu *vcpu, uint32_t child)
{
	process_count(vcpu);
	add(child, RECORD_EXIT, 0, 0, 0);
	release(child);
}

void process_started(uint32_t child, pid_t host)
{
	struct process *process = find(child);

	if (process)
		process->host = host;
}

void process_become(uint32_t child)
{
	own_pid = child;
	/* fork() leaves only the calling thread, and none of the others' counts. */
	nr_threads = 1;
	for (unsigned int i = 0; i < nr_vcpus; i++) {
		vcpus[i].instructions = 0;
		vcpus[i].accesses = 0;
	}
}

void process_end(struct vcpu *vcpu, enum record_op op)
{
	for (unsigned int i = 0; i < nr_vcpus; i++)
		process_count(&vcpus[i]);
	process_event(vcpu, op, 0, 0, 0);
	release(own_pid);
	ended = true;
}

void process_reaped(struct vcpu *vcpu, pid_t host)
{
	for (unsigned int i = 0; i < MAX_PROCESSES; i++) {
		if (shared->processes[i].pid && shared->processes[i].host == host) {
			process_abandon_child(vcpu, shared->processes[i].pid);
			return;
		}
	}
}
