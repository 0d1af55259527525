#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
set -eu

usage() {
	cat <<-END
	usage: examples/kernel/linux-7.3/prepare.sh TREE
	Gives an unpacked Linux 7.3 PMD swap entries that libthpswap decides about: inserts
	lines and semantic patches (changes/), new files (files/), the library, and its truth
	tables. Files that are as they should be are not touched, so it can be repeated.
	END
}

. "$(dirname "$0")/../../../tests/frame.sh"

# Usage: update NEW FILE
update() {
	"$here/update.sh" "$2" <"$1"
}

targets_of() {
	sed -n 's,^// target: ,,p' "$1" | tr ' ' '\n'
}

# Every change starts from the file as it was unpacked.
stage_originals() {
	for file in $(sed -n 's/^file //p' "$here"/changes/*.edit) \
		$(for patch in "$here"/changes/*.cocci; do targets_of "$patch"; done); do
		[ -f "$tree/$file" ] || die "$tree/$file: not there; is this Linux 7.3?"
		[ -f "$work/orig/$file" ] || update "$tree/$file" "$work/orig/$file"
	done
	rm -rf "$work/stage"
	cp -a "$work/orig" "$work/stage"
}

# Coccinelle is content when nothing matches. We are not.
apply_semantic_patch() {
	grep -q '^// target: ' "$1" || die "$1: names no target"
	grep -q '^// expect: ' "$1" || die "$1: expects nothing"
	for file in $(targets_of "$1"); do
		spatch --very-quiet --sp-file "$1" --in-place "$work/stage/$file" \
			>"$work/spatch.log" 2>&1 || die "$1: spatch failed: $(tail -n 3 "$work/spatch.log")"
		sed -n 's,^// expect: ,,p' "$1" >"$work/expected"
		while read -r regex; do
			! grep -Eq -- "$regex" "$work/orig/$file" ||
				die "$1: '$regex' is in $file already: it would show nothing"
			grep -Eq -- "$regex" "$work/stage/$file" ||
				die "$1: no match for '$regex' in $file afterwards: the kernel has changed"
		done <"$work/expected"
	done
}

case ${1-} in
'')
	wrong_use "which kernel tree?"
	;;
esac

[ -f "$1/mm/memory.c" ] || die "$1 is no Linux tree: mm/memory.c is missing"
here=$(cd "$(dirname "$0")" && pwd)
tree=$(cd "$1" && pwd)
work=$tree/.thpswap

# Another kernel in the same place has other originals.
if ! cmp -s "$tree/Makefile" "$work/Makefile"; then
	rm -rf "$work"
	update "$tree/Makefile" "$work/Makefile"
fi

# Coccinelle takes seconds, and the changes seldom change.
changes=$(cat "$here/insert.awk" "$here"/changes/* | sha256sum)
if ! [ "$changes" = "$(cat "$work/staged" 2>/dev/null)" ]; then
	rm -f "$work/staged"
	stage_originals
	awk -v root="$work/stage" -f "$here/insert.awk" "$here"/changes/*.edit
	for patch in "$here"/changes/*.cocci; do
		apply_semantic_patch "$patch"
	done
	echo "$changes" >"$work/staged"
fi

(cd "$work/stage" && find . -type f) | while read -r file; do
	update "$work/stage/$file" "$tree/$file"
done
(cd "$here/files" && find . -type f) | while read -r file; do
	update "$here/files/$file" "$tree/$file"
done
"$here/copy-library.sh" "$tree"
"$here/golden-tables.sh" "$tree"
