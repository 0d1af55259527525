#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
set -eu

all_labels='unit enumeration sim install coverage proof style'

usage() {
	cat <<-END
	usage: tests/run.sh [--label LABEL]... [--verbose]
	Installs the Debian packages that are missing, builds with sanitizers in build/dev,
	and runs all tests, or those of the given labels:
	  $all_labels
	Fails when a test fails, was not run, or a label has no test.
	END
}

. "$(dirname "$0")/frame.sh"

finish() {
	[ -n "$closing_line" ] || echo "0 passed, 1 failed"
}

# The label of every test, and how it went: what is summed up is what was asked for,
# so that a test that got lost counts as not run.
summary() {
	ctest --preset dev "$@" --show-only=json-v1 | jq -r '.tests[] | .name as $name |
		((.properties[]? | select(.name == "LABELS") | .value[]) // "other") |
		[$name, .] | @tsv' >build/dev/labels.tsv
	awk -F '\t' -v labels="$labels" '
		function attribute(name) {
			if (!match($0, " " name "=\"[^\"]*\""))
				return ""
			return substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4)
		}
		FILENAME ~ /junit/ {
			if (/<testcase /) {
				status[attribute("name")] = attribute("status")
				time[attribute("name")] = attribute("time")
			}
			next
		}
		{
			outcome = "failed"
			if (!($1 in status) || status[$1] ~ /notrun|disabled/)
				outcome = "not run"
			else if (status[$1] == "run")
				outcome = "passed"
			count[$2, outcome]++
			tests[$2]++
			seconds[$2] += time[$1]
			if (index(" " labels " ", " " $2 " ") == 0)
				labels = labels " " $2
			if (!($1 in seen))
				total[outcome]++
			seen[$1]
		}
		END {
			printf "\n%-12s %7s %7s %7s %8s\n", "label", "passed", "failed", "not run", "seconds"
			n = split(labels, label, " ")
			for (i = 1; i <= n; i++) {
				l = label[i]
				printf "%-12s %7d %7d %7d %8.1f", l, count[l, "passed"],
					count[l, "failed"], count[l, "not run"], seconds[l]
				if (tests[l]) {
					print ""
				} else {
					print "  no test: counts as failed"
					total["failed"]++
				}
			}
			printf "%d passed, %d failed\n", total["passed"], total["failed"] + total["not run"]
		}' build/dev/junit.xml build/dev/labels.tsv
}

quietly() {
	"$@" >build/run.log 2>&1 || {
		cat build/run.log
		echo "run.sh: failed: $*" >&2
		exit 1
	}
}

labels=
verbose=
while [ $# -gt 0 ]; do
	case $1 in
	--verbose) verbose=yes ;;
	--label)
		case " $all_labels " in
		*" ${2-} "*) labels="$labels $2" ;;
		*)
			wrong_use "--label takes one of: $all_labels"
			;;
		esac
		shift
		;;
	*)
		wrong_use "unknown argument '$1'"
		;;
	esac
	shift
done

cd "$(dirname "$0")/.."
mkdir -p build
# Whatever goes wrong from here on, the last line says so.
closing_line=
trap finish EXIT

set --
if [ -n "$labels" ]; then
	set -- -L "^($(echo "${labels# }" | tr " " "|"))\$"
else
	labels=$all_labels
fi
groups='build sim test'
for label in $labels; do
	case $label in coverage | proof) groups="$groups $label" ;; esac
done
# shellcheck disable=SC2086 # a list of names
./tests/packages.sh $groups

# Fresh: a cache from another place or with other settings must not decide.
quietly cmake --preset dev --fresh
quietly cmake --build --preset dev
rm -f build/dev/junit.xml
status=0
ctest --preset dev "$@" ${verbose:+--verbose} --no-label-summary --output-junit "$PWD/build/dev/junit.xml" ||
	status=$?
result=$(summary "$@")
closing_line=$(echo "$result" | tail -n 1)
echo "$result"
case $closing_line in
*", 0 failed") ;;
*) status=1 ;;
esac
[ $status = 0 ]
