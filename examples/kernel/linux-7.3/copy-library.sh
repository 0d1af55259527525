#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
set -eu

usage() {
	cat <<-END
	usage: examples/kernel/linux-7.3/copy-library.sh TREE
	Copies what is proved, the library and the handlers, into TREE/mm/thpswap, and its
	checksums as proved.sha256, which the kernel build holds them against. Touches only
	what differs. TREE is an unpacked Linux.
	END
}

. "$(dirname "$0")/../../../tests/frame.sh"
[ $# = 1 ] || wrong_use "one argument expected"
[ -f "$1/mm/memory.c" ] || die "$1 is no Linux tree: mm/memory.c is missing"

here=$(cd "$(dirname "$0")" && pwd)
thpswap=$(cd "$1" && pwd)/mm/thpswap

# Prints the files that are proved, each with the place it has in mm/thpswap.
proved() {
	for source in lib/*.c; do
		echo "$source $(basename "$source")"
	done
	for header in include/thpswap/*.h; do
		echo "$header $header"
	done
	for handler in reviewed.c posted.c steps.h constants.h; do
		echo "examples/handler/$handler $handler"
	done
}

cd "$here/../../.."
proved | while read -r from to; do
	[ -f "$from" ] || die "$from is missing"
	"$here/update.sh" "$thpswap/$to" <"$from"
done
# Of the files in the repository: a copy that went wrong must not vouch for itself.
proved | while read -r from to; do
	echo "$(sha256sum <"$from" | cut -d' ' -f1)  $to"
done | "$here/update.sh" "$thpswap/proved.sha256"
