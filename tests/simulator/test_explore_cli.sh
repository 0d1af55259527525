#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The command line of thpswap-sim explore: a failing schedule can be saved and replayed.
set -eu

case ${1-} in
--help | '')
	echo "usage: tests/simulator/test_explore_cli.sh THPSWAP_SIM"
	exit 0
	;;
esac
sim=$(realpath "$1")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

fail() {
	echo "test_explore_cli.sh: $*" >&2
	exit 1
}

# expect STATUS ARGUMENT...: output in out, errors in err
expect() {
	wanted=$1
	shift
	status=0
	"$sim" explore "$@" >out 2>err || status=$?
	[ "$status" = "$wanted" ] || fail "explore $*: exit status $status, expected $wanted: $(cat err)"
}

expect 0 --list
[ "$(wc -l <out)" -ge 30 ] || fail "only $(wc -l <out) scenarios are listed"

scenario=d01_r10_unlock_after_zap_sync
expect 0 $scenario --policy posted --save schedule
violation=$(sed -n 's/^ *=> //p' out)
[ "$violation" = "a folio was freed while it was locked" ] || fail "no story: $(cat out)"
cp out story

expect 1 --replay schedule
[ "$(sed -n 's/^ *=> //p' out)" = "$violation" ] || fail "the replay ends otherwise: $(cat out)"
grep -v states story >steps
diff steps out >/dev/null || fail "the replay takes other steps"

expect 0 $scenario --policy reviewed --preemptions 3 --save none
[ ! -e none ] || fail "a schedule was saved though none failed"

# bad WORDS ARGUMENT...: exit status 2, and a line that has these words
bad() {
	words=$1
	shift
	expect 2 "$@"
	head -n 1 err | grep -q "$words" || fail "explore $*: does not say '$words': $(cat err)"
}
bad 'no such scenario' nonsense
bad 'give posted or reviewed' --policy pte
bad 'from 0 to 9' --preemptions 10
bad 'cannot be read' --replay missing
echo nonsense >file
bad 'file:1: is not a schedule' --replay file
bad 'one scenario at a time' two_faults two_faults_cached
