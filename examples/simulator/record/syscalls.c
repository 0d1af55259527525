// SPDX-License-Identifier: GPL-2.0-only
#include "syscalls.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "maps.h"

static uint64_t page_align(uint64_t value)
{
	return (value + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1);
}

static void event(struct vcpu *vcpu, enum record_op op, uint64_t address, uint64_t size,
		  uint64_t argument)
{
	if (size == 0)
		return;
	process_lock();
	if (process_is_recorded())
		process_event(vcpu, op, address, size, argument);
	process_unlock();
}

/*
 * Reads the program's memory: a bad pointer is an error of the program, not a crash here.
 * Return: how many bytes could be read.
 */
static size_t peek(uint64_t address, void *to, size_t size)
{
	int fd = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
	ssize_t length;

	if (fd < 0)
		return 0;
	length = pread(fd, to, size, (off_t)address);
	close(fd);
	return length < 0 ? 0 : (size_t)length;
}

static enum map_kind kind_of_mmap(uint64_t prot, uint64_t flags)
{
	if ((flags & MAP_TYPE) != MAP_PRIVATE)
		return MAP_KIND_FILE;
	if (flags & MAP_ANONYMOUS)
		return flags & MAP_GROWSDOWN ? MAP_KIND_STACK : MAP_KIND_ANON;
	return prot & PROT_WRITE ? MAP_KIND_PRIVATE : MAP_KIND_FILE;
}

/* The first call only asks where the heap begins. */
static void leave_brk(struct vcpu *vcpu, uint64_t result)
{
	static _Atomic uint64_t last;
	uint64_t now = page_align(result);
	uint64_t before = atomic_exchange(&last, now);

	if (before == 0 || before == now)
		return;
	if (now > before)
		event(vcpu, RECORD_MAP, before, now - before, MAP_KIND_ANON);
	else
		event(vcpu, RECORD_UNMAP, now, before - now, 0);
}

/* The result is mapped already, so what kind of memory it is can be looked up. */
static void leave_mremap(struct vcpu *vcpu, uint64_t result)
{
	uint64_t old = vcpu->arguments[0];
	uint64_t old_size = page_align(vcpu->arguments[1]);
	uint64_t size = page_align(vcpu->arguments[2]);
	uint64_t moved = old_size < size ? old_size : size;
	struct mapping mapping = { .kind = MAP_KIND_ANON };

	maps_find(result, &mapping);
	event(vcpu, RECORD_UNMAP, old + moved, old_size - moved, 0);
	if (result != old)
		event(vcpu, RECORD_REMAP, old, moved, result);
	event(vcpu, RECORD_MAP, result + moved, size - moved, mapping.kind);
	if (vcpu->arguments[3] & MREMAP_DONTUNMAP)
		event(vcpu, RECORD_MAP, old, moved, mapping.kind);
}

static void leave_madvise(struct vcpu *vcpu)
{
	static const struct {
		uint64_t number;
		enum advice advice;
	} advices[] = {
		{ MADV_HUGEPAGE, ADVICE_HUGEPAGE }, { MADV_NOHUGEPAGE, ADVICE_NOHUGEPAGE },
		{ MADV_DONTNEED, ADVICE_DONTNEED }, { MADV_FREE, ADVICE_FREE },
		{ MADV_COLD, ADVICE_COLD },	    { MADV_PAGEOUT, ADVICE_PAGEOUT },
	};

	for (size_t i = 0; i < sizeof(advices) / sizeof(advices[0]); i++)
		if (advices[i].number == vcpu->arguments[2])
			event(vcpu, RECORD_ADVISE, vcpu->arguments[0],
			      page_align(vcpu->arguments[1]), advices[i].advice);
}

static void leave_shmat(struct vcpu *vcpu, uint64_t result)
{
	struct mapping mapping;

	if (maps_find(result, &mapping))
		event(vcpu, RECORD_MAP, result, mapping.end - result, MAP_KIND_FILE);
}

/* Afterwards nobody knows any more how large it was. */
static void enter_shmdt(struct vcpu *vcpu)
{
	struct mapping mapping;

	vcpu->shm_size = 0;
	if (maps_find(vcpu->arguments[0], &mapping))
		vcpu->shm_size = mapping.end - vcpu->arguments[0];
}

/* QEMU makes a process, with memory of its own, of what vfork() asks for. */
static bool is_fork(struct vcpu *vcpu, int64_t number)
{
	uint64_t flags = vcpu->arguments[0];

	if (number == SYS_clone)
		return !(flags & CLONE_VM) || flags & CLONE_VFORK;
	return number == SYS_fork || number == SYS_vfork;
}

static void enter_fork(struct vcpu *vcpu)
{
	process_lock();
	vcpu->child = process_is_recorded() ? process_prepare_child(vcpu) : 0;
	process_unlock();
}

static void leave_fork(struct vcpu *vcpu, int64_t result)
{
	if (vcpu->child == 0)
		return;
	process_lock();
	if (result < 0) {
		process_abandon_child(vcpu, vcpu->child);
	} else if (result > 0) {
		process_started(vcpu->child, (pid_t)result);
	} else {
		process_started(vcpu->child, getpid());
		process_become(vcpu->child);
	}
	process_unlock();
	vcpu->child = 0;
}

/*
 * A shell tries one folder of PATH after the other. What can be executed is known
 * beforehand; afterwards the plugin is gone.
 */
