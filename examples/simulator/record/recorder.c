// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs a program under QEMU with the plugin, and writes what the plugin records. It is
 * another process than the recorded ones so that however they end, the trace is whole.
 * record.sh checks what it is given, and starts it.
 */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "output.h"
#include "shared.h"
#include "thin.h"

/* After a signal the program has so long to end by itself. */
#define GRACE_SECONDS 3

enum {
	ARG_OUTPUT = 1,
	ARG_COMPRESSOR,
	ARG_REGIONS,
	ARG_LIMIT,
	ARG_COMMAND,
	ARG_QEMU,
};

/*
 * @first: the first process, reaped when has_ended
 * @deadline: when what still lives is killed; 0: never
 */
struct recording {
	struct shared *shared;
	struct output output;
	sigset_t signals;
	pid_t first;
	int status;
	bool has_ended;
	bool is_interrupted;
	bool shows_progress;
	time_t deadline;
	time_t shown;
};

static time_t seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

static void init_lock(pthread_mutex_t *lock)
{
	pthread_mutexattr_t attributes;

	pthread_mutexattr_init(&attributes);
	pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
	pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
	pthread_mutex_init(lock, &attributes);
	pthread_mutexattr_destroy(&attributes);
}

/* Return: the descriptor of the shared memory; -1 on error. */
static int create_shared(struct recording *recording)
{
	int fd = memfd_create("thpswap-record", 0);
	struct shared *shared;

	if (fd < 0 || ftruncate(fd, sizeof(*shared)) < 0)
		return -1;
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (shared == MAP_FAILED)
		return -1;
	init_lock(&shared->lock);
	shared->recorder = getpid();
	recording->shared = shared;
	return fd;
}

static void write_head(FILE *stream, const char *command, unsigned int nr_regions)
{
	fprintf(stream, "# thpswap-trace 2\n# command ");
	/* One line, and not longer than a reader takes. */
	for (int i = 0; command[i] && i < 1000; i++)
		fputc((unsigned char)command[i] < ' ' ? ' ' : command[i], stream);
	fprintf(stream, "\n# regions %u\n# clock instructions %d\n", nr_regions,
		INSTRUCTIONS_PER_US);
	fprintf(stream, "time_us,pid,address,size,op,argument\n");
}

static void write_argument(FILE *stream, const struct record *record)
{
	static const char *const kinds[MAP_KINDS] = { "anon", "private", "file", "stack" };
	static const char *const advices[ADVICES] = { "hugepage", "nohugepage", "dontneed",
						      "free",	  "cold",	"pageout" };

	if (record->op == RECORD_MAP)
		fputs(kinds[record->argument], stream);
	else if (record->op == RECORD_ADVISE)
		fputs(advices[record->argument], stream);
	else if (record->op == RECORD_REMAP)
		fprintf(stream, "0x%" PRIx64, record->argument);
	else if (record->op == RECORD_FORK)
		fprintf(stream, "%" PRIu64, record->argument);
}

static void write_record(FILE *stream, const struct record *record)
{
	static const char *const ops[RECORD_OPS] = { "r",      "w",    "map",  "unmap", "remap",
						     "advise", "fork", "exec", "exit" };

	fprintf(stream, "%" PRIu64 ",%" PRIu32 ",0x%" PRIx64 ",%" PRIu64 ",%s,", record->time_us,
		record->pid, record->address, record->size, ops[record->op]);
	write_argument(stream, record);
	fputc('\n', stream);
}

/* Return: something was there. */
static bool write_records(struct recording *recording)
{
	struct shared *shared = recording->shared;
	uint64_t head = atomic_load_explicit(&shared->head, memory_order_acquire);
	uint64_t tail = atomic_load_explicit(&shared->tail, memory_order_relaxed);

	if (tail == head)
		return false;
	for (; tail != head; tail++) {
		write_record(recording->output.stream, &shared->ring[tail % RING_RECORDS]);
		/* A writer that waits for room need not wait for all of it. */
		if (tail % 1024 == 0)
			atomic_store_explicit(&shared->tail, tail, memory_order_release);
	}
	atomic_store_explicit(&shared->tail, tail, memory_order_release);
	return true;
}

