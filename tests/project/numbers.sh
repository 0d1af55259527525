#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
set -eu

usage() {
	cat <<-END
	usage: tests/project/numbers.sh [FILE]
	Holds the list of S, R and D numbers, by default include/thpswap/NUMBERS.md, against
	the tree: every R is held by something, every name in the column "held by" is a test,
	scenario, law or guest test that exists, and every such name that begins with a number
	stands there.
	END
}

. "$(dirname "$0")/../frame.sh"

cd "$(dirname "$0")/../.."
[ $# -le 1 ] || wrong_use "one argument at most"
list=${1:-include/thpswap/NUMBERS.md}
[ -r "$list" ] || die "$list: no such file"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=false

fail() {
	echo "$script: $list: $*" >&2
	failed=true
}

# Number, tab, name: one line for each name in the last column of a row of R.
awk -F '[|]' '/^[|] R[0-9][0-9] [|]/ {
	number = $2
	gsub(/ /, "", number)
	n = split($(NF - 1), names, "`")
	held = 0
	for (i = 2; i <= n; i += 2) {
		print number "\t" names[i]
		held++
	}
	if (!held)
		print number "\t"
}' "$list" >"$work/rows"
[ -s "$work/rows" ] || die "$list: no row of an R number"

{
	grep -rhoE 'START_TEST\([a-z0-9_]+' tests | cut -d'(' -f2
	grep -rhoE '\.name = "[a-z0-9_]+"' examples/simulator/explore/scenarios.c | cut -d'"' -f2
	awk -F '\t' '!/^#/ { print $2 }' verify/claims.txt
	grep -rhoE '\bTEST\([a-z0-9_]+' examples/kernel/guest/*.c | cut -d'(' -f2
} | sort -u >"$work/names"

tab=$(printf '\t')
while IFS=$tab read -r number name; do
	if [ -z "$name" ]; then
		fail "$number is held by nothing"
	elif ! grep -qx "$name" "$work/names"; then
		fail "$number: no test, scenario, law or guest test is called $name"
	fi
done <"$work/rows"

# r07_..., d01_r10_...: whoever names a test after a number says that it holds the rule.
cut -f2 "$work/rows" | sort -u >"$work/held"
grep -E '^([rd][0-9]{2}_)+' "$work/names" | grep -E 'r[0-9]{2}_' | while read -r name; do
	for number in $(echo "$name" | grep -oE 'r[0-9]{2}_' | tr -d _ | tr r R); do
		grep -q "^$number$tab$name\$" "$work/rows" || echo "$number: $name"
	done
done >"$work/unlisted"
while read -r line; do
	fail "is named after a rule and not among what holds it: $line"
done <"$work/unlisted"
for number in $(git -c safe.directory='*' grep -hoE '\bR[0-9]{2}\b' -- lib include examples verify tests | sort -u); do
	grep -q "^$number$tab" "$work/rows" || fail "$number is used in the tree and has no row"
done
! $failed
