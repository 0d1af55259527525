#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
set -eu

usage() {
	cat <<-END
	usage: tests/mutants/apply.sh FILE ORIGINAL MUTATED
	Prints FILE with the text ORIGINAL replaced by MUTATED. Both are taken literally, but
	\\n stands for the end of a line and \\t for a tab. Fails unless ORIGINAL occurs exactly
	once.
	END
}

. "$(dirname "$0")/../frame.sh"

[ $# = 3 ] || wrong_use "a file, a text and its replacement expected"
[ -n "$2" ] || wrong_use "the text to replace is empty"
[ -r "$1" ] || die "cannot read $1"

original=$2 mutated=$3 awk '
	function expand(text) {
		gsub(/\\n/, "\n", text)
		gsub(/\\t/, "\t", text)
		return text
	}
	{ text = text $0 "\n" }
	END {
		old = expand(ENVIRON["original"])
		new = expand(ENVIRON["mutated"])
		while (at = index(text, old)) {
			result = result substr(text, 1, at - 1) new
			text = substr(text, at + length(old))
			found++
		}
		printf "%s%s", result, text
		if (found == 1)
			exit 0
		printf "apply.sh: %s: \"%s\" occurs %d times, expected once\n", \
			FILENAME, ENVIRON["original"], found | "cat >&2"
		exit 1
	}' "$1"
