#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
set -eu

usage() {
	cat <<-END
	usage: examples/simulator/traces/footprint.sh TRACE...
	Prints of each trace its size in KiB, the accesses it lists, its processes, and how
	many MiB of pages are accessed and written, and of 2 MiB regions accessed, by
	the process that uses most.
	END
}

# shellcheck source=tests/frame.sh
. "$(dirname "$0")/../../../tests/frame.sh"
[ $# -gt 0 ] || wrong_use "which TRACE?"

# Prints the text of a trace.
text_of() {
	case $1 in
	*.gz) gzip -dc "$1" ;;
	*.zst) zstd -qdc "$1" ;;
	*) cat "$1" ;;
	esac
}

printf '%-24s %6s %9s %9s %9s %9s %9s\n' trace KiB accesses processes pages written regions
for trace; do
	[ -r "$trace" ] || die "$trace: cannot be read; check its name"
	kib=$(($(wc -c <"$trace") / 1024))
	text_of "$trace" | awk -F , -v name="$(basename "$trace")" -v kib="$kib" '
		function most(count,    pid, largest) {
			largest = 0
			for (pid in count)
				if (count[pid] > largest)
					largest = count[pid]
			return largest
		}
		# A page is the address without its last three digits.
		{ page = substr($3, 1, length($3) - 3) }
		$5 == "fork" { processes++ }
		$5 != "r" && $5 != "w" { next }
		{ accesses++ }
		!(($2, page) in seen) { seen[$2, page]; pages[$2]++ }
		$5 == "w" && !(($2, page) in dirty) { dirty[$2, page]; written[$2]++ }
		{
			# 512 pages are two digits and a half.
			digit = index("0123456789abcdef", substr(page, length(page) - 2, 1)) - 1
			region = substr(page, 1, length(page) - 3) " " int(digit / 2)
		}
		!(($2, region) in known) { known[$2, region]; regions[$2]++ }
		END {
			printf "%-24s %6d %9d %9d %9.1f %9.1f %9d\n", name, kib, accesses, processes + 1,
				most(pages) / 256, most(written) / 256, 2 * most(regions)
		}'
done
