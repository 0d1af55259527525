#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Record a trace of an unmodified program, for thpswap-sim run.
set -eu

usage() {
	cat <<-'END'
	usage: record.sh -o FILE [--regions K] [--limit N] -- PROGRAM [ARGUMENT...]

	Runs PROGRAM under QEMU and writes the pages that it and its forked children read
	and write, and what they map, to FILE. The format is described in ../TRACES.md.

	  -o FILE      the trace; a name that ends in .gz or .zst is compressed
	  --regions K  leave out what a memory of K huge pages of 2 MiB cannot miss: 1 to
	               64, and 4 if it is not given; 0 lists every access
	  --limit N    end the program after N listed accesses; N may end in k or M
	  --help       this text

	The program keeps its input, output and exit status. What it executes is not
	recorded, but said at the end. Ctrl-C or SIGTERM ends the program; FILE then holds
	what was recorded. Exit status: that of PROGRAM, 128 and the signal if one killed
	it, 0 at the limit, 2 if no trace was written.

	Needs qemu-x86_64 (tests/packages.sh record). The recorder is looked for in
	$THPSWAP_RECORD, else in build/release of this repository, where it is built if
	it is not there.
	END
}

fail() {
	echo "record.sh: $1" >&2
	exit 2
}

# Prints a number of accesses: "20k" is 20000.
number_of() {
	digits=${1%[kM]}
	case $digits in
	'' | *[!0-9]* | ?????????????*) fail "--limit $1: not a number; give 1000, 20k or 3M" ;;
	esac
	case $1 in
	*k) echo "${digits}000" ;;
	*M) echo "${digits}000000" ;;
	*) echo "$digits" ;;
	esac
}

is_built() {
	[ -x "$THPSWAP_RECORD/thpswap-recorder" ] && [ -f "$THPSWAP_RECORD/thpswap-record.so" ]
}

output=
regions=4
limit=0
while [ $# -gt 0 ]; do
	case $1 in
	--help | -h)
		usage
		exit 0
		;;
	-o | --regions | --limit)
		[ $# -gt 1 ] || fail "$1 needs a value; see --help"
		case $1 in
		-o) output=$2 ;;
		--regions) regions=$2 ;;
		--limit)
			limit=$(number_of "$2")
			[ "$limit" -gt 0 ] || fail "--limit $2: nothing to record; give at least 1"
			;;
		esac
		shift 2
		;;
	--)
		shift
		break
		;;
	-*) fail "unknown option $1; see --help" ;;
	*) break ;;
	esac
done
case $regions in
[0-9] | [1-5][0-9] | 6[0-4]) ;;
*) fail "--regions $regions: not a number from 0 to 64" ;;
esac
[ -n "$output" ] || fail "where to? give -o FILE; see --help"
[ $# -gt 0 ] || fail "no PROGRAM given; see --help"

qemu=$(command -v qemu-x86_64) || fail "qemu-x86_64 is missing; run tests/packages.sh record"
program=$(command -v "$1") || fail "$1: no such program; check its name"
[ -f "$program" ] || fail "$1: not the file of a program; check its name"

# Of an ELF file: the magic number, 64 bits, and 62, which is x86-64.
kind=$(head -c 20 "$program" 2>/dev/null | od -An -v -tx1 | tr -d ' \n')
case $kind in
7f454c4602??????????????????????????3e00) ;;
2321*) fail "$1: a script; record its interpreter: record.sh -o $output -- INTERPRETER $program" ;;
*) fail "$1: not an x86-64 program" ;;
esac

# It takes the place of what is there: never that of a device, or of what is read.
[ ! -e "$output" ] || [ -f "$output" ] || fail "$output: not a file; choose another place"
for input in /dev/stdin "$program" "$@"; do
	# shellcheck disable=SC3013 # the shells of Debian and of busybox know -ef
	[ ! "$output" -ef "$input" ] || fail "$output: an input of the program; choose another place"
done

compressor=
case $output in
*.gz) compressor=gzip ;;
*.zst) compressor=zstd ;;
esac
[ -z "$compressor" ] || command -v "$compressor" >/dev/null ||
	fail "$compressor is missing; apt-get install $compressor"

if [ -z "${THPSWAP_RECORD:-}" ]; then
	root=$(realpath "$(dirname "$(realpath "$0")")/../../..")
	THPSWAP_RECORD=$root/build/release/examples/simulator/record
	is_built ||
		(cd "$root" && cmake --preset release &&
			cmake --build --preset release --target thpswap-record thpswap-recorder) \
			</dev/null >/dev/null ||
			fail "the recorder cannot be built, see above; run tests/packages.sh build sim record"
fi
is_built ||
	fail "$THPSWAP_RECORD: no recorder; see --help"

# QEMU takes a comma for the end of the name, and two for a comma.
plugin=$(printf '%s' "$THPSWAP_RECORD/thpswap-record.so" | sed 's/,/,,/g')
command="$*"
name=$1
shift
# The same random numbers, and so the same addresses, in each run.
exec "$THPSWAP_RECORD/thpswap-recorder" "$output" "$compressor" "$regions" "$limit" "$command" \
	"$qemu" -seed 1 -0 "$name" -plugin "$plugin" "$program" "$@"
