#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
set -eu

usage() {
	cat <<-END
	usage: tests/policy/compare-golden.sh PROGRAM
	Compares the truth tables that PROGRAM, the thpswap-golden of a build folder,
	prints with those in tests/policy/golden/, and shows the first line that differs.
	END
}

. "$(dirname "$0")/../frame.sh"

[ $# -gt 0 ] || wrong_use "an argument is missing"
program=$1
golden=$(dirname "$0")/golden
failed=false

fail() {
	echo "compare-golden.sh: $*" >&2
	failed=true
}

show_line() {
	sed -n "$2p" "$1" | sed 's/^$/(an empty line)/' | grep . || echo "(the table has ended)"
}

# Prints the number of the first line that differs.
first_difference() {
	awk 'NR == FNR { want[FNR] = $0; lines = FNR; next }
		!(FNR in want) || want[FNR] != $0 { print FNR; found = 1; exit }
		END { if (!found) print (FNR < lines ? FNR : lines) + 1 }' "$1" "$2"
}

compare() {
	cmp -s "$golden/$1.csv" "$now" && return
	line=$(first_difference "$golden/$1.csv" "$now")
	fail "tests/policy/golden/$1.csv, line $line: the library decides otherwise"
	cat >&2 <<-END
	  fields    $(sed -n 1p "$golden/$1.csv")
	  committed $(show_line "$golden/$1.csv" "$line")
	  library   $(show_line "$now" "$line")
	If that is intended: tests/policy/regenerate-golden.sh $program
	END
}

now=$(mktemp)
trap 'rm -f "$now"' EXIT
decisions=$("$program" --list)
[ -n "$decisions" ] || fail "$program knows no decision"
for decision in $decisions; do
	if [ ! -s "$golden/$decision.csv" ]; then
		fail "tests/policy/golden/$decision.csv is missing; run tests/policy/regenerate-golden.sh $program"
		continue
	fi
	"$program" "$decision" >"$now"
	compare "$decision"
done
for table in "$golden"/*.csv; do
	echo "$decisions" | grep -qxF "$(basename "$table" .csv)" ||
		fail "$table belongs to no decision; remove it"
done
! $failed
