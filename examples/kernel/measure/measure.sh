#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
set -eu

usage() {
	cat <<-END
	usage: examples/kernel/measure/measure.sh [--check | --update]
	Measures swap-in in the guest with PMD swap entries and without, and what it costs that
	the library decides; compares with the simulator (compare.sh). Prints the part of
	README.md about it, or compares that with README.md, or writes it there.
	Has run.sh build the kernel, and builds one whose do_swap_page() decides by itself.
	  --check   fail when README.md has other counts, or instructions by more than a tenth
	  --update  put it into README.md
	END
}

. "$(dirname "$0")/../../../tests/frame.sh"

logged() {
	"$@" >"$work/log" 2>&1 </dev/null || {
		cat "$work/log" >&2
		die "failed (output above): $*"
	}
}

# The same kernel, but do_swap_page() decides by itself.
build_inline() {
	exec 9>"$kernel/lock"
	flock 9
	logged make -s -j2 -C "$kernel/release" CFLAGS_memory.o=-DTHPSWAP_TREE_DECIDES bzImage
	! nm "$kernel/release/mm/memory.o" | grep -q 'U thpswap_pte_exclusive' ||
		die "do_swap_page() does not decide by itself"
	cp "$kernel/release/arch/x86/boot/bzImage" "$work/inline"
	logged make -s -j2 -C "$kernel/release" bzImage
	cp "$kernel/release/arch/x86/boot/bzImage" "$work/library"
	flock -u 9
}

# Usage: measure NAME IMAGE BACKEND...
measure() {
	name=$1 image=$2
	shift 2
	"$here/boot.sh" --icount "$image" measure "$@" >"$work/console" || {
		cat "$work/console" >&2
		exit 1
	}
	sed -n "s/^measure /$name /p" "$work/console" >>"$work/measured"
}

build_programs() {
	logged cmake -S "$top" --preset release
	logged cmake --build "$top/build/release" \
		--target thpswap-sim bench_decisions_plain bench_decisions_lto
}

# Instructions of all decisions of a write fault, counted by valgrind.
count_decisions() {
	bench=$top/build/release/tests/policy/bench
	logged "$top/tests/policy/bench/run.sh" "$bench/bench_decisions_plain" \
		"$bench/bench_decisions_lto" "$bench/libbench_thpswap_plain.a"
	awk '/plain static library/ { print "bench", $4; exit }' "$work/log" >>"$work/measured"
}

what=${1-}
case $what in
'' | --check | --update) ;;
*) wrong_use "unknown argument '$what'" ;;
esac

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../../.." && pwd)
kernel=$top/build/kernel
readme=$top/examples/kernel/README.md
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
grep -q '^<!-- kernel: made by examples/kernel/measure/measure.sh' "$readme" ||
	die "$readme has no place for it: a line '<!-- kernel: made by examples/kernel/measure/measure.sh -->'"

"$top/tests/packages.sh" build sim test bench
logged "$top/examples/kernel/run.sh" --only zram/write
build_inline
build_programs
measure library "$work/library" zram brd disk cold_disk
measure inline "$work/inline" disk
count_decisions
mkdir "$work/new" "$work/old"
{
	awk -f "$here/measure.awk" "$work/measured"
	"$here/compare.sh" "$work/library" >"$work/compared" || exit 1
	cat "$work/compared"
	echo
} >"$work/new/kernel"
awk '/^<!-- end -->/ { inside = 0 } inside; /^<!-- kernel: / { inside = 1 }' \
	"$readme" >"$work/old/kernel"

case $what in
--update)
	awk -v folder="$work/new" -f "$top/tests/project/splice.awk" "$readme" >"$work/README.md"
	cp "$work/README.md" "$readme"
	;;
--check)
	awk -f "$here/alike.awk" "$work/old/kernel" "$work/new/kernel" ||
		die "$readme is not what was measured; run $0 --update"
	;;
*) cat "$work/new/kernel" ;;
esac
