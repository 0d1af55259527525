#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
set -eu

usage() {
	cat <<-END
	usage: tests/policy/regenerate-golden.sh PROGRAM
	Writes the truth tables in tests/policy/golden/ anew. PROGRAM is the thpswap-golden of
	a build folder, for example build/dev/tests/thpswap-golden. Read the difference
	before you commit it: each line of it is a fault that is now handled otherwise.
	END
}

case ${1-} in
--help)
	usage
	exit 0
	;;
'')
	usage >&2
	exit 2
	;;
esac
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
