/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the plugin needs of QEMU's interface for plugins, version 1. No Debian 12
 * package has the header.
 */
#ifndef THPSWAP_RECORD_QEMU_PLUGIN_H
#define THPSWAP_RECORD_QEMU_PLUGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define QEMU_PLUGIN_EXPORT __attribute__((visibility("default")))

struct qemu_plugin_tb;
struct qemu_plugin_insn;

enum qemu_plugin_cb_flags {
	QEMU_PLUGIN_CB_NO_REGS,
};

enum qemu_plugin_mem_rw {
	QEMU_PLUGIN_MEM_RW = 3,
};

/* The plugin has these two; QEMU looks them up. */
extern QEMU_PLUGIN_EXPORT int qemu_plugin_version;
QEMU_PLUGIN_EXPORT int qemu_plugin_install(uint64_t id, const void *info, int argc, char **argv);

/* A block of instructions is translated once, and executed many times. */
void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id,
					   void (*translated)(uint64_t id,
							      struct qemu_plugin_tb *tb));
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t index);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
void *qemu_plugin_insn_haddr(const struct qemu_plugin_insn *insn);

void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *tb,
					  void (*executed)(unsigned int vcpu, void *data),
					  enum qemu_plugin_cb_flags flags, void *data);
void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *insn,
				      void (*accessed)(unsigned int vcpu, uint32_t info,
						       uint64_t address, void *data),
				      enum qemu_plugin_cb_flags flags, enum qemu_plugin_mem_rw rw,
				      void *data);
unsigned int qemu_plugin_mem_size_shift(uint32_t info);
bool qemu_plugin_mem_is_store(uint32_t info);

void qemu_plugin_register_vcpu_init_cb(uint64_t id,
				       void (*started)(uint64_t id, unsigned int vcpu));
void qemu_plugin_register_vcpu_syscall_cb(uint64_t id,
					  void (*called)(uint64_t id, unsigned int vcpu,
							 int64_t number, uint64_t a1, uint64_t a2,
							 uint64_t a3, uint64_t a4, uint64_t a5,
							 uint64_t a6, uint64_t a7, uint64_t a8));
void qemu_plugin_register_vcpu_syscall_ret_cb(uint64_t id,
					      void (*returned)(uint64_t id, unsigned int vcpu,
							       int64_t number, int64_t result));

#endif
