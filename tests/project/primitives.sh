#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
set -eu

usage() {
	cat <<-END
	usage: tests/project/primitives.sh [HANDLER]...
	Holds the names that the fault handlers use, by default examples/handler/*.c
	and the steps they share, against the table examples/handler/primitives.md and against each world that the table says
	has them; fails on a name that is used and not in the table, in the table and not used,
	or said to be in a world that lacks it.
	END
}

. "$(dirname "$0")/../frame.sh"

cd "$(dirname "$0")/../.."
table=examples/handler/primitives.md
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=false

fail() {
	echo "$script: $*" >&2
	failed=true
}

# Code without its comments and strings. The preprocessor removes the comments; what it cannot
# find is not needed for that.
code() {
	gcc -fpreprocessed -dD -E "$@" 2>/dev/null | grep -v '^#' | sed 's/"[^"]*"//g'
}

# The names that somebody else must provide: calls that the file does not define itself, and
# words in capitals. thpswap_ is the library's.
used() {
	code "$@" | tr -d '\n' | tr '\t' ' ' | grep -oE '[A-Za-z_][A-Za-z0-9_]* ?\(' | tr -d ' (' |
		grep -vE '^(if|while|for|switch|return|sizeof|do)$'
	code "$@" | grep -oE '\b[A-Z][A-Z0-9_]{3,}\b' | grep -vE '^NULL$'
}

defined() {
	code "$@" | sed -n 's/^[a-z][A-Za-z_ *]*[ *]\([a-z_]*\)(.*/\1/p'
	code "$@" | grep -oE '^[a-z_]+\(' | tr -d '('
}

rows() { # COLUMN FROM THE END: the names whose cell there says yes, tree or port
	awk -F ' *[|] *' -v from_end="$1" '
		/^[|] `/ {
			name = $2
			gsub(/`/, "", name)
			if ($(NF - from_end) ~ /^(yes|tree|port)$/)
				print name
		}' "$table" | sort -u
}

# A world has a name if some file of it says so outside of a comment.
in_world() { # FOLDER...: all words of its C files
	find "$@" -name '*.[ch]' -print | while read -r file; do
		code "$file"
		grep -hE '^#define ' "$file" || true
	done | grep -oE '[A-Za-z_][A-Za-z0-9_]*' | sort -u
}

[ $# -gt 0 ] || set -- examples/handler/*.c
for file in "$@" examples/handler/steps.h; do
	[ -r "$file" ] || die "$file: no such file"
	defined "$file" >>"$work/defined"
	used "$file" >>"$work/all"
done
sort -u -o "$work/defined" "$work/defined"
grep -vE '^(thpswap_|THPSWAP_|HANDLER_REVISION$)' "$work/all" | sort -u |
	comm -23 - "$work/defined" >"$work/used"
rows 1 >"$work/linux"
rows 2 >"$work/prover"
rows 3 >"$work/model"
sort -u "$work/linux" "$work/prover" "$work/model" >"$work/table"
[ -s "$work/used" ] || die "no name was found in: $*"
[ -s "$work/table" ] || die "$table: no row"

for name in $(comm -23 "$work/used" "$work/table"); do
	fail "$name is used in a handler and not in $table; add a row, and what the worlds need"
done
for name in $(comm -13 "$work/used" "$work/table"); do
	fail "$name has a row in $table, and no handler uses it; remove the row"
done
in_world examples/simulator/model >"$work/words"
for name in $(comm -23 "$work/model" "$work/words"); do
	fail "$name: $table says that the model has it, but examples/simulator/model/ does not"
done
in_world verify/handler >"$work/words"
for name in $(comm -23 "$work/prover" "$work/words"); do
	fail "$name: $table says that the prover has it, but verify/handler/ does not"
done
# What the tree has by itself cannot be seen here; the kernel's compiler sees it.
awk -F ' *[|] *' '/^[|] `/ && $(NF - 1) == "port" { gsub(/`/, "", $2); print $2 }' "$table" |
	sort -u >"$work/port"
in_world examples/kernel/linux-* >"$work/words"
for name in $(comm -23 "$work/port" "$work/words"); do
	fail "$name: $table says that the port brings it, but examples/kernel/ does not"
done
! $failed
