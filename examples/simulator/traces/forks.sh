#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Record forks.csv.zst again: Perl, like a server, forks workers that each change a part of its memory.
set -eu

usage() {
	cat <<-END
	usage: examples/simulator/traces/forks.sh
	Records forks.csv.zst again, in about a minute. Needs perl; see ../record/record.sh --help.
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
	../record/record.sh -o forks.csv.zst --regions 8 -- perl -e '
		my @rows = map { "x" x 1000 } 1 .. 40000;
		for my $worker (1 .. 16) {
			my $pid = fork() // die "fork: $!";
			if ($pid == 0) {
				for (my $i = $worker; $i < @rows; $i += 160) {
					substr($rows[$i], $worker, 1) = "y";
				}
				exit 0;
			}
			waitpid($pid, 0);
		}'
