#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
set -eu

usage() {
	cat <<-END
	usage: tests/policy/bench/run.sh PLAIN LTO ARCHIVE
	Prints what the decisions of a mapped write fault cost, in instructions.
	  PLAIN    tests/policy/bench/decisions linked with the static library
	  LTO      the same with link-time optimisation
	  ARCHIVE  the static library, for the size of its code
	END
}

. "$(dirname "$0")/../../frame.sh"

[ $# = 3 ] || wrong_use "three arguments expected"
plain=$1 lto=$2 archive=$3

# An assumption, not a measurement: what a core retires, and the fault's time.
per_ns=3
fault_us=700

# count PROGRAM FUNCTION ARGS...: instructions, calls below included
count() {
	program=$1 function=$2
	shift 2
	log=$(valgrind --tool=callgrind --callgrind-out-file=/dev/null \
		--toggle-collect="$function" "$program" "$@" 2>&1) || die "$program $*: $log"
	n=$(printf '%s\n' "$log" | sed -n 's/.*Collected : //p')
	[ "${n:-0}" -gt 0 ] || die "callgrind saw no $function() in $program"
	echo "$n"
}

command -v valgrind >/dev/null || die "no valgrind; install the package valgrind"
for program in "$plain" "$lto"; do
	"$program" check || die "$program: the two versions decide differently"
done

times=1000
nr_all=$("$plain" all)
text=$(size -A "$archive" | awk '$1 ~ /^\.text/ { n += $2 } END { print n + 0 }')
[ "$text" -gt 0 ] || die "$archive: no code in it"

for fault in one all; do
	if [ $fault = one ]; then arg=$times nr=$times; else arg='' nr=$nr_all; fi
	for what in "$plain ask_library" "$plain ask_inline" "$lto ask_library" "$lto ask_inline"; do
		# shellcheck disable=SC2086 # a program and a function; an argument or none
		echo "$fault $nr $(count $what $fault $arg)"
	done
done | awk -v per_ns=$per_ns -v fault_us=$fault_us -v text="$text" '
	{ cost[$1, ++row[$1]] = $3 / $2; nr[$1] = $2 }
	function report(key, title, c) {
		printf "%s\n", title
		printf "  %-34s %8s %8s %8s\n", "instructions for all decisions", "library", "inline", "ratio"
		printf "  %-34s %8.1f %8.1f %8.2f\n", "plain static library", cost[key, 1], cost[key, 2], cost[key, 1] / cost[key, 2]
		printf "  %-34s %8.1f %8.1f %8.2f\n", "link-time optimisation", cost[key, 3], cost[key, 4], cost[key, 3] / cost[key, 4]
	}
	END {
		report("one", "The everyday write fault (private, written before)")
		report("all", "Mean of all " nr["all"] " write faults that end in a mapping")
		share = cost["one", 1] / (fault_us * 1000 * per_ns)
		printf "Share of a PMD fault of %.1f ms, plain: %.4f %% (assumed: %d instructions per ns)\n", fault_us / 1000, share * 100, per_ns
		printf "Code of the library (.text): %d bytes\n", text
	}'
