#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Record random.csv.zst again: SQLite looks up rows of a table in memory by an index, in random order.
set -eu

usage() {
	cat <<-END
	usage: examples/simulator/traces/random.sh
	Records random.csv.zst again, in about a minute. Needs sqlite3; see ../record/record.sh --help.
	END
}

# shellcheck source=tests/frame.sh
. "$(dirname "$0")/../../../tests/frame.sh"
[ $# -eq 0 ] || wrong_use "no argument is known"
[ -z "${THPSWAP_RECORD:-}" ] || THPSWAP_RECORD=$(realpath "$THPSWAP_RECORD")
cd "$(dirname "$0")"

# An empty environment: its size moves the stack, and so the recorded addresses.
env -i PATH="$PATH" THPSWAP_RECORD="${THPSWAP_RECORD:-}" \
	../record/record.sh -o random.csv.zst --regions 8 -- \
	sqlite3 -batch -init /dev/null :memory: '.read random.sql'
