#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
set -eu

usage() {
	cat <<-END
	usage: tests/project/kernel-doc.sh [TREE]
	Runs the kernel-doc of an unpacked Linux over the public headers; fails when it has
	anything to say. TREE is what examples/kernel/run.sh has unpacked in build/kernel, if
	it is not named. Not a test of tests/run.sh, which does without a kernel: .ci/run has it.
	END
}

. "$(dirname "$0")/../frame.sh"

cd "$(dirname "$0")/../.."
[ $# -le 1 ] || wrong_use "one argument at most"
[ $# -eq 1 ] || set -- build/kernel/*/
for tree; do
	for tool in "$tree/tools/docs/kernel-doc" "$tree/scripts/kernel-doc"; do
		[ -x "$tool" ] || continue
		complaints=$("$tool" -none include/thpswap/*.h 2>&1) || die "$tool: $complaints"
		[ -z "$complaints" ] || die "$complaints"
		exit 0
	done
done
die "$*: no Linux with a kernel-doc; examples/kernel/run.sh unpacks one in build/kernel, or name a tree"
