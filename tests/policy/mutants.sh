#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
set -eu

usage() {
	cat <<-END
	usage: tests/policy/mutants.sh [BUILD_FOLDER]
	Builds the library once for each line of tests/policy/mutants.txt, with that one
	condition wrong, and fails unless the tests notice every one: the enumeration
	of the decision, and the named test if the line names one.
	END
}

case ${1-} in
--help)
	usage
	exit 0
	;;
esac

die() {
	echo "mutants.sh: $*" >&2
	exit 1
}

cd "$(dirname "$0")/../.."
source=$(pwd)
if [ $# -eq 0 ]; then
	build=$(mktemp -d)
	trap 'rm -rf "$build"' EXIT
else
	mkdir -p "$1"
	build=$(cd "$1" && pwd)
	rm -f "$build"/*.o "$build"/*.c
fi
awk -f tests/policy/facts.awk include/thpswap/*.h >"$build/facts.h"
check_flags=$(pkg-config --cflags --libs check)
# One process for all tests is faster; a run that hangs counts as noticed.
export CK_FORK=no CK_VERBOSITY=normal
cd "$build"

compile() {
	gcc -std=c11 -O1 -w -I"$source/include" -I"$source/tests" -I"$build" -c "$@"
}

# link_tests OBJECT_OF_LIB...
link_tests() {
	for test in enumeration regressions; do
		# shellcheck disable=SC2086 # a list of flags
		gcc "test_$test.o" space.o oracle.o "$@" $check_flags -o "test_$test"
	done
}

other_objects() {
	for file in "$source"/lib/*.c; do
		name=$(basename "$file" .c)
		[ "$name" = "$1" ] || echo "$name.o"
	done
}

enumeration_is_red() {
	! CK_RUN_CASE=$1 timeout 60 ./test_enumeration >enumeration.log 2>&1
}

# The names of tests are in lower case: R01 is r01_cow_leak.
named_test_is_red() {
	timeout 60 ./test_regressions >regressions.log 2>&1 || true
	grep -q ":[FE]:[^:]*:$(echo "$1" | tr RD rd)_" regressions.log
}

fail() {
	echo "mutants.sh: lib/$file: '$original' -> '$mutated': $*" >&2
	failed=$((failed + 1))
}

try_mutant() {
	name=${file%.c}
	[ "$name" != "$last" ] && objects=$(other_objects "$name") && last=$name
	"$source/tests/mutate.sh" "$source/lib/$file" "$original" "$mutated" >mutant.c || {
		fail "does not apply; adapt tests/policy/mutants.txt"
		return
	}
	compile mutant.c || {
		fail "does not compile"
		return
	}
	# shellcheck disable=SC2086 # a list of objects
	link_tests mutant.o $objects
	enumeration_is_red "$name" || fail "survives the enumeration ($bug)"
	id=${bug%% *}
	[ "$id" = - ] || named_test_is_red "$id" || fail "survives the test named $id ($bug)"
}

for file in "$source"/lib/*.c "$source"/tests/policy/space.c "$source"/tests/policy/oracle.c \
	"$source"/tests/policy/test_enumeration.c "$source"/tests/policy/test_regressions.c; do
	compile "$file"
done
# shellcheck disable=SC2046 # a list of objects
link_tests $(other_objects none)
for test in enumeration regressions; do
	"./test_$test" >"$test.log" 2>&1 || {
		cat "$test.log" >&2
		die "test_$test fails without any mutant"
	}
done

tab=$(printf '\t')
tried=0
failed=0
last=
while IFS=$tab read -r file original mutated bug; do
	case $file in
	'#'*) continue ;;
	esac
	[ -n "$bug" ] || die "tests/policy/mutants.txt: fewer than four fields: $file $original"
	tried=$((tried + 1))
	try_mutant
done <"$source/tests/policy/mutants.txt"

# A named test that no mutant turns red proves nothing.
for id in $(sed -n 's/^START_TEST(\([rd][0-9]*\)_.*/\1/p' "$source/tests/policy/test_regressions.c" | tr rd RD); do
	grep -q "$tab$id " "$source/tests/policy/mutants.txt" ||
		die "tests/policy/mutants.txt has no mutant for the test named $id"
done
[ "$tried" -ge 25 ] || die "only $tried mutants in tests/policy/mutants.txt, expected at least 25"
[ "$failed" -eq 0 ] || die "$failed complaints about $tried mutants"
echo "$tried mutants, all noticed by the tests"
