// SPDX-License-Identifier: GPL-2.0-only
/* Init of the kernel under test: mounts, does what it is asked for, restarts. */
#include "guest.h"

#include <fcntl.h>
#include <stdlib.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <unistd.h>

extern const struct mode *const __start_guest_modes[];
extern const struct mode *const __stop_guest_modes[];

static void mount_all(void)
{
	static const struct {
		const char *type;
		const char *place;
	} mounts[] = {
		{ "proc", "/proc" },
		{ "sysfs", "/sys" },
		{ "devtmpfs", "/dev" },
		{ "debugfs", "/sys/kernel/debug" },
		{ "cgroup2", "/sys/fs/cgroup" },
		{ "tmpfs", "/tmp" },
	};

	for (size_t i = 0; i < sizeof(mounts) / sizeof(*mounts); i++) {
		mkdir(mounts[i].place, 0755);
		if (mount(mounts[i].type, mounts[i].place, mounts[i].type, 0, NULL) &&
		    errno != EBUSY)
			say("guest: cannot mount %s on %s: %s", mounts[i].type, mounts[i].place,
			    strerror(errno));
	}
}

static void open_console(void)
{
	const int console = open("/dev/console", O_RDWR);

	if (console < 0)
		return;
	for (int fd = 0; fd <= 2; fd++)
		dup2(console, fd);
	if (console > 2)
		close(console);
}

static void adjust(const char *path, const char *text)
{
	if (!write_file(path, text))
		say("guest: cannot write %s to %s: %s", text, path, strerror(errno));
}

/* Whatever would do on its own what tests ask for, or do more than they ask for. */
static void quiet_down(void)
{
	adjust("/sys/fs/cgroup/cgroup.subtree_control", "+memory");
	adjust("/sys/kernel/mm/transparent_hugepage/enabled", "madvise");
	adjust("/sys/kernel/mm/transparent_hugepage/defrag", "madvise");
	adjust("/sys/kernel/mm/transparent_hugepage/khugepaged/defrag", "0");
	adjust("/sys/kernel/mm/transparent_hugepage/khugepaged/scan_sleep_millisecs", "100000000");
	adjust("/proc/sys/vm/page-cluster", "0");
	adjust("/proc/sys/vm/swappiness", "100");
}

static void run_mode(int argc, char **argv)
{
	for (const struct mode *const *mode = __start_guest_modes; mode < __stop_guest_modes;
	     mode++)
		if (!strcmp((*mode)->name, argv[0])) {
			(*mode)->run(argc, argv);
			return;
		}
	say("guest: no mode is called '%s'", argv[0]);
}

static void run_matching(int argc, char **argv, bool zswap)
{
	const char *const pattern = argc > 1 ? argv[1] : "*";

	if (argc < 4)
		run_tests(pattern, 0, 1, zswap);
	else
		run_tests(pattern, (unsigned int)atoi(argv[2]), (unsigned int)atoi(argv[3]), zswap);
	run_shadow_test(!strcmp(pattern, "*"));
}

/* tests [PATTERN [SHARE SHARES]]: of the tests whose names match, every SHARES-th */
MODE(tests)
{
	run_matching(argc, argv, false);
}

/* zswap [PATTERN [SHARE SHARES]]: the same of those that switch zswap on */
MODE(zswap)
{
	run_matching(argc, argv, true);
}

int main(int argc, char **argv)
{
	static char *all_tests[] = { "tests", NULL };

	/* What a test executes in its place. */
	if (getpid() != 1)
		return 0;
	mount_all();
	open_console();
	quiet_down();
	kernel_complaint();
	if (argc > 1)
		run_mode(argc - 1, argv + 1);
	else
		run_mode(1, all_tests);
	print_summary();
	sync();
	/* The serial line is still sending. */
	usleep(200000);
	/* Without ACPI power-off only halts; qemu -no-reboot ends by a restart. */
	reboot(RB_AUTOBOOT);
	return 0;
}
