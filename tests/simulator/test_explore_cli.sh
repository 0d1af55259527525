#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The command line of thpswap-sim explore: a failing schedule can be saved and replayed.
set -eu

usage() {
	cat <<-END
	usage: tests/simulator/test_explore_cli.sh THPSWAP_SIM
	Runs explore: its options, a schedule that is saved and replayed, what it refuses.
	END
}

. "$(dirname "$0")/../frame.sh"

[ $# = 1 ] || wrong_use "one argument expected"
sim=$(realpath "$1")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

# expect STATUS ARGUMENT...: output in out, errors in err
expect() {
	wanted=$1
	shift
	status=0
	"$sim" explore "$@" >out 2>err || status=$?
	[ "$status" = "$wanted" ] || die "explore $*: exit status $status, expected $wanted: $(cat err)"
}

expect 0 --list
[ "$(wc -l <out)" -ge 30 ] || die "only $(wc -l <out) scenarios are listed"

scenario=d01_r10_unlock_after_zap_sync
expect 0 $scenario --policy posted --save schedule
violation=$(sed -n 's/^ *=> //p' out)
[ "$violation" = "a folio was freed while it was locked" ] || die "no story: $(cat out)"
cp out story

expect 1 --replay schedule
[ "$(sed -n 's/^ *=> //p' out)" = "$violation" ] || die "the replay ends otherwise: $(cat out)"
grep -v states story >steps
diff steps out >/dev/null || die "the replay takes other steps"

expect 0 $scenario --policy reviewed --preemptions 3 --save none
[ ! -e none ] || die "a schedule was saved though none failed"

expect 0 d11_read_error_after_zap --policy reviewed --exits
grep -q '^ *refault:changed *[1-9]' out || die "--exits does not count: $(cat out)"
# How many pages a PMD maps changes no outcome; --list names the outcomes.
expect 0 --pages 4

# bad WORDS ARGUMENT...: exit status 2, and a line that has these words
bad() {
	words=$1
	shift
	expect 2 "$@"
	head -n 1 err | grep -q "$words" || die "explore $*: does not say '$words': $(cat err)"
}
bad 'no such scenario' nonsense
bad 'give posted or reviewed' --policy pte
bad 'from 0 to 9' --preemptions 10
bad 'give 2, 4 or 8' --pages 3
bad 'cannot be read' --replay missing
echo nonsense >file
bad 'file:1: is not a schedule' --replay file
bad 'one scenario at a time' two_faults two_faults_cached
