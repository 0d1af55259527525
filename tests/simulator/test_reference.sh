#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# thpswap-sim and an implementation of the same text in another language agree to the digit.
set -eu

usage() {
	cat <<-END
	usage: tests/simulator/test_reference.sh SIM
	Runs every line of configurations.txt with SIM run and with reference.py and fails
	with the first difference: configuration, key, both values.
	END
}

here=$(dirname "$0")
. "$here/../frame.sh"
[ $# = 1 ] || wrong_use "one argument: the program"
sim=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

trimmed() {
	echo "$1" | sed 's/^ *//; s/ *$//'
}

run_both() {
	file=$(echo "$3" | sed -n 's/.*--device \([^ ]*\).*/\1/p')
	options=$(echo "$3" | sed "s|--device $file|--device $here/profiles/$file|")
	# shellcheck disable=SC2086 # the words of a line of the file
	"$here/reference/generate.py" $2 >"$folder/trace.csv"
	# shellcheck disable=SC2086
	"$here/reference.py" "$folder/trace.csv" --policy pte,reviewed,posted $options --json \
		>"$folder/reference.json" || die "$1: reference.py failed"
	# shellcheck disable=SC2086
	"$sim" run "$folder/trace.csv" --policy pte,reviewed,posted $options --json - \
		>"$folder/sim.json" 2>"$folder/sim.errors" || {
		cat "$folder/sim.errors" >&2
		die "$1: $sim failed"
	}
	"$here/reference/compare.py" "$1" "$folder/reference.json" "$folder/sim.json" ||
		die "$1: $2: $3"
}

grep -v '^#' "$here/configurations.txt" >"$folder/configurations"
[ "$(wc -l <"$folder/configurations")" -ge 40 ] || die "fewer than 40 configurations"
while IFS='|' read -r name trace options; do
	run_both "$(trimmed "$name")" "$(trimmed "$trace")" "$(trimmed "$options")" </dev/null
done <"$folder/configurations"
