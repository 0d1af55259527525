#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
set -eu

usage() {
	cat <<-END
	usage: tests/project/readme.sh THPSWAP_SIM [--update]
	Checks that the generated parts of README.md are what THPSWAP_SIM prints today,
	or, with --update, makes them so. What the kernel prints: examples/kernel/measure/measure.sh.
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
sim=$(realpath "$1")
update=${2-}
cd "$(dirname "$0")/../.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# All but the simulator's own speed, which differs from run to run.
run() {
	"$sim" run examples/simulator/traces/sqlite.csv.gz "$@" >"$folder/table"
	grep -v '^simulator, ' "$folder/table" | sed 's/^\(.\)/    \1/'
	echo
}

results() {
	echo
	run --device zram --memory 48
	run --device nvme --memory 40
}

findings() {
	echo
	"$sim" explore >"$folder/outcomes" 2>"$folder/log" || {
		cat "$folder/log" >&2
		exit 1
	}
	awk '
		{ outcome = $0; sub(/^.* states  /, "", outcome) }
		$2 == "posted" { posted = outcome }
		$2 == "reviewed" { printf "| `%s` | %s | %s |\n", $1, posted, outcome }
		BEGIN { print "| scenario | posted | reviewed |\n|---|---|---|" }
	' "$folder/outcomes"
	echo
}

results >"$folder/results"
findings >"$folder/findings"
for block in results findings; do
	grep -q "^<!-- $block: made by tests/project/readme.sh" README.md || {
		echo "readme.sh: README.md has no place for the $block" >&2
		exit 1
	}
done
awk -v folder="$folder" -f tests/project/splice.awk README.md >"$folder/README.md"

if [ "$update" = --update ]; then
	cp "$folder/README.md" README.md
elif ! diff -u README.md "$folder/README.md"; then
	echo "readme.sh: README.md is not what the simulator prints; run $0 THPSWAP_SIM --update" >&2
	exit 1
fi
