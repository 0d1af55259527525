#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
set -eu

usage() {
	cat <<-END
	usage: tests/mutants/matrix.sh [--build DIR]
	Prints which judge rejected which mutant, as tests/mutants/run.sh has found it in the
	build folder (default: build/mutants):
	  x  rejected    .  survived: the judge is blind to it    ?  no answer
	  -  named by the table, but not run    (nothing)  not asked
	At the end, in how many lines a judge was asked, rejected, and was blind.
	END
}

. "$(dirname "$0")/../frame.sh"

cd "$(dirname "$0")/../.."
build=build/mutants
case ${1-} in
--build) build=${2-} ;;
'') ;;
*) wrong_use "unknown argument '$1'" ;;
esac
[ -d "$build/results" ] || die "no results in $build; run tests/mutants/run.sh first"

for judge in enumeration test proof explorer guest; do
	[ ! -f "$build/results/$judge.tsv" ] || sed "s/^/$judge	/" "$build/results/$judge.tsv"
done | awk -F '\t' '
	BEGIN {
		n = split("enumeration test proof explorer guest", judge, " ")
		sign["rejected"] = "x"; sign["survived"] = "."; sign["broken"] = "?"
		header()
	}
	function header(   i) {
		printf "%-98s", "mutant"
		for (i = 1; i <= n; i++)
			printf " %-11s", judge[i]
		print ""
	}
	FILENAME == "-" { result[$1, $2, $3, $4] = sign[$5]; next }
	/^#/ || !NF { next }
	{
		label = $1 ": " $4
		sub(/^examples\/(simulator\/)?/, "", label)
		printf "%-98s", substr(label, 1, 97)
		for (i = 1; i <= n; i++) {
			mark = result[judge[i], $1, $2, $3]
			if (mark == "" && index(" " $5, " " judge[i]))
				mark = "-"
			printf " %-11s", mark
			count[i, mark]++
		}
		print ""
		lines++
	}
	function total(name, marks,   i, j, sum) {
		printf "%-98s", name
		for (i = 1; i <= n; i++) {
			sum = 0
			for (j = 1; j <= length(marks); j++)
				sum += count[i, substr(marks, j, 1)]
			printf " %-11d", sum
		}
		print ""
	}
	END {
		header()
		total("asked, of " lines, "x.?")
		total("rejected", "x")
		total("blind", ".")
		total("named, but not run", "-")
	}' - tests/mutants/mutants.txt
