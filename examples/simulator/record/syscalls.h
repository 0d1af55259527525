/* SPDX-License-Identifier: GPL-2.0-only */
/* System calls of the recorded process: what they map, and the memory they read and write. */
#ifndef THPSWAP_RECORD_SYSCALLS_H
#define THPSWAP_RECORD_SYSCALLS_H

#include "process.h"

/* Before the call; vcpu->arguments are those of the call. */
void syscalls_enter(struct vcpu *vcpu, int64_t number);
/* After it. @result: as in the register, so an errno is negative. */
void syscalls_leave(struct vcpu *vcpu, int64_t number, int64_t result);

#endif