static void signal_all(struct recording *recording, int number)
{
	if (!recording->has_ended)
		kill(recording->first, number);
	for (int i = 0; i < MAX_PROCESSES; i++) {
		const struct process *process = &recording->shared->processes[i];
		pid_t host = process->host;

		if (process->pid && host > 0 && host != recording->first)
			kill(host, number);
	}
}

/* Asks the program to end, and kills it when it was asked before. */
static void end_program(struct recording *recording, int number)
{
	if (recording->deadline)
		number = SIGKILL;
	else
		recording->deadline = seconds() + GRACE_SECONDS;
	if (number)
		signal_all(recording, number);
}

/* @pause: wait a millisecond for one */
static void handle_signals(struct recording *recording, bool pause)
{
	const struct timespec timeout = { .tv_nsec = pause ? 1000000 : 0 };
	siginfo_t info;
	int number = sigtimedwait(&recording->signals, &info, &timeout);

	if (number < 0)
		return;
	recording->is_interrupted = true;
	/* What a terminal sends, it has sent to the program as well. */
	end_program(recording, info.si_code == SI_KERNEL ? 0 : number);
}

/* Processes without a parent come to this one, too; the compressor is waited for at the end. */
static void reap(struct recording *recording)
{
	siginfo_t info = { .si_pid = 0 };
	int status;

	while (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid &&
	       info.si_pid != recording->output.compressor) {
		if (waitpid(info.si_pid, &status, 0) == recording->first) {
			recording->status = status;
			recording->has_ended = true;
		}
		info.si_pid = 0;
	}
}

/* A child that was forked as the last act of its parent says who it is a bit later. */
static bool lives(const struct process *process)
{
	pid_t host = process->host;

	return process->pid && host && (kill(host, 0) == 0 || errno == EPERM);
}

static bool anybody_lives(const struct recording *recording)
{
	for (int i = 0; i < MAX_PROCESSES; i++)
		if (lives(&recording->shared->processes[i]))
			return true;
	return false;
}

static void show_progress(struct recording *recording)
{
	const struct shared *shared = recording->shared;
	time_t now = seconds();

	if (!recording->shows_progress || now == recording->shown)
		return;
	recording->shown = now;
	fprintf(stderr,
		"\r%" PRIu64 " accesses listed, %.1f MiB written, %" PRIu64
		" million instructions ",
		shared->listed, (double)output_size(&recording->output) / (1 << 20),
		shared->instructions / 1000000);
}

/* Return: the trace can be written. */
static bool record(struct recording *recording)
{
	while (true) {
		bool was_busy = write_records(recording);

		if (!output_is_good(&recording->output)) {
			int error = errno;

			signal_all(recording, SIGKILL);
			errno = error;
			return false;
		}
		handle_signals(recording, !was_busy);
		reap(recording);
		show_progress(recording);
		if (recording->shared->stop != STOP_NOT && !recording->deadline)
			end_program(recording, SIGTERM);
		if (recording->deadline && seconds() > recording->deadline)
			signal_all(recording, SIGKILL);
		if (recording->has_ended && !was_busy && !anybody_lives(recording))
			return true;
	}
}

static void write_end(struct recording *recording)
{
	FILE *stream = recording->output.stream;
	struct shared *shared = recording->shared;

	write_records(recording);
	/* Who was killed could not say so. */
	for (int i = 0; i < MAX_PROCESSES; i++) {
		struct record record = { .op = RECORD_EXIT };

		record.pid = shared->processes[i].pid;
		record.time_us = shared->instructions / INSTRUCTIONS_PER_US;
		if (record.pid)
			write_record(stream, &record);
	}
	if (recording->is_interrupted)
		fprintf(stream, "# interrupted\n");
	fprintf(stream, "# end %" PRIu64 "\n", shared->accesses);
}

/* Return: the trace is of no use. */
static bool is_useless(const struct recording *recording)
{
	switch (recording->shared->stop) {
	case STOP_ADDRESSES:
		fprintf(stderr, "record.sh: QEMU moved the program's addresses; "
				"link the program as position independent\n");
		return true;
	case STOP_PROCESSES:
		fprintf(stderr, "record.sh: more than %d processes at a time; record fewer\n",
			MAX_PROCESSES);
		return true;
	case STOP_THREADS:
		fprintf(stderr, "record.sh: too many threads in a process; record fewer\n");
		return true;
	}
	if (recording->shared->listed)
		return false;
	fprintf(stderr, "record.sh: the program made no access; see what QEMU printed\n");
	return true;
}

