#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Record sequential.csv.zst again: xz decompresses with a window of 64 MiB.
set -eu

usage() {
	cat <<-END
	usage: examples/simulator/traces/sequential.sh
	Records sequential.csv.zst again, in about a minute. Needs xz, seq; see ../record/record.sh --help.
	END
}

# shellcheck source=tests/frame.sh
. "$(dirname "$0")/../../../tests/frame.sh"
[ $# -eq 0 ] || wrong_use "no argument is known"
[ -z "${THPSWAP_RECORD:-}" ] || THPSWAP_RECORD=$(realpath "$THPSWAP_RECORD")
cd "$(dirname "$0")"

packed=$(mktemp)
trap 'rm -f "$packed"' EXIT
seq 1 5500000 | xz --lzma2=preset=0,dict=64MiB >"$packed"

# An empty environment: its size moves the stack, and so the recorded addresses.
env -i PATH="$PATH" THPSWAP_RECORD="${THPSWAP_RECORD:-}" \
	../record/record.sh -o sequential.csv.zst --regions 8 -- xz -dc <"$packed" >/dev/null
