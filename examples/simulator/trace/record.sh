#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Record a trace of an unmodified program, for thpswap-sim run.
set -eu

usage() {
	cat <<'EOF'
usage: examples/simulator/trace/record.sh [-o FILE] [-w W] -- PROGRAM [ARGS...]

Run PROGRAM under valgrind, about a thousand times slower than usual, and write
the pages it reads and writes to FILE, for "thpswap-sim run FILE".

  -o FILE   the trace; compressed if the name ends in .gz (trace.csv.gz)
  -w W      list a page again after W instructions (100000)
  --help    this text

Only the process that is started is recorded, as process 1, not its children.
Its input, output and exit status are its own. The trace appears once PROGRAM has
ended by itself; a program that is killed or cannot be started leaves none.

Needs valgrind, and thpswap-sim: $THPSWAP_SIM, else build/release/ of this
repository.
EOF
}

. "$(dirname "$0")/../../../tests/frame.sh"

# Other statuses are the program's own.
die() {
	echo "$script: $*" >&2
	exit 2
}

output=trace.csv.gz
window=100000
while [ $# -gt 0 ]; do
	case $1 in
	-o | -w)
		[ $# -gt 1 ] || wrong_use "$1 needs a value"
		if [ "$1" = -o ]; then output=$2; else window=$2; fi
		shift 2
		;;
	--)
		shift
		break
		;;
	-*) wrong_use "unknown option $1" ;;
	*) break ;;
	esac
done
[ $# -gt 0 ] || wrong_use "no PROGRAM given"

# It takes the place of what is there: never that of a device.
[ ! -e "$output" ] || [ -f "$output" ] || die "$output: not a file; choose another place"

simulator=${THPSWAP_SIM:-$(dirname "$0")/../../../build/release/examples/simulator/thpswap-sim}
[ -x "$simulator" ] ||
	die "no thpswap-sim in build/release; run examples/quickstart.sh or set THPSWAP_SIM"
command -v valgrind >/dev/null || die "valgrind is missing; apt-get install valgrind"
command -v "$1" >/dev/null || die "$1: no such program; check its name"

# In the folder of the output, so that the last step is one rename.
scratch=$(mktemp -d "$output.XXXXXX" 2>/dev/null) || die "$output: cannot be written; choose another place"
trap 'rm -rf "$scratch"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
trace=$scratch/$(basename "$output")

# Without these, libc copies with one instruction that valgrind counts, and runs,
# once for every byte.
GLIBC_TUNABLES=${GLIBC_TUNABLES:-glibc.cpu.hwcaps=-ERMS,-FSRM}
export GLIBC_TUNABLES

# The accesses go through descriptor 9, PROGRAM keeps its own output.
exec 8>&1
{
	status=0
	valgrind --tool=lackey --trace-mem=yes --basic-counts=no --trace-children=no \
		--child-silent-after-fork=yes --log-fd=9 "$@" 9>&1 >&8 8>&- || status=$?
	echo "$status" >"$scratch/status"
} | "$simulator" reduce --window="$window" --command="$*" --output="$trace" ||
	die "no trace was written, see above"
exec 8>&-

status=$(cat "$scratch/status")
[ "$status" -lt 126 ] || die "$1 was killed or could not run (status $status); no trace was written"
mv "$trace" "$output"
[ "$status" -eq 0 ] || echo "record.sh: $1 ended with status $status; the trace is complete" >&2
exit "$status"
