# shellcheck shell=sh disable=SC2154,SC2034
# SPDX-License-Identifier: GPL-2.0-only
# Judges "enumeration" and "test": the library's tests, built once, with one object exchanged.

policy_compile() {
	gcc -std=c11 -O1 -w -I"$source/include" -I"$source/tests" -I"$policy" -c "$@"
}

policy_link() { # OBJECT_OF_LIB...
	for policy_test in enumeration regressions; do
		# shellcheck disable=SC2086 # a list of flags
		gcc "test_$policy_test.o" space.o oracle.o "$@" $check_flags -o "test_$policy_test"
	done
}

prepare_enumeration() {
	policy=$build/policy
	[ "${policy_ready-}" != yes ] || return 0
	policy_ready=yes
	check_flags=$(pkg-config --cflags --libs check)
	# One process for all tests is faster; a run that hangs counts as noticed.
	export CK_FORK=no CK_VERBOSITY=normal
	rm -rf "$policy"
	mkdir "$policy"
	awk -f "$source/tests/policy/facts.awk" "$source"/include/thpswap/*.h >"$policy/facts.h"
	(
		cd "$policy"
		policy_compile "$source"/lib/*.c "$source"/tests/policy/space.c "$source"/tests/policy/oracle.c \
			"$source"/tests/policy/test_enumeration.c "$source"/tests/policy/test_regressions.c
		# shellcheck disable=SC2046 # a list of objects
		policy_link $(policy_objects none)
		for policy_test in enumeration regressions; do
			"./test_$policy_test" >"$policy_test.log" 2>&1 || {
				cat "$policy_test.log" >&2
				die "test_$policy_test fails without any mutant"
			}
		done
	)
}

# A named test that no mutant turns red proves nothing.
prepare_test() {
	prepare_enumeration
	for name in $(sed -n 's/^START_TEST(\([rd][0-9]*\)_.*/\1/p' "$source/tests/policy/test_regressions.c"); do
		grep -qE "test:$name( |\$)" "$table" || die "$table has no mutant for the test named $name"
	done
}

policy_objects() { # NAME_LEFT_OUT
	for policy_source in "$source"/lib/*.c; do
		name=$(basename "$policy_source" .c)
		[ "$name" = "$1" ] || echo "$name.o"
	done
}

# Leaves the two programs with the mutant in them.
policy_build() {
	[ "${policy_built-}" != "$file $original $mutated" ] || return 0
	# shellcheck disable=SC2046 # a list of objects
	policy_compile "$mutant" && policy_link mutant.o $(policy_objects "$(basename "$file" .c)") || return 1
	policy_built="$file $original $mutated"
}

judge_enumeration() {
	answer=broken
	cd "$policy"
	if ! policy_build; then
		why="does not compile"
	elif CK_RUN_CASE=$(basename "$file" .c) timeout 60 ./test_enumeration >enumeration.log 2>&1; then
		answer=survived
	else
		answer=rejected
	fi
	cd "$source"
}

# Without a name, as with --all: any named test.
judge_test() {
	answer=broken
	cd "$policy"
	if ! policy_build; then
		why="does not compile"
	else
		timeout 60 ./test_regressions >regressions.log 2>&1 || true
		why=$(sed -n 's/.*:[FE]:[^:]*:\([rd][0-9]*\)_.*/\1/p' regressions.log | sort -u | paste -sd' ' -)
		answer=survived
		case " $why " in
		"  ") ;;
		*" ${word#test:} "*) answer=rejected ;;
		*) [ -n "$word" ] || answer=rejected ;;
		esac
	fi
	cd "$source"
}
