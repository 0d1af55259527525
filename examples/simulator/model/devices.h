/* SPDX-License-Identifier: GPL-2.0-only */
/* The swap devices to choose from. */
#ifndef THPSWAP_SIM_DEVICES_H
#define THPSWAP_SIM_DEVICES_H

#include "model.h"

extern const struct device_model device_models[]; /* the last one has no name */
const struct device_model *device_by_name(const char *name);

#endif
