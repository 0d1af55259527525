#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
set -eu

usage() {
	cat <<-END
	usage: examples/kernel/measure/boot.sh [--icount] [--files FOLDER] IMAGE MODE [ARGUMENT...]
	Compiles guest/, boots the Linux IMAGE in QEMU with it as init on one CPU, and prints
	the console. Fails unless the guest says that all went well.
	  --icount        rdtsc counts instructions, and two runs of one program count the same
	  --files FOLDER  put its files into the guest's root folder
	END
}

. "$(dirname "$0")/../../../tests/frame.sh"

here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

icount='' files=''
while :; do
	case ${1-} in
	--icount) icount='-icount shift=0,sleep=off' ;;
	--files)
		files=${2-}
		shift
		;;
	*) break ;;
	esac
	shift
done
[ $# -ge 2 ] || wrong_use "which image, and what is the guest to do?"
image=$1
shift
[ -e "$image" ] || die "$image: not there; examples/kernel/run.sh builds it"

# shellcheck disable=SC2086 # nothing, or the files
"$here/../guest/pack.sh" "$work/initramfs" ${files:+"$files"/*}
truncate -s 512M "$work/disk"

# A fixed clock: nothing of the host is left that could be counted.
status=0
# shellcheck disable=SC2086 # an option and its value, or nothing
timeout 600 qemu-system-x86_64 -accel tcg $icount -M q35 -smp 1 -m 1G -no-reboot -nodefaults \
	-display none -serial stdio -rtc base=2000-01-01,clock=vm \
	-kernel "$image" -initrd "$work/initramfs" \
	-drive "file=$work/disk,if=virtio,format=raw,cache=unsafe" \
	-append "console=ttyS0 loglevel=5 panic=-1 oops=panic brd.rd_size=131072 -- $*" \
	</dev/null >"$work/console" 2>&1 || status=$?
tr -d '\r' <"$work/console"
grep -q '^guest: [1-9][0-9]* passed, 0 failed, 0 skipped' "$work/console" ||
	die "the guest did not do well (status $status, console above)"
