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

case ${1-} in
--help)
	usage
	exit 0
	;;
esac

die() {
	echo "posted.sh: $*" >&2
	exit 1
}

cd "$(dirname "$0")"
consoles=../../build/kernel/release-posted.console
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Usage: run PATTERN. Prints the tests that failed.
run() {
	if ./run.sh --posted --only "$1" >"$work/log" 2>&1; then
		return 0
	elif ! grep -q '(console above, and in ' "$work/log"; then
		cat "$work/log" >&2
		die "the guest was not booted"
	fi
	sed -n 's/^not ok \([^:]*\):.*/\1/p' "$consoles"?
	# No test comes to an end after a BUG.
	awk '/^run / { test = $2 } /kernel BUG at / { print test, "(BUG)" }' "$consoles"?
}

# What ends in a BUG is run by itself: other tests would follow.
{
	run '[!c]*'
	run cold_disk/split_while_reading
} | sort >"$work/failed"
grep -v '^#' posted-failures.txt | cut -f 1 | sort >"$work/expected"
diff -u "$work/expected" "$work/failed" || die "not the failures of posted-failures.txt"
