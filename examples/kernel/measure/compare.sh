#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
set -eu

usage() {
	cat <<-END
	usage: examples/kernel/measure/compare.sh IMAGE
	Lets the simulator run a trace under a memory limit, has the kernel in the guest do the
	same accesses, swap-outs and failing allocations, and compares what both have counted.
	Fails on any difference. measure.sh uses it.
	  IMAGE  the bzImage of a kernel with CONFIG_THPSWAP_REVIEWED
	END
}

. "$(dirname "$0")/../../../tests/frame.sh"

case ${1-} in
'') wrong_use "which kernel?" ;;
esac
image=$1
[ -f "$image" ] || wrong_use "$image: not there"

here=$(cd "$(dirname "$0")" && pwd)
top=$here/../../..
sim=$top/build/release/examples/simulator/thpswap-sim
trace=$top/examples/simulator/traces/sqlite.csv.gz
[ -x "$sim" ] || die "$sim: not there; run cmake --build build/release"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mkdir "$work/operations"
# MiB of memory, and percent of the PMD-sized allocations that fail.
for setup in 48:0 48:30 40:60; do
	for policy in pte reviewed; do
		program=sqlite-$setup.$policy
		"$sim" run --policy "$policy" --memory "${setup%:*}" --fragmentation "${setup#*:}" \
			--operations "$work/operations/$program" --csv "$work/csv" "$trace" >"$work/table"
		sed "s/^/$program,/" "$work/csv" >>"$work/simulated"
	done
done

programs=$(ls "$work/operations")
for backend in zram brd; do
	# shellcheck disable=SC2086 # names without spaces
	"$here/boot.sh" --files "$work/operations" "$image" replay $backend $programs >"$work/console" || {
		cat "$work/console" >&2
		exit 1
	}
	sed -n "s/^count /$backend /p" "$work/console" >>"$work/counted"
done
awk -f "$here/compare.awk" "$work/simulated" "$work/counted"
