#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
set -eu

usage() {
	cat <<-END
	usage: examples/kernel/run.sh [--source DIR|TARBALL] [--debug] [--posted] [--shadow]
	                              [--only PATTERN | --zswap | --kunit | --stress SECONDS]
	Installs the Debian packages that are missing, has source.sh get Linux 7.3 into
	build/kernel, has linux-7.3/prepare.sh put the library into it, builds it, boots
	it in QEMU, runs the tests of guest/ there, and prints how each went. Fails when
	one failed, or the kernel complained.
	  --source DIR|TARBALL
	                    take this Linux, instead of what source.sh finds or has found
	  --only PATTERN    the tests with such a name, a part of it or a pattern: 'zram/*'
	  --debug           a kernel with lockdep, page poisoning and other checks of its own
	  --posted          the library decides as the posted patch does, not as the reviewed one
	  --shadow          the kernel decides as before, and counts where the library would differ
	  --zswap           run the tests that switch zswap on, which cannot be undone in one
	                    boot, and nothing else; with --only, those of that name
	  --kunit           run the library's tables inside the kernel, and nothing else
	  --stress SECONDS  run the stress test for so long, and nothing else
	END
}

. "$(dirname "$0")/../../tests/frame.sh"

say() {
	echo "run.sh: $*" >&2
}

logged() {
	log=$1
	shift
	"$@" >"$log" 2>&1 </dev/null || {
		cat "$log" >&2
		die "failed (output above, and in build/kernel/${log##*/}): $*"
	}
}

parse() {
	while [ $# -gt 0 ]; do
		case $1 in
		--debug) base=debug checks=page_poison=1 ;;
		--posted) posted=-posted ;;
		--shadow) shadow=-shadow ;;
		--kunit) guest=kunit ;;
		--zswap) guest=zswap ;;
		--source)
			[ -e "${2-}" ] || wrong_use "--source needs a directory or a tarball that exists"
			source=$(realpath "$2")
			shift
			;;
		--only)
			[ -n "${2-}" ] || wrong_use "--only needs a part of a test's name, or a pattern"
			only=$2
			shift
			;;
		--stress)
			expr "${2-}" : '[1-9][0-9]*$' >/dev/null || wrong_use "--stress needs seconds"
			guest="stress $2"
			limit=$((limit + $2))
			shift
			;;
		*) wrong_use "unknown argument '$1'" ;;
		esac
		shift
	done
}

fragment() {
	grep -h '^CONFIG_' linux-7.3/config/base | sed "${posted:+s/_REVIEWED=/_POSTED=/}"
	[ $base = release ] || grep -h '^CONFIG_' "linux-7.3/config/$base"
	[ -z "$shadow" ] || echo CONFIG_THPSWAP_SHADOW=y
}

# A switched option concerns few objects, which make finds. A copied directory for each variant
# would be built anew: objtool notices its new path, and every object depends on objtool.
configure() {
	mkdir -p "$objects"
	fragment >"$out/fragment"
	logged "$objects.log" env KCONFIG_ALLCONFIG="$out/fragment" \
		make -s -C "$tree" O="$objects" allnoconfig
	lost=$(grep -vxF -f "$objects/.config" "$out/fragment") || return 0
	die "Linux does not take these options of linux-7.3/config:" "$lost"
}

build() {
	image=$objects/arch/x86/boot/bzImage
	[ -e "$image" ] || say "building Linux (${objects##*/}), which takes some minutes"
	logged "$objects.log" make -s -j2 -C "$objects" bzImage
}

pack() {
	[ -n "$(find guest -newer "$out/initramfs" 2>/dev/null || echo missing)" ] || return 0
	logged "$out/guest.log" guest/pack.sh "$out/initramfs"
}