static void report(const struct recording *recording, const char *program)
{
	const struct shared *shared = recording->shared;

	if (shared->programs)
		fprintf(stderr,
			"record.sh: %" PRIu64
			" programs that it started were not recorded (first: %s)\n",
			shared->programs, shared->first_program);
	if (shared->lost)
		fprintf(stderr,
			"record.sh: %" PRIu64
			" processes were recorded only up to an execve() that failed\n",
			shared->lost);
	if (shared->stop == STOP_LIMIT)
		fprintf(stderr,
			"record.sh: the limit of %" PRIu64 " accesses is reached; %s was ended\n",
			shared->limit, program);
	else if (recording->is_interrupted)
		fprintf(stderr, "record.sh: interrupted; %s holds what was recorded until then\n",
			recording->output.path);
	else if (WIFSIGNALED(recording->status))
		fprintf(stderr, "record.sh: %s was killed by signal %d; the trace ends there\n",
			program, WTERMSIG(recording->status));
	else if (recording->status)
		fprintf(stderr, "record.sh: %s ended with status %d; the trace is complete\n",
			program, WEXITSTATUS(recording->status));
}

static int exit_status(const struct recording *recording)
{
	if (recording->shared->stop == STOP_LIMIT)
		return 0;
	if (WIFSIGNALED(recording->status))
		return 128 + WTERMSIG(recording->status);
	return WEXITSTATUS(recording->status);
}

/* @arguments: QEMU, its options up to "-plugin FILE", then its program */
static void start(struct recording *recording, int fd, char **arguments)
{
	sigset_t none;

	recording->first = fork();
	if (recording->first != 0)
		return;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	for (int i = 0; arguments[i]; i++) {
		char *plugin;

		if (strcmp(arguments[i], "-plugin") != 0)
			continue;
		if (asprintf(&plugin, "%s,shared=%d", arguments[i + 1], fd) > 0)
			arguments[i + 1] = plugin;
		break;
	}
	execv(arguments[0], arguments);
	fprintf(stderr, "record.sh: %s: %s\n", arguments[0], strerror(errno));
	_exit(2);
}

static int run(struct recording *recording, char **argv, int fd)
{
	struct shared *shared = recording->shared;

	sigemptyset(&recording->signals);
	sigaddset(&recording->signals, SIGINT);
	sigaddset(&recording->signals, SIGTERM);
	sigaddset(&recording->signals, SIGHUP);
	sigprocmask(SIG_BLOCK, &recording->signals, NULL);
	signal(SIGPIPE, SIG_IGN);
	prctl(PR_SET_CHILD_SUBREAPER, 1);

	if (!output_open(&recording->output, argv[ARG_OUTPUT], argv[ARG_COMPRESSOR]))
		return 2;
	write_head(recording->output.stream, argv[ARG_COMMAND], shared->nr_regions);
	shared->last_pid = 1;
	shared->processes[0].pid = 1;
	start(recording, fd, &argv[ARG_QEMU]);
	shared->processes[0].host = recording->first;
	close(fd);
	recording->shows_progress = isatty(STDERR_FILENO);

	if (record(recording))
		write_end(recording);
	if (recording->shown)
		fputc('\n', stderr);
	if (output_is_good(&recording->output) && is_useless(recording)) {
		output_discard(&recording->output);
		return 2;
	}
	if (!output_finish(&recording->output)) {
		fprintf(stderr, "record.sh: no trace was written\n");
		return 2;
	}
	report(recording, argv[ARG_COMMAND]);
	return exit_status(recording);
}

int main(int argc, char **argv)
{
	static struct recording recording;
	int fd;

	if (argc <= ARG_QEMU) {
		fprintf(stderr, "usage: record.sh starts this program; see record.sh --help\n");
		return 2;
	}
	fd = create_shared(&recording);
	if (fd < 0) {
		fprintf(stderr, "record.sh: no memory to share with QEMU: %s\n", strerror(errno));
		return 2;
	}
	recording.shared->nr_regions = (unsigned int)strtoul(argv[ARG_REGIONS], NULL, 10);
	recording.shared->limit = strtoull(argv[ARG_LIMIT], NULL, 10);
	thin_init(recording.shared);
	return run(&recording, argv, fd);
}
