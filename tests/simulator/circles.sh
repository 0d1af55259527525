#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
set -eu

usage() {
	cat <<-END
	usage: tests/simulator/circles.sh ARCHIVE
	Fails when files of ARCHIVE, a static library, need each other in a circle, and
	prints the circle. A file that needs nobody below it can be read alone.
	END
}

. "$(dirname "$0")/../frame.sh"

[ $# = 1 ] || wrong_use "one argument expected"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# "ARCHIVE[MEMBER]: SYMBOL TYPE": who defines a symbol, and who needs it.
nm --print-file-name --extern-only --format=posix "$1" >"$folder/symbols" || die "nm cannot read $1"
awk '
	{
		member = $1
		sub(/^.*\[/, "", member)
		sub(/\].*$/, "", member)
		sub(/\.c\.o$/, ".c", member)
	}
	$3 == "U" { needs[member, $2] }
	$3 != "U" { defines[$2] = member }
	END {
		for (need in needs) {
			split(need, part, SUBSEP)
			if (part[2] in defines && defines[part[2]] != part[1])
				print part[1], defines[part[2]]
		}
	}' "$folder/symbols" | sort -u >"$folder/edges"
[ -s "$folder/edges" ] || die "no file of $1 needs another one: that cannot be"
tsort "$folder/edges" >"$folder/order" 2>"$folder/circle" || {
	cat "$folder/circle" >&2
	die "$1: the files above need each other in a circle"
}
