#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Proves the fault handler over ghost resources, or says what is missing.
set -eu

usage() {
	cat <<USAGE
usage: verify/handler/prove.sh [--build DIR] [--handler FILE] [reviewed|posted]...
       verify/handler/prove.sh [--build DIR] [--handler FILE] --only FUNCTION PROPERTY

Proves examples/handler/huge_pmd_swap.c as it stands with Frama-C WP, in both
revisions unless one is named. Exits 0 if every goal of the reviewed revision is
proved, and exactly the goals in expected-failures.txt are not proved in the
posted one.

  --build DIR        write logs to DIR (default: build/proof-handler)
  --handler FILE     prove FILE instead
  --only FUN PROP    prove one property of one function, in the reviewed revision:
                     exit 0 proved, 1 not proved, 2 something went wrong
USAGE
}

die() {
	echo "handler/prove.sh: $*" >&2
	exit 2
}

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
build=$root/build/proof-handler
handler=$root/examples/handler/huge_pmd_swap.c
revisions=
only=
while [ $# -gt 0 ]; do
	case $1 in
	--build | --handler)
		[ $# -ge 2 ] || die "$1 needs a value, see --help"
		if [ "$1" = --build ]; then build=$2; else handler=$2; fi
		shift
		;;
	--only)
		[ $# -ge 3 ] || die "--only needs a function and a property, see --help"
		only=$2
		property=$3
		shift 2
		;;
	reviewed | posted) revisions="$revisions $1" ;;
	-h | --help)
		usage
		exit 0
		;;
	*) die "unknown option $1, see --help" ;;
	esac
	shift
done
for tool in frama-c why3 cvc4 jq; do
	command -v "$tool" >/dev/null || die "$tool not found: apt-get install frama-c-base why3 cvc4 jq"
done
[ -r "$handler" ] || die "cannot read $handler"
mkdir -p "$build"

# The user's own Why3 configuration must not decide what is proved here.
WHY3CONFIG=$build/why3.conf
export WHY3CONFIG
[ -s "$WHY3CONFIG" ] ||
	why3 -C "$WHY3CONFIG" config detect >"$build/why3.log" 2>&1 || die "see $build/why3.log"
grep -q '^name = "CVC4"' "$WHY3CONFIG" || die "why3 does not know CVC4, see $build/why3.log"

inlined=first_slot,validation_facts,mapping_facts,free_swap_facts,make_pmd,should_free_swap
functions=$(sed -n 's/^handler\t\([a-z_]*\)\t.*/\1/p' "$here/claims.txt" | paste -sd, -)
[ -n "$functions" ] || die "$here/claims.txt names no function"

# Pruning and ground simplification cost Qed half a minute a goal here, and CVC4 needs neither.
quick="-wp-no-core -wp-no-pruning -wp-no-ground -wp-no-simpl"

wp() { # REVISION LOG FILE OPTION...
	revision=$(echo "$1" | tr '[:lower:]' '[:upper:]')
	log=$2
	file=$3
	shift 3
	frama-c -machdep gcc_x86_64 \
		-cpp-extra-args="-DTHPSWAP_SWAPIN_REVISION=THPSWAP_$revision -I$root/include -I$here" \
		-kernel-warn-key annot:missing-spec=abort,annot-error=abort "$file" "$@" \
		-wp -wp-rte -wp-cache none -wp-session "$log.session" \
		-wp-prover cvc4 -wp-timeout 5 -wp-par 2 \
		-wp-warn-key pedantic-assigns=abort >"$log" 2>&1 ||
		die "frama-c failed on $file: $(grep -m 1 -A 1 Error "$log" || tail -n 1 "$log"), see $log"
	grep -q '^\[wp\] Proved goals:' "$log" || die "$file: no goals, see $log"
}

goals() { # LOG: each goal with its result
	sed -n 's/^\[wp\] \[[^]]*\] Goal typed_\([A-Za-z0-9_]*\) : \([A-Za-z]*\).*/\1\t\2/p' "$1"
}

