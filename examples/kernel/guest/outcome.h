/* SPDX-License-Identifier: GPL-2.0-only */
/* Between the processes of a test and init: memory they share. */
#ifndef OUTCOME_H
#define OUTCOME_H

#include <stdatomic.h>

enum verdict { VERDICT_NONE, VERDICT_FAIL, VERDICT_SKIP };

struct outcome {
	atomic_int verdict;
	char why[400];
};

extern struct outcome *outcome;

#endif
