#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Record sqlite.csv.gz again: SQLite builds and queries a mail store in memory.
#
# Reads of database pages show up as writes too: SQLite keeps a header behind each
# page in memory and updates it whenever it looks at the page.
set -eu

usage() {
	cat <<-END
	usage: examples/simulator/traces/sqlite.sh
	Records traces/sqlite.csv.gz again from sqlite.sql; takes about five minutes. Needs
	sqlite3, valgrind and thpswap-sim (see record.sh --help).
	END
}

. "$(dirname "$0")/../../../tests/frame.sh"

[ $# = 0 ] || wrong_use "no argument expected"

# As record.sh looks for it, but independent of the folder.
[ -z "${THPSWAP_SIM:-}" ] || THPSWAP_SIM=$(realpath "$THPSWAP_SIM")
cd "$(dirname "$0")"

# An empty environment: its size moves the stack, and so the recorded addresses.
env -i PATH="$PATH" THPSWAP_SIM="${THPSWAP_SIM:-}" \
	../trace/record.sh -o sqlite.csv.gz -w 1000000 -- \
	sqlite3 -batch -init /dev/null :memory: '.read sqlite.sql'
