/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The prover as a world for the fault handlers: the kernel's names, each a contract
 * over resources.h. Nothing here has a body, so nothing here is proved: these
 * contracts are the model of the kernel, and what they demand of a caller is what
 * the proof shows.
 *
 * A demand is "check requires": a demand that is not met is reported, and nothing
 * after it becomes true because of it.
 */
#ifndef THPSWAP_VERIFY_PRIMITIVES_H
#define THPSWAP_VERIFY_PRIMITIVES_H

#include "device.h"
#include "folio.h"
#include "pmd.h"
#include "process.h"

#include "helpers.h"
#ifdef HANDLER_IS_POSTED /* verify/lib/wp.sh */
#include "helpers_posted.h"
#else
#include "helpers_reviewed.h"
#endif
#include "promise.h"

#endif
