#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The shapes that measurements of real systems have, in the estimates of thpswap-sim.
set -eu

usage() {
	cat <<-END
	usage: tests/simulator/test_shapes.sh THPSWAP_SIM
	Checks shapes that the results of THPSWAP_SIM must have, whatever the numbers are.
	END
}

. "$(dirname "$0")/../frame.sh"

[ $# = 1 ] || wrong_use "one argument expected"

simulator=$(realpath "$1")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
failed=false

# Usage: figure TRACE KEY POLICY [OPTION...]
figure() {
	trace=$1
	key=$2
	policy=$3
	shift 3
	"$simulator" run --policy "$policy" --json - "$@" "$trace" | jq ".policies[0].$key"
}

# Usage: between WHAT LEAST VALUE MOST
between() {
	printf '%-58s %10.3f (%s to %s)\n' "$1" "$3" "$2" "$4"
	jq -en "$2 <= $3 and $3 <= $4" >/dev/null || {
		echo "test_shapes.sh: $1: $3 is not between $2 and $4" >&2
		failed=true
	}
}

ratio() {
	jq -n "($1) / ($2)"
}

#
# One PMD, swapped in page by page or whole. What pushes it out, and has to make room
# for it again, was never written to: zero-filled pages cost no transfer. The time of
# the reads is what they add to the time of the same trace without them.
#
awk 'BEGIN {
	print "1,1,0x40000000,2097152,w"
	for (i = 1; i <= 20; i++)
		printf "%d,1,%d,1,r\n", 1 + i, 1073741824 + i * 2097152
}' >out.csv
{
	cat out.csv
	awk 'BEGIN { for (page = 0; page < 512; page++) printf "100,1,%d,8,r\n", 1073741824 + page * 4096 }'
} >in.csv

# Usage: swap_in_ms POLICY DEVICE
swap_in_ms() {
	jq -n "$(figure in.csv stall_ms "$1" --device "$2") - $(figure out.csv stall_ms "$1" --device "$2")"
}

between "pte: single faults" 512 "$(figure in.csv major_faults pte)" 512
between "reviewed: faults on the PMD" 1 "$(figure in.csv major_faults reviewed)" 1
single=$(swap_in_ms pte zram)
between "512 single faults, lz4, ms" 2.0 "$single" 2.2
for device in zram zram-lzo; do
	for policy in posted reviewed; do
		whole=$(swap_in_ms $policy $device)
		between "one PMD fault, $policy, $device, ms" 0.7 "$whole" 1.4
		# 3.05 for lz4: both of the measured ends, 2.1 and 0.7 ms, are rounded.
		between "  win over single faults on $device" 1.5 \
			"$(ratio "$(swap_in_ms pte $device)" "$whole")" 3.1
	done
done

#
# A sparse reader: one page of each of 64 PMDs, again and again, 16 PMDs fit.
#
awk 'BEGIN {
	for (i = 0; i < 64; i++)
		printf "0,1,%d,2097152,w\n", 1073741824 + i * 2097152
	for (round = 0; round < 20; round++)
		for (i = 0; i < 64; i++)
			printf "1,1,%d,8,r\n", 1073741824 + i * 2097152 + 200 * 4096
}' >sparse.csv
awk 'NR <= 64' sparse.csv >dense.csv
for policy in posted reviewed; do
	reads=$(ratio "$(figure sparse.csv swap_read_mib $policy)" "$(figure sparse.csv swap_read_mib pte)")
	between "sparse reader, $policy: reads, times those of pte" 1000 "$reads" 100000
	loss=$(jq -n "($(figure sparse.csv stall_ms $policy) - $(figure dense.csv stall_ms $policy)) /
		($(figure sparse.csv stall_ms pte) - $(figure dense.csv stall_ms pte))")
	between "sparse reader, $policy: time, times that of pte" 100 "$loss" 100000
done

#
# R27, a tight limit: runs of 64 pages at random places in 48 MiB. Fewer faults, more reads.
#
awk 'BEGIN {
	random = 1
	for (i = 0; i < 24; i++)
		printf "0,1,%d,2097152,w\n", 1073741824 + i * 2097152
	for (run = 0; run < 1000; run++) {
		random = (random * 16807) % 2147483647
		first = random % 192 * 64
		for (page = first; page < first + 64; page++)
			printf "1,1,%d,8,%s\n", 1073741824 + page * 4096, run % 2 ? "r" : "w"
	}
}' >tight.csv
for policy in posted reviewed; do
	between "tight limit, $policy: major faults, times those of pte" 0 \
		"$(ratio "$(figure tight.csv major_faults $policy)" "$(figure tight.csv major_faults pte)")" 0.7
	between "tight limit, $policy: pages read, times those of pte" 1.6 \
		"$(ratio "$(figure tight.csv swap_read_mib $policy)" "$(figure tight.csv swap_read_mib pte)")" 20
done
roomy="--memory 64"
# shellcheck disable=SC2086 # two words
between "the same with memory enough: major faults" 0 "$(figure tight.csv major_faults reviewed $roomy)" 0
! $failed
