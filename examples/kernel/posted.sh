#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
set -eu

usage() {
	cat <<-END
	usage: examples/kernel/posted.sh
	Boots a kernel in which the library decides as the posted patch does, and fails unless
	exactly the tests of posted-failures.txt fail there.
	END
}

. "$(dirname "$0")/../../tests/frame.sh"

[ $# = 0 ] || wrong_use "unknown argument '$1'"
cd "$(dirname "$0")"
console=../../build/kernel/release-posted.console
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
grep -v '^#' posted-failures.txt >"$work/list"

# The tests that fail together, in the boot of zswap, alone, or sometimes.
listed() {
	awk -F '\t' -v how="$1" '$2 == how { print $1 }' "$work/list"
}

# Usage: run ARGUMENT... Something must fail.
run() {
	rm -f "$console"?
	! ./run.sh --posted "$@" >"$work/log" 2>&1 || return 1
	if ! [ -e "${console}1" ] || ! [ -e "${console}2" ]; then
		cat "$work/log" >&2
		die "the guests were not booted"
	fi
}

# Usage: compare HOW. Both guests have come to an end, and these tests failed.
compare() {
	for each in "$console"?; do
		grep -q '^guest: [0-9]* passed, ' "$each" || {
			cat "$each" >&2
			die "the guest did not come to an end (console above)"
		}
		sed -n 's/^not ok \([^:]*\):.*/\1/p' "$each"
	done | sort >"$work/failed"
	listed "$1" | sort >"$work/expected"
	diff -u "$work/expected" "$work/failed" >&2 || die "not the failures of posted-failures.txt"
}

run --only "!($({ listed alone && listed sometimes; } | paste -s -d '|' -))" || die "all is well"
compare together
run --zswap || die "all is well with zswap"
compare zswap
# After a BUG no test would follow; and a race is not lost in each run.
for test in $(listed alone); do
	tries=1
	until run --only "$test"; do
		[ $tries -lt 5 ] || die "all is well with $test, $tries times"
		tries=$((tries + 1))
	done
	grep -q -E "^not ok $test|^BUG: |kernel BUG at " "$console"? || {
		cat "$work/log" >&2
		die "$test failed in another way"
	}
done
