#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Record strided.csv.zst again: Perl changes a byte in each 64 KiB of a large string, eight times.
set -eu

usage() {
	cat <<-END
	usage: examples/simulator/traces/strided.sh
	Records strided.csv.zst again, in about a minute. Needs perl; see ../record/record.sh --help.
	END
}

# shellcheck source=tests/frame.sh
. "$(dirname "$0")/../../../tests/frame.sh"
[ $# -eq 0 ] || wrong_use "no argument is known"
[ -z "${THPSWAP_RECORD:-}" ] || THPSWAP_RECORD=$(realpath "$THPSWAP_RECORD")
cd "$(dirname "$0")"

# An empty environment: its size moves the stack, and so the recorded addresses.
# PERL_HASH_SEED: the order of hashes, and what they cost, in each run the same.
# shellcheck disable=SC2016 # the text is Perl
env -i PATH="$PATH" PERL_HASH_SEED=0 THPSWAP_RECORD="${THPSWAP_RECORD:-}" \
	../record/record.sh -o strided.csv.zst --regions 8 -- perl -e '
		my $size = 96 << 20;
		my $text = "\0" x $size;
		for my $round (1 .. 8) {
			for (my $i = $round << 12; $i < $size; $i += 65536) {
				vec($text, $i, 8) = $round;
			}
		}'
