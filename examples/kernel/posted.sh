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

die() {
	echo "posted.sh: $*" >&2
	exit 1
}

case ${1-} in
--help)
	usage
	exit 0
	;;
'') ;;
*) die "unknown argument '$1'; see --help" ;;
esac

cd "$(dirname "$0")"
console=../../build/kernel/release-posted.console
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Usage: run PATTERN. Something must fail.
run() {
	rm -f "$console"?
	! ./run.sh --posted --only "$1" >"$work/log" 2>&1 || die "all is well with $1"
	if ! [ -e "${console}1" ] || ! [ -e "${console}2" ]; then
		cat "$work/log" >&2
		die "the guests were not booted"
	fi
}

# After a BUG no test would follow: what ends so is run by itself. readers_race loses a THP (D7)
# in some runs only.
run '!(cold_disk/split_while_reading|*/readers_race)'
for each in "$console"?; do
	grep -q '^guest: [1-9][0-9]* passed, ' "$each" || {
		cat "$each" >&2
		die "the guest did not come to an end (console above)"
	}
	sed -n 's/^not ok \([^:]*\):.*/\1/p' "$each" >>"$work/failed"
done
run cold_disk/split_while_reading
awk '/^run / { test = $2 } /kernel BUG at / { print test, "(BUG)" }' "$console"? >>"$work/failed"

sort -o "$work/failed" "$work/failed"
grep -v '^#' posted-failures.txt | cut -f 1 | sort >"$work/expected"
diff -u "$work/expected" "$work/failed" >&2 || die "not the failures of posted-failures.txt"
