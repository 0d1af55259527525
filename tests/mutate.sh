#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
set -eu

usage() {
	cat <<-END
	usage: tests/mutate.sh FILE ORIGINAL MUTATED
	Prints FILE with the text ORIGINAL replaced by MUTATED, both taken literally.
	Fails unless ORIGINAL occurs exactly once, within a line.
	END
}

. "$(dirname "$0")/frame.sh"

if [ $# -ne 3 ] || [ -z "$2" ]; then
	wrong_use "three arguments expected, the second not empty"
fi

original=$2 mutated=$3 awk '
	BEGIN { old = ENVIRON["original"]; new = ENVIRON["mutated"] }
	{
		line = ""
		rest = $0
		while (at = index(rest, old)) {
			line = line substr(rest, 1, at - 1) new
			rest = substr(rest, at + length(old))
			found++
		}
		print line rest
	}
	END {
		if (found == 1)
			exit 0
		printf "mutate.sh: %s: \"%s\" occurs %d times, expected once\n", \
			FILENAME, old, found | "cat >&2"
		exit 1
	}' "$1"
