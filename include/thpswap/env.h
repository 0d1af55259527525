/* SPDX-License-Identifier: GPL-2.0-only */
/* The one place that knows whether this is the kernel or user space. */
#ifndef THPSWAP_ENV_H
#define THPSWAP_ENV_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stdbool.h>
#endif

#endif
