#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
set -eu

usage() {
	cat <<-END
	usage: tests/project/callers.sh [FILE]...
	A fact that a caller leaves out is false without a word. Fails when an initialiser of
	struct thpswap_slots or struct thpswap_..._facts in FILE, by default in all C files of
	examples/ and of the benchmark, does not name every member that the headers give the struct.
	END
}

. "$(dirname "$0")/../frame.sh"

cd "$(dirname "$0")/../.."
# shellcheck disable=SC2046 # a list of names
[ $# -gt 0 ] || set -- $(git -c safe.directory='*' ls-files -co --exclude-standard examples tests/policy/bench | grep '\.[ch]$')
total=0
wrong=
[ $# -gt 0 ] || die "no C file in examples/"
# Without comments: one that names a fact does not set it. Lines keep their numbers.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for file; do
	[ -r "$file" ] || die "$file: no such file"
	gcc -fpreprocessed -dD -E -x c "$file" 2>/dev/null | sed 's/^#.*//' >"$work/code"
	awk -v file="$file" '
		function complain(what) {
			printf "%s: struct thpswap_%s: %s\n", file, tag, what
			wrong = 1
		}
		# The text from its first brace to the one that closes it; rest is what follows.
		function braces(text,  i, c, depth) {
			for (i = 1; i <= length(text); i++) {
				c = substr(text, i, 1)
				depth += c == "{" ? 1 : c == "}" ? -1 : 0
				if (c == "}" && depth == 0)
					break
			}
			rest = substr(text, i + 1)
			return substr(text, 1, i)
		}
		function check(initialiser,  i, n, member) {
			n = split(members[tag], member, " ")
			for (i = 1; i <= n; i++)
				if (initialiser !~ "[{,][ \t]*[.]" member[i] "[ \t]*=")
					complain("." member[i] " is missing; say what it is, if only false")
			seen++
		}
		FILENAME ~ /^include\// {
			if (/^struct thpswap_[a-z_]+ \{$/) {
				tag = $2
				sub(/^thpswap_/, "", tag)
			} else if (/^};/) {
				tag = ""
			} else if (tag != "" && /^\t(unsigned int|bool|enum [a-z_]+) [a-z_]+;$/) {
				member = $NF
				sub(/;$/, "", member)
				members[tag] = members[tag] " " member
			}
			next
		}
		{ text = text " " $0 }
		END {
			while (match(text, /struct thpswap_(slots|[a-z_]+_facts)[^a-z_]/)) {
				tag = substr(text, RSTART + 15, RLENGTH - 16)
				text = substr(text, RSTART + RLENGTH - 1)
				if (match(text, /^[ \t]*\)[ \t]*[{]/) ||
				    match(text, /^[ \t]+[a-z_]+[ \t]*=[ \t]*[{]/)) {
					check(braces(substr(text, RLENGTH)))
					text = rest
				} else if (tag != "slots" &&
				           match(text, /^[ \t]+[a-z_]+[ \t]*(;|,[^)]*;|\[)/)) {
					complain("facts are set in one initialiser, so that none is forgotten:" \
						substr(text, 1, 40))
				}
			}
			print seen + 0 >seen_in
			exit wrong
		}' seen_in="$work/seen" include/thpswap/*.h "$work/code" >&2 || wrong=yes
	total=$((total + $(cat "$work/seen")))
done
[ "$total" -gt 0 ] || die "no initialiser of facts was found: that cannot be"
[ -z "$wrong" ]
