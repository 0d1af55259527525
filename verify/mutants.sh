#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The proof must reject every mutant of tests/policy/mutants.txt.
set -eu

die() {
	echo "mutants.sh: $*" >&2
	exit 1
}

case ${1-} in
-h | --help)
	echo "usage: verify/mutants.sh [TABLE]   (default: tests/policy/mutants.txt)"
	echo "TABLE: file in lib/, original fragment, mutated fragment, bug; tab-separated, # comments."
	exit 0
	;;
esac

cd "$(dirname "$0")/.."
table=${1:-tests/policy/mutants.txt}
[ -r "$table" ] || die "cannot read $table"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
WHY3CONFIG=$work/why3.conf
export WHY3CONFIG
why3 -C "$WHY3CONFIG" config detect >/dev/null 2>&1 || die "why3 config failed"

# The same settings prove the original first, so a rejected mutant is no accident.
proved() { # FILE
	log=$work/log
	for pass in "-wp-no-let -wp-no-ground" -wp-let; do
		# shellcheck disable=SC2086 # $pass is a list of options
		timeout 300 frama-c -cpp-extra-args=-Iinclude -machdep gcc_x86_64 -wp -wp-rte $pass \
			-warn-unsigned-overflow -warn-unsigned-downcast -warn-signed-downcast \
			-wp-prop=-@assigns,-@terminates,-@exits \
			-wp-prover cvc4 -wp-timeout 2 -wp-par 2 -wp-cache none "$1" >"$log" 2>&1 ||
			die "$1: frama-c failed: $(tail -n 1 "$log")"
		counts=$(sed -n 's/^\[wp\] Proved goals: *\([0-9]*\) *\/ *\([0-9]*\).*/\1 \2/p' "$log")
		[ -n "$counts" ] || die "$1: no goals"
		[ "${counts% *}" != "${counts#* }" ] || return 0
		# Only the bit goals of the result need the second, slower pass.
		[ "$(basename "$1")" = result.c ] || return 1
	done
	return 1
}

tab=$(printf '\t')
total=0
survivors=0
originals=
while IFS="$tab" read -r name old new bug; do
	case $name in '' | '#'*) continue ;; esac
	[ -n "$bug" ] || die "$table: $name: expected four tab-separated fields"
	file=lib/$name
	[ -r "$file" ] || die "$table: no such file: $file"
	case " $originals " in
	*" $name "*) ;;
	*)
		proved "$file" || die "$file itself is not proved"
		originals="$originals $name"
		;;
	esac
	total=$((total + 1))
	OLD=$old NEW=$new awk '
		BEGIN { old = ENVIRON["OLD"]; new = ENVIRON["NEW"] }
		{
			at = index($0, old)
			if (at && !done) {
				$0 = substr($0, 1, at - 1) new substr($0, at + length(old))
				done = 1
			}
			print
		}
		END { exit !done }' "$file" >"$work/$name" || die "$table: \"$old\" is not in $file"
	if proved "$work/$name"; then
		echo "mutants.sh: survived: $file: $old -> $new ($bug)" >&2
		survivors=$((survivors + 1))
	fi
done <"$table"

[ "$total" -gt 0 ] || die "$table has no mutant"
[ "$survivors" -eq 0 ] || die "$survivors of $total mutants survived the proof"
echo "$total mutants, all rejected by the proof"
