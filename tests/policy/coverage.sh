#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
set -eu

usage() {
	cat <<-END
	usage: tests/policy/coverage.sh BUILD_FOLDER
	Runs the Check tests over an instrumented library in BUILD_FOLDER, and fails
	unless they reach 100 % of the lines and branches of lib/ (gcc, lcov) and
	100 % MC/DC of its decisions (clang-19, llvm-cov-19). Prints the figures.
	END
}

. "$(dirname "$0")/../frame.sh"

[ $# -gt 0 ] || wrong_use "an argument is missing"

cd "$(dirname "$0")/../.."
source=$(pwd)
mkdir -p "$1"
build=$(cd "$1" && pwd)
# Left from another run, it would add to the figures of this one.
rm -rf "$build/gcc" "$build/clang"
mkdir -p "$build/gcc" "$build/clang"
awk -f tests/policy/facts.awk include/thpswap/*.h >"$build/facts.h"
check_flags=$(pkg-config --cflags --libs check)

# Builds the library with the given compiler and flags, and runs the tests over it.
# No -Werror: clang does not count "expression will not be covered" among its warnings.
run_tests() {
	for file in "$source"/lib/*.c; do
		"$@" -std=c11 -I"$source/include" -c "$file" 2>>compiler.log || break
	done
	if [ -s compiler.log ]; then
		cat compiler.log >&2
		die "$1 complains about lib/; what it leaves out cannot count as covered"
	fi
	for file in test_enumeration test_regressions test_names space oracle; do
		"$1" -std=c11 -O1 -I"$source/include" -I"$source/tests" -I"$build" -c "$source/tests/policy/$file.c"
	done
	for test in enumeration regressions names; do
		# shellcheck disable=SC2086 # lists
		"$@" "test_$test.o" space.o oracle.o $lib_objects $check_flags -o "test_$test"
		CK_FORK=no CK_VERBOSITY=minimal LLVM_PROFILE_FILE="$test.profraw" \
			"./test_$test" >"$test.log" 2>&1 || {
			cat "$test.log" >&2
			die "test_$test failed; fix that before looking at coverage"
		}
	done
}

# Fails unless FIGURE, in per cent, is there and is 100.
expect_all() {
	printf '%-9s %s %%\n' "$1" "${2:-no figure}"
	case ${2-} in
	100 | 100.0 | 100.00) ;;
	*)
		cat "$3" >&2
		die "$1 of lib/: expected 100 %, got '${2-}'; the report is $3"
		;;
	esac
}

lib_objects=
for file in lib/*.c; do
	lib_objects="$lib_objects $(basename "$file" .c).o"
done

cd "$build/gcc"
run_tests gcc -O0 -g --coverage
lcov --quiet --rc lcov_branch_coverage=1 --capture --directory . --base-directory "$source" \
	--output-file all.info 2>lcov.log || {
	cat lcov.log >&2
	die "lcov failed"
}
lcov --quiet --rc lcov_branch_coverage=1 --extract all.info "$source/lib/*" \
	--output-file lib.info
lcov --rc lcov_branch_coverage=1 --list lib.info >lcov.txt 2>lcov.log
files=$(grep -c '^SF:' lib.info || true)
[ "$files" -eq "$(find "$source/lib" -name '*.c' | wc -l)" ] ||
	die "figures for $files files of lib/ only; see $build/gcc/lcov.txt"

# Adds up one pair of records of lib.info, for example LH and LF: hit of found.
share() {
	awk -F: -v hit="$1" -v found="$2" '$1 == hit { h += $2 } $1 == found { f += $2 }
		END { if (f) printf "%.2f", int(h * 10000 / f) / 100 }' lib.info
}

expect_all lines "$(share LH LF)" "$build/gcc/lcov.txt"
expect_all branches "$(share BRH BRF)" "$build/gcc/lcov.txt"

cd "$build/clang"
run_tests clang-19 -O0 -g -fprofile-instr-generate -fcoverage-mapping -fcoverage-mcdc
llvm-profdata-19 merge -o tests.profdata ./*.profraw
llvm-cov-19 report --show-mcdc-summary --instr-profile tests.profdata test_enumeration \
	--object test_regressions --object test_names "$source"/lib/*.c >report.txt
# The heading says which of the last columns is MC/DC; a file without decisions has none.
mcdc=$(awk '/^Filename/ { for (i = 1; i <= NF; i++) if ($i == "MC/DC") known = 1 }
	known && $1 == "TOTAL" && $(NF - 2) > 0 {
		printf "%.2f", int(($(NF - 2) - $(NF - 1)) * 10000 / $(NF - 2)) / 100
	}' report.txt)
expect_all MC/DC "$mcdc" "$build/clang/report.txt"
