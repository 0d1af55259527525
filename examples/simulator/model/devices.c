// SPDX-License-Identifier: GPL-2.0-only
/*
 * The swap devices to choose from. The reads of the three zram models are measured
 * (zram fio, 4 KiB); the other numbers are assumptions about usual hardware.
 */
#include <string.h>

#include "devices.h"

const struct device_model device_models[] = {
	{ "zram", SWP_SYNCHRONOUS_IO | SWP_STABLE_WRITES, 0, 1280, 2500 },
	{ "zram-lzo", SWP_SYNCHRONOUS_IO | SWP_STABLE_WRITES, 0, 1800, 3000 },
	{ "zram-zstd", SWP_SYNCHRONOUS_IO | SWP_STABLE_WRITES, 0, 5100, 9000 },
	{ "nvme", 0, 80000, 1300, 1600 },
	{ "disk", 0, 8000000, 27000, 27000 },
	{ NULL, 0, 0, 0, 0 },
};

const struct device_model *device_by_name(const char *name)
{
	for (const struct device_model *device = device_models; device->name; device++)
		if (strcmp(device->name, name) == 0)
			return device;
	return NULL;
}
