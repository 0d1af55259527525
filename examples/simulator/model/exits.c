// SPDX-License-Identifier: GPL-2.0-only
#include "exits.h"

struct handler_exits handler_exits;
