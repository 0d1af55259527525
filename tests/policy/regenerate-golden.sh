#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
set -eu

usage() {
	cat <<-END
	usage: tests/policy/regenerate-golden.sh PROGRAM
	Writes the truth tables in tests/policy/golden/ anew. PROGRAM is the thpswap-golden of
	a build folder, for example build/dev/tests/policy/thpswap-golden. Read the difference
	before you commit it: each line of it is a fault that is now handled otherwise.
	END
}

. "$(dirname "$0")/../frame.sh"

[ $# = 1 ] || wrong_use "one argument expected"
program=$1
golden=$(dirname "$0")/golden

decisions=$("$program" --list)
fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
for decision in $decisions; do
	"$program" "$decision" >"$fresh/$decision.csv"
done
mkdir -p "$golden"
rm -f "$golden"/*.csv
cp "$fresh"/*.csv "$golden"
