#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
set -eu

usage() {
	cat <<-END
	usage: examples/kernel/mutants.sh
	Boots a kernel for each line of mutants.txt, with that one rule of the library
	wrong, and fails unless a test in the guest notices each. Run run.sh before it.
	END
}

die() {
	echo "mutants.sh: $*" >&2
	exit 1
}

case ${1-} in
--help)
	usage
	exit 0
	;;
'') ;;
*) die "unknown argument '$1'; see --help" ;;
esac

cd "$(dirname "$0")/../.."
[ -e build/kernel/release/arch/x86/boot/bzImage ] || die "no kernel; run examples/kernel/run.sh first"
source=$(pwd)
work=$(mktemp -d)
# The next run of run.sh finds the library wrong, and builds it again.
trap 'rm -rf "$work"' EXIT

# A copy of the repository with its own library, and the kernel that is there already.
cp -r lib include examples tests "$work"
mkdir "$work/build"
ln -s "$source/build/kernel" "$work/build/kernel"

survivors=0
tab=$(printf '\t')
grep -v '^#' examples/kernel/mutants.txt >"$work/list"
while IFS="$tab" read -r file original mutated rule <&3; do
	tests/mutate.sh "lib/$file" "$original" "$mutated" >"$work/lib/$file"
	if "$work/examples/kernel/run.sh" >"$work/log" 2>&1; then
		echo "survived: $rule ($file: $mutated)"
		survivors=$((survivors + 1))
	elif noticed=$(grep -c '^not ok ' "$work/log"); then
		echo "noticed by $noticed tests: $rule"
	else
		cat "$work/log" >&2
		die "no test failed, but run.sh did: $rule"
	fi
	cp "lib/$file" "$work/lib/$file"
done 3<"$work/list"
[ "$survivors" = 0 ] || die "$survivors mutants survived"