if [ -n "$only" ]; then
	# shellcheck disable=SC2086 # $quick is a list of options
	wp reviewed "$build/only.log" "$handler" -inline-calls "$inlined" -remove-inlined "$inlined" \
		$quick -wp-fct "$only" -wp-prop "$property"
	! goals "$build/only.log" | grep -qv '	Valid$' || exit 1
	grep -q '^\[wp\] Proved goals: *[1-9]' "$build/only.log" || die "$only has no goal $property"
	exit 0
fi

# All that WP says in passing when a proof stands on sand. One hypothesis stays: that nothing the
# handler is given overlaps the constants N and its mask.
unsound='might be unsound|not yet supported|issing RTE guards|interpreted as reads nothing|using unguarded behavior|Considered valid|Degenerate|skipped'
sound() { # LOG
	! grep -E "$unsound" "$1" >&2 || die "WP made a reservation, see $1"
	# shellcheck disable=SC2016 # no expansion wanted
	! grep '\\separated' "$1" | grep -v '&hpage_pmd_nr' >&2 ||
		die "the proof assumes that pointers do not overlap, see $1"
}

status=0
wp reviewed "$build/bits.log" "$here/bits.c" -wp-fct fault_bits_in_numbers
if goals "$build/bits.log" | grep -v '	Valid$' >&2; then
	echo "handler/prove.sh: not proved: bits.c" >&2
	status=1
fi

: >"$build/rows.tsv"
# Side by side: most of the time goes into Qed, which uses one core.
revisions=${revisions:-reviewed posted}
for name in $revisions; do
	# shellcheck disable=SC2086 # $quick is a list of options
	wp "$name" "$build/$name.log" "$handler" -inline-calls "$inlined" -remove-inlined "$inlined" \
		$quick -wp-fct "$functions" &
	eval "pid_$name=$!"
done
for name in $revisions; do
	eval "wait \"\$pid_$name\"" || exit 2
done

for name in $revisions; do
	log=$build/$name.log
	sound "$log"
	goals "$log" >"$build/$name.goals"
	sed -n 's/\tValid$//;t;s/\t.*//p' "$build/$name.goals" | sort >"$build/$name.unproved"
	: >"$build/$name.expected"
	[ "$name" = reviewed ] ||
		grep -v '^#' "$here/expected-failures.txt" | cut -f 1 | sort >"$build/$name.expected"
	for goal in $(comm -23 "$build/$name.unproved" "$build/$name.expected"); do
		echo "handler/prove.sh: $name: not proved: $goal, see $log" >&2
		status=1
	done
	for goal in $(comm -13 "$build/$name.unproved" "$build/$name.expected"); do
		echo "handler/prove.sh: $name: proved, or gone, but expected-failures.txt says that it" \
			"cannot be: $goal" >&2
		status=1
	done
	while IFS='	' read -r target function floor claim; do
		case $target$claim in handler?*) ;; *) continue ;; esac
		count=$(grep -c "^${function}_" "$build/$name.goals" || true)
		printf '%s\t%s\t%s\t%s\t%s\n' "$name" "$function" "$count" \
			"$(grep "^${function}_" "$build/$name.goals" | grep -vc '	Valid$' || true)" "$claim"
		[ "$count" -ge "$floor" ] && continue
		echo "handler/prove.sh: $name: $function has $count goals, at least $floor are due" >&2
		status=1
	done <"$here/claims.txt" >>"$build/rows.tsv"
done
[ "$status" -eq 0 ] || exit "$status"

jq -Rn '[inputs | split("\t") | { revision: .[0], function: .[1], goals: (.[2] | tonumber),
	expected_failures: (.[3] | tonumber), claim: .[4] }]' "$build/rows.tsv" >"$build/handler.json"
awk -F '\t' '
	BEGIN { printf "%-10s %-24s %6s %18s\n", "handler", "function", "goals", "expected failures" }
	{ printf "%-10s %-24s %6d %18d\n", $1, $2, $3, $4 }' "$build/rows.tsv"
