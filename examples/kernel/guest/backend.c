// SPDX-License-Identifier: GPL-2.0-only
/* Swap devices: set up, swapped on and off, slots counted. */
#include "guest.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/swap.h>
#include <sys/wait.h>
#include <unistd.h>

#define ZRAM_BYTES "134217728"

const struct backend backends[] = {
	{ .name = "zram", .disk = "zram0", .bit = ON_ZRAM, .synchronous = true },
	{ .name = "brd", .disk = "ram0", .bit = ON_BRD, .synchronous = true },
	{ .name = "disk", .disk = "vda", .bit = ON_DISK, .cached = true },
	{ .name = "cold_disk", .disk = "vda", .bit = ON_COLD_DISK },
	{ .name = "slow_disk", .disk = "vdb", .bit = ON_SLOW_DISK, .cached = true },
	{ .name = "none", .disk = NULL, .bit = ON_NOTHING },
};
const size_t nr_backends = sizeof(backends) / sizeof(*backends);

static char *device_path(const struct backend *backend)
{
	static char path[40];

	snprintf(path, sizeof(path), "/dev/%s", backend->disk);
	return path;
}

static char *queue_path(const struct backend *backend, const char *file)
{
	static char path[80];

	snprintf(path, sizeof(path), "/sys/block/%s/%s", backend->disk, file);
	return path;
}

const struct backend *find_backend(const char *name)
{
	for (size_t i = 0; i < nr_backends; i++)
		if (!strcmp(backends[i].name, name))
			return &backends[i];
	return NULL;
}

bool backend_exists(const struct backend *backend)
{
	return !backend->disk || !access(device_path(backend), R_OK | W_OK);
}

static bool write_swap_header(const struct backend *backend)
{
	struct {
		char boot[1024];
		uint32_t version;
		uint32_t last_page;
		uint32_t bad_pages;
		char rest[PAGE_BYTES - 1036 - 10];
		char magic[10];
	} header = { .version = 1, .magic = { 'S', 'W', 'A', 'P', 'S', 'P', 'A', 'C', 'E', '2' } };
	const int fd = open(device_path(backend), O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return false;
	const off_t size = lseek(fd, 0, SEEK_END);

	header.last_page = (uint32_t)(size / PAGE_BYTES - 1);
	const bool written = size >= HUGE_BYTES &&
			     pwrite(fd, &header, sizeof(header), 0) == sizeof(header) && !fsync(fd);

	close(fd);
	return written;
}

static void set_up(const struct backend *backend)
{
	if (backend->bit == ON_ZRAM) {
		write_file(queue_path(backend, "reset"), "1");
		write_file(queue_path(backend, "comp_algorithm"), "lzo-rle");
		write_file(queue_path(backend, "disksize"), ZRAM_BYTES);
	}
	/* A test may have changed it; zram insists on it. */
	if (backend->bit == ON_SLOW_DISK)
		write_file(queue_path(backend, "queue/stable_writes"), "0");
	/* THPs are swapped out whole only where slots are allocated in clusters. */
	write_file(queue_path(backend, "queue/rotational"), "0");
}

const char *backend_start(const struct backend *backend)
{
	static char why[120];

	if (!backend->disk)
		return NULL;
	set_up(backend);
	errno = 0;
	if (!write_swap_header(backend)) {
		snprintf(why, sizeof(why), "no swap header on %s: %s", device_path(backend),
			 errno == ETXTBSY ? "an earlier test has left it swapped on"
			 : errno	  ? strerror(errno)
					  : "too small (brd.rd_size=131072?)");
		return why;
	}
	if (backend_swapon(backend)) {
		snprintf(why, sizeof(why), "swapon %s: %s", device_path(backend), strerror(errno));
		return why;
	}
	return NULL;
}

int backend_swapon(const struct backend *backend)
{
	return swapon(device_path(backend), 0);
}

int backend_swapoff(const struct backend *backend)
{
	return swapoff(device_path(backend));
}

const char *backend_stop(const struct backend *backend, unsigned int seconds)
{
	int status = 0;

	if (!backend->disk)
		return NULL;

	const pid_t child = fork();

	if (!child)
		_exit(backend_swapoff(backend) ? errno : 0);
	for (unsigned int ticks = 0; !waitpid(child, &status, WNOHANG); ticks++) {
		if (ticks == seconds * 100)
			kill(child, SIGKILL);
		if (ticks == (seconds + 2) * 100)
			return "swapoff does not end, and cannot be killed";
		usleep(10000);
	}
	if (WIFSIGNALED(status))
		return "a slot leaked: swapoff does not end";
	return WEXITSTATUS(status) ? strerror(WEXITSTATUS(status)) : NULL;
}

long slots_used(const struct backend *backend)
{
	char *const text = read_file("/proc/swaps");
	const char *const line = text ? strstr(text, device_path(backend)) : NULL;
	long kib = 0;

	if (line && sscanf(line, "%*s %*s %*s %ld", &kib) != 1)
		kib = 0;
	free(text);
	return kib * 1024 / PAGE_BYTES;
}

long slots_slack(void)
{
	enum { ALLOCATED_AHEAD = 64, FREED_LATE = 64 };

	return sysconf(_SC_NPROCESSORS_ONLN) * (ALLOCATED_AHEAD + FREED_LATE);
}

void expect_slots_at(const char *file, int line, const struct backend *backend, long pages)
{
	const long used = slots_used(backend);

	if (used < pages || used > pages + slots_slack())
		fail_at(file, line, "slots in use: %ld, not %ld", used, pages);
}

bool slots_shrink_to(const struct backend *backend, long pages)
{
	for (int tries = 0; tries < 50; tries++) {
		if (slots_used(backend) <= pages)
			return true;
		usleep(20000);
		reclaim((size_t)slots_used(backend) * PAGE_BYTES);
	}
	return false;
}
