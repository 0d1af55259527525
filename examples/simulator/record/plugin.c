// SPDX-License-Identifier: GPL-2.0-only
/*
 * The plugin that QEMU loads into each recorded process.
 *
 * What it records are the addresses of the program. With QEMU for user programs,
 * of an x86-64 program on an x86-64 machine, they are those of QEMU itself, and
 * the first instruction shows whether that holds.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "maps.h"
#include "process.h"
#include "qemu_plugin.h"
#include "syscalls.h"

/* No single instruction accesses more. */
#define MAX_ACCESS 64

QEMU_PLUGIN_EXPORT int qemu_plugin_version = 1;

static void on_execute(unsigned int vcpu, void *nr_instructions)
{
	vcpus[vcpu].instructions += (uintptr_t)nr_instructions;
}

static bool is_filtered(const struct vcpu *vcpu, uint64_t address, bool write)
{
	uint64_t page = address >> PAGE_SHIFT;
	const struct filter_entry *entry = &vcpu->filter[page % FILTER_PAGES];

	return entry->page == page && (entry->written || !write) &&
	       entry->stay == atomic_load_explicit(&shared->recent_stay, memory_order_acquire);
}

static void on_access(unsigned int index, uint32_t info, uint64_t address, void *data)
{
	struct vcpu *vcpu = &vcpus[index];
	bool write = qemu_plugin_mem_is_store(info);
	bool may_cross = address % PAGE_SIZE > PAGE_SIZE - MAX_ACCESS;

	(void)data;
	if (!may_cross && is_filtered(vcpu, address, write)) {
		vcpu->accesses++;
		return;
	}
	if (process_is_recorded())
		process_access(vcpu, address, 1ULL << qemu_plugin_mem_size_shift(info), write);
}

static void add_mapping(const struct mapping *mapping, void *data)
{
	process_event(data, RECORD_MAP, mapping->begin, mapping->end - mapping->begin,
		      mapping->kind);
}

/* The program is loaded, and has not run. */
static void on_start(const struct qemu_plugin_insn *insn)
{
	process_lock();
	if ((uint64_t)(uintptr_t)qemu_plugin_insn_haddr(insn) == qemu_plugin_insn_vaddr(insn))
		maps_for_each(add_mapping, &vcpus[0]);
	else
		process_stop(STOP_ADDRESSES);
	process_unlock();
}

static void on_translate(uint64_t id, struct qemu_plugin_tb *tb)
{
	static bool started;
	size_t n = qemu_plugin_tb_n_insns(tb);

	(void)id;
	if (!started)
		on_start(qemu_plugin_tb_get_insn(tb, 0));
	started = true;
	qemu_plugin_register_vcpu_tb_exec_cb(tb, on_execute, QEMU_PLUGIN_CB_NO_REGS,
					     (void *)(uintptr_t)n);
	for (size_t i = 0; i < n; i++)
		qemu_plugin_register_vcpu_mem_cb(qemu_plugin_tb_get_insn(tb, i), on_access,
						 QEMU_PLUGIN_CB_NO_REGS, QEMU_PLUGIN_MEM_RW, NULL);
}

static void on_thread(uint64_t id, unsigned int vcpu)
{
	(void)id;
	/* Without a place for it, it may not run; the recorder ends the program. */
	while (!process_add_thread(vcpu))
		pause();
}

static void on_syscall(uint64_t id, unsigned int index, int64_t number, uint64_t a1, uint64_t a2,
		       uint64_t a3, uint64_t a4, uint64_t a5, uint64_t a6, uint64_t a7, uint64_t a8)
{
	const uint64_t arguments[] = { a1, a2, a3, a4, a5, a6 };

	(void)id;
	(void)a7;
	(void)a8;
	memcpy(vcpus[index].arguments, arguments, sizeof(arguments));
	syscalls_enter(&vcpus[index], number);
}

static void on_return(uint64_t id, unsigned int index, int64_t number, int64_t result)
{
	(void)id;
	syscalls_leave(&vcpus[index], number, result);
}

/* The one argument is shared=N, the descriptor of the shared memory. */
int qemu_plugin_install(uint64_t id, const void *info, int argc, char **argv)
{
	int fd;

	(void)info;
	if (argc != 1 || strncmp(argv[0], "shared=", 7) != 0) {
		fprintf(stderr,
			"thpswap-record: started without thpswap-recorder; use record.sh\n");
		return -1;
	}
	fd = atoi(argv[0] + 7);
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (shared == MAP_FAILED) {
		perror("thpswap-record: no memory to share with thpswap-recorder");
		return -1;
	}
	qemu_plugin_register_vcpu_init_cb(id, on_thread);
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_translate);
	qemu_plugin_register_vcpu_syscall_cb(id, on_syscall);
	qemu_plugin_register_vcpu_syscall_ret_cb(id, on_return);
	return 0;
}