static bool can_execute(int folder, const char *path)
{
	char begin[4] = "";
	struct stat status;
	ssize_t length;
	int fd;

	if (fstatat(folder, path, &status, 0) < 0 || !S_ISREG(status.st_mode) ||
	    faccessat(folder, path, X_OK, AT_EACCESS) < 0)
		return false;
	fd = openat(folder, path, O_RDONLY | O_CLOEXEC);
	/* It may be executed without being readable. */
	if (fd < 0)
		return true;
	length = read(fd, begin, sizeof(begin));
	close(fd);
	return length >= 2 && (memcmp(begin, "#!", 2) == 0 || memcmp(begin, "\177ELF", 4) == 0);
}

static void enter_exec(struct vcpu *vcpu, int folder, uint64_t address)
{
	char path[4096];
	size_t length = peek(address, path, sizeof(path));

	vcpu->in_exec = false;
	if (!memchr(path, '\0', length) || !can_execute(folder, path))
		return;
	process_lock();
	if (process_is_recorded()) {
		if (shared->programs++ == 0)
			memccpy(shared->first_program, path, '\0',
				sizeof(shared->first_program) - 1);
		process_end(vcpu, RECORD_EXEC);
		vcpu->in_exec = true;
	}
	process_unlock();
}

/* It returned, so it failed, and the trace says that the process became another one. */
static void leave_exec(struct vcpu *vcpu)
{
	if (!vcpu->in_exec)
		return;
	process_lock();
	shared->programs--;
	shared->lost++;
	process_unlock();
}

static void enter_exit(struct vcpu *vcpu, int64_t number)
{
	process_lock();
	if (process_is_recorded()) {
		if (number == SYS_exit)
			process_end_thread(vcpu);
		else
			process_end(vcpu, RECORD_EXIT);
	}
	process_unlock();
}

static void leave_wait(struct vcpu *vcpu, pid_t host)
{
	/* It may be stopped only. */
	if (kill(host, 0) == 0)
		return;
	process_lock();
	if (process_is_recorded())
		process_reaped(vcpu, host);
	process_unlock();
}

static void access_vector(struct vcpu *vcpu, uint64_t left, bool write)
{
	uint64_t address = vcpu->arguments[1];
	struct iovec part;

	for (uint64_t i = 0; i < vcpu->arguments[2] && left; i++, address += sizeof(part)) {
		uint64_t size;

		if (peek(address, &part, sizeof(part)) != sizeof(part))
			return;
		size = part.iov_len < left ? part.iov_len : left;
		if (size)
			process_access(vcpu, (uint64_t)(uintptr_t)part.iov_base, size, write);
		left -= size;
	}
}

/* @size: what the call says it has moved */
static void leave_transfer(struct vcpu *vcpu, int64_t number, uint64_t size)
{
	switch (number) {
	case SYS_read:
	case SYS_pread64:
	case SYS_recvfrom:
	case SYS_getdents64:
		process_access(vcpu, vcpu->arguments[1], size, true);
		break;
	case SYS_getrandom:
		process_access(vcpu, vcpu->arguments[0], size, true);
		break;
	case SYS_write:
	case SYS_pwrite64:
	case SYS_sendto:
		process_access(vcpu, vcpu->arguments[1], size, false);
		break;
	case SYS_readv:
	case SYS_preadv:
		access_vector(vcpu, size, true);
		break;
	case SYS_writev:
	case SYS_pwritev:
		access_vector(vcpu, size, false);
		break;
	}
}

void syscalls_enter(struct vcpu *vcpu, int64_t number)
{
	if (is_fork(vcpu, number))
		enter_fork(vcpu);
	else if (number == SYS_execve)
		enter_exec(vcpu, AT_FDCWD, vcpu->arguments[0]);
	else if (number == SYS_execveat)
		enter_exec(vcpu, (int)vcpu->arguments[0], vcpu->arguments[1]);
	else if (number == SYS_exit || number == SYS_exit_group)
		enter_exit(vcpu, number);
	else if (number == SYS_shmdt)
		enter_shmdt(vcpu);
}

/* The calls that matter when they succeed. */
static void succeeded(struct vcpu *vcpu, int64_t number, uint64_t result)
{
	const uint64_t *arguments = vcpu->arguments;

	switch (number) {
	case SYS_mmap:
		event(vcpu, RECORD_MAP, result, page_align(arguments[1]),
		      kind_of_mmap(arguments[2], arguments[3]));
		break;
	case SYS_munmap:
		event(vcpu, RECORD_UNMAP, arguments[0], page_align(arguments[1]), 0);
		break;
	case SYS_mremap:
		leave_mremap(vcpu, result);
		break;
	case SYS_brk:
		leave_brk(vcpu, result);
		break;
	case SYS_madvise:
		leave_madvise(vcpu);
		break;
	case SYS_shmat:
		leave_shmat(vcpu, result);
		break;
	case SYS_shmdt:
		event(vcpu, RECORD_UNMAP, arguments[0], vcpu->shm_size, 0);
		break;
	case SYS_wait4:
		if (result)
			leave_wait(vcpu, (pid_t)result);
		break;
	default:
		if (result)
			leave_transfer(vcpu, number, result);
	}
}

void syscalls_leave(struct vcpu *vcpu, int64_t number, int64_t result)
{
	if (is_fork(vcpu, number))
		leave_fork(vcpu, result);
	else if (number == SYS_execve || number == SYS_execveat)
		leave_exec(vcpu);
	else if (result >= 0 && process_is_recorded())
		succeeded(vcpu, number, (uint64_t)result);
}
