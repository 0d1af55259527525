#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
set -eu

usage() {
	cat <<-END
	usage: examples/kernel/guest/pack.sh INITRAMFS [FILE]...
	Compiles the guest, and packs it as init, with the FILEs beside it, for QEMU.
	END
}

. "$(dirname "$0")/../../../tests/frame.sh"

case ${1-} in
'') wrong_use "where to?" ;;
esac
initramfs=$1
shift

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/root"
gcc -static -pthread -O2 -g -Wall -Wextra -Werror -o "$work/root/init" "$(dirname "$0")"/*.c
[ $# = 0 ] || cp "$@" "$work/root/"
(cd "$work/root" && find . >../list && cpio -o -H newc --quiet -R 0:0 <../list >../initramfs)
mv "$work/initramfs" "$initramfs"