# Usage: boot NUMBER KERNEL-ARGUMENTS. The second disk writes slowly: a page can be met while
# it is written.
boot() {
	rm -f "$out/vda$1" "$out/vdb$1"
	truncate -s 512M "$out/vda$1" "$out/vdb$1"
	disk=if=virtio,format=raw,cache=unsafe,file=$out
	timeout --foreground "$limit" qemu-system-x86_64 -accel tcg -M q35 -smp 2,sockets=2 -m 1G \
		-no-reboot -nodefaults -display none -serial stdio \
		-kernel "$image" -initrd "$out/initramfs" \
		-drive "$disk/vda$1" -drive "$disk/vdb$1,throttling.bps-write=8388608" \
		-append "console=ttyS0 panic=-1 oops=panic brd.rd_size=131072 $checks $2" \
		</dev/null >"$console$1.raw" 2>&1 || echo "run.sh: QEMU: status $?" >>"$console$1.raw"
	tr -d '\r' <"$console$1.raw" >"$console$1"
	rm -f "$console$1.raw" "$out/vda$1" "$out/vdb$1"
}

# Emulated, a guest uses one core: the tests are shared between two.
boot_all() {
	rm -f "$console"?
	case $guest in
	kunit) boot 1 'kunit.enable=1 kunit.autorun=1 kunit_shutdown=reboot' ;;
	tests | zswap)
		boot 2 "-- $guest $only 1 2" &
		boot 1 "-- $guest $only 0 2"
		wait $! || die "the second guest was not booted"
		;;
	*) boot 1 "-- $guest" ;;
	esac
}

# What the kernel prints when something is wrong with it. A memory failure is what a test asks for.
splats='BUG:|BUG [a-z]|WARNING:|INFO: |Oops|possible .* detected|memory corruption|Kernel panic'

# KUnit has no closing line of its own: all suites that were announced must have come to an end.
results() {
	if [ "$guest" != kunit ]; then
		grep -E '^(ok|guest:) ' "$1" || true
	else
		awk '/^1\.\.[0-9]/ { announced = substr($1, 4) }
			/^(not )?ok / { suites++ }
			/^    ok / {
				result = / # SKIP/ ? "skip" : "ok"
				count[result]++
				print result, $3
			}
			/^    not ok / { failed++ }
			END {
				if (announced && suites == announced)
					printf "kunit: %d passed, %d failed, %d skipped\n",
						count["ok"], failed, count["skip"]
			}' "$1"
	fi
}

# Prints what is wrong with what is on a console.
judge() {
	grep -v 'Memory failure: ' "$1" | grep -m 1 -E "$splats" ||
		grep -m 1 '^ *not ok ' "$1" || {
		running=$(sed -n 's/^run //p' "$1" | tail -n 1)
		results "$1" | grep -q -E '^(guest|kunit): [0-9]+ passed, 0 failed, 0 skipped' ||
			grep -m 1 '^skip ' "$1" ||
			echo "the guest did not come to an end, but to: ${running:-the boot}." \
				"$(grep '^run.sh: QEMU: ' "$1" | sed 's/status 124/time is up/')"
	}
}

judge_all() {
	verdict=good
	for each in "$console"?; do
		wrong=$(judge "$each")
		[ -n "$wrong" ] || continue
		cat "$each" >&2
		say "$wrong (console above, and in build/kernel/${each##*/})"
		verdict=bad
	done
	[ $verdict = good ] || exit 1
	for each in "$console"?; do
		results "$each"
	done >"$out/results"
	grep -q '^ok ' "$out/results" || die "no test was run"
	awk -f table.awk "$out/results"
}

source='' base=release checks='' posted='' shadow='' guest=tests only='*' limit=600
parse "$@"
cd "$(dirname "$0")"
../../tests/packages.sh build kernel
mkdir -p ../../build/kernel
out=$(cd ../../build/kernel && pwd)
tree=$out/linux
objects=$out/$base
console=$objects$posted$shadow.console
exec 9>"$out/lock"
flock 9
./source.sh ${source:+--source "$source"} "$out"
./linux-7.3/prepare.sh "$tree"
configure
build
pack
boot_all
judge_all
