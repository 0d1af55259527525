#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
set -eu

usage() {
	cat <<-END
	usage: tests/project/readme.sh THPSWAP_SIM [--update]
	Checks that the generated parts of README.md and of examples/simulator/FINDINGS.md are
	what THPSWAP_SIM prints today, or, with --update, makes them so. What the kernel
	prints: examples/kernel/measure/measure.sh.
	END
}

. "$(dirname "$0")/../frame.sh"

[ $# -ge 1 ] || wrong_use "which THPSWAP_SIM?"
sim=$(realpath "$1")
update=${2-}
[ -z "$update" ] || [ "$update" = --update ] || wrong_use "unknown argument '$update'"
cd "$(dirname "$0")/../.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# All but the simulator's own speed, which differs from run to run.
results() {
	echo
	"$sim" run examples/simulator/traces/sqlite.csv.gz --device zram --memory 48 >"$folder/table"
	grep -v '^simulator, ' "$folder/table" | sed 's/^\(.\)/    \1/'
	echo
}

# The scenarios in which both hold are one line.
findings() {
	echo
	"$sim" explore >"$folder/outcomes" 2>"$folder/log" || {
		cat "$folder/log" >&2
		exit 1
	}
	awk '
		{ outcome = $0; sub(/^.* states  /, "", outcome) }
		$2 == "posted" { posted = outcome }
		$2 != "reviewed" { next }
		posted == "holds" && outcome == "holds" {
			both = both (nr++ ? ", " : "") "`" $1 "`"
			next
		}
		{ printf "| `%s` | %s | %s |\n", $1, posted, outcome }
		BEGIN { print "| scenario | posted | reviewed |\n|---|---|---|" }
		END { printf "\nBoth hold in %d more: %s.\n", nr, both }
	' "$folder/outcomes"
	echo
}

found() {
	awk '
		/ fails: / { fails[$2]++ }
		$2 == "posted" { nr++ }
		END {
			printf "The posted handler fails in %d of the %d scenarios that the explorer walks,", \
				fails["posted"], nr
			printf " the reviewed one in %d.\n", fails["reviewed"]
		}' "$folder/outcomes"
}

# hold FILE BLOCK: the part of FILE between the mark of BLOCK and its end.
hold() {
	grep -q "^<!-- $2: made by tests/project/readme.sh" "$1" || die "$1 has no place for the $2"
	awk -v folder="$folder" -f tests/project/splice.awk "$1" >"$folder/new"
	if [ "$update" = --update ]; then
		cp "$folder/new" "$1"
	elif ! diff -u "$1" "$folder/new"; then
		die "$1 is not what the simulator prints; run $0 THPSWAP_SIM --update"
	fi
}

results >"$folder/results"
findings >"$folder/findings"
found >"$folder/found"
hold README.md results
hold README.md found
hold examples/simulator/FINDINGS.md findings
