#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# record.sh: the program keeps its input, output and status; a trace appears whole
# or not at all.
set -eu

usage() {
	cat <<-END
	usage: tests/simulator/test_record.sh THPSWAP_SIM
	Records small programs with examples/simulator/trace/record.sh, for THPSWAP_SIM.
	END
}

. "$(dirname "$0")/../frame.sh"

[ $# = 1 ] || wrong_use "one argument expected"

THPSWAP_SIM=$(realpath "$1")
export THPSWAP_SIM
record=$(realpath "$(dirname "$0")/../../examples/simulator/trace/record.sh")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

fail() {
	echo "test_record.sh: $1" >&2
	exit 1
}

# Usage: expect STATUS WHAT COMMAND...
expect() {
	wanted=$1
	what=$2
	shift 2
	status=0
	"$@" >out 2>err || status=$?
	[ "$status" -eq "$wanted" ] || fail "$what: status $status instead of $wanted: $(cat err)"
}

no_trace() {
	[ -z "$(find . -name 't.csv*')" ] || fail "$1: left $(find . -name 't.csv*')"
}

echo hello >in
expect 0 "a filter" "$record" -o t.csv.gz -- cat <in
[ "$(cat out)" = hello ] || fail "the program lost its input or output"
[ ! -s err ] || fail "not quiet: $(cat err)"
[ "$(gzip -dc t.csv.gz | grep -c '^[0-9]*,1,0x[0-9a-f]*,[0-9]*,[rw]$')" -gt 100 ] ||
	fail "hardly any access was recorded"
gzip -dc t.csv.gz | grep -q '^# Command: cat$' || fail "the command is not in the trace"
[ "$(find . -name 't.csv*')" = ./t.csv.gz ] || fail "more than the trace was left"
rm t.csv.gz

expect 3 "a failing program" "$record" -o t.csv -- sh -c 'exit 3'
grep -q '^# End: ' t.csv || fail "no whole trace of a program that fails"
rm t.csv

# shellcheck disable=SC2016 # $$ is for the program
expect 2 "a killed program" "$record" -o t.csv -- sh -c 'kill -KILL $$'
no_trace "a killed program"
expect 2 "a missing program" "$record" -o t.csv -- ./absent
no_trace "a missing program"
expect 2 "a bad window" "$record" -o t.csv -w 0 -- true
no_trace "a bad window"
expect 2 "a missing folder" "$record" -o absent/t.csv -- true
expect 2 "no program" "$record" -o t.csv

# Ctrl-C reaches the whole foreground group; timeout --foreground would not do that.
expect 124 "an interrupted program" timeout -s INT 3 "$record" -o t.csv -- sleep 60
no_trace "an interrupted program"
