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
[ $# -gt 0 ] || die "no C file in examples/"
awk '
	function check(  i, n, member) {
		n = split(members[tag], member, " ")
		for (i = 1; i <= n; i++)
			if (!match(text, "[.]" member[i] "[^A-Za-z0-9_]")) {
				printf "%s:%d: struct thpswap_%s: .%s is missing; say what it is, if only false\n",
					FILENAME, begin, tag, member[i]
				wrong = 1
			}
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
	FNR == 1 { depth = 0 }
	depth == 0 && match($0, /struct thpswap_(slots|[a-z_]+_facts)(\)[{]| [a-z_]+ = [{])/) {
		tag = substr($0, RSTART + 15, RLENGTH - 15)
		sub(/[^a-z_].*$/, "", tag)
		$0 = substr($0, RSTART + RLENGTH - 1)
		begin = FNR
		text = ""
		inside = 1
	}
	inside {
		text = text " " $0 " "
		depth += gsub(/[{]/, "&") - gsub(/[}]/, "&")
		if (depth <= 0) {
			check()
			inside = depth = 0
		}
	}
	END {
		if (!wrong && seen == 0) {
			print "no initialiser of facts was found: that cannot be"
			wrong = 1
		}
		exit wrong
	}' include/thpswap/*.h "$@" >&2
