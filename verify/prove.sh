#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Proves the library and the fault handler, or says what is missing.
set -eu

usage() {
	cat <<-USAGE
	usage: verify/prove.sh [OPTION]...
	       verify/prove.sh [OPTION]... --only FUNCTION PROPERTY
	       verify/prove.sh [OPTION]... --lib FILE

	Proves with Frama-C WP, CVC4 and Z3 what verify/claims.txt claims: of the target
	"policy", lib/*.c and verify/laws.c against the contracts in include/thpswap/; of the
	target "handler", the fault handlers over the ghost resources of verify/handler/.
	Exits 0 if every goal is proved, and of the posted handler all but exactly those in
	verify/handler/expected-failures.txt.

	  --target TARGET    policy or handler (default: both)
	  --revision NAME    of the handlers, reviewed or posted (default: both)
	  --only FUN PROP    prove one property of one function (of the reviewed handler), by CVC4
	  --lib FILE         prove the functions of FILE, a version of a file in lib/, by CVC4
	  --handler FILE     prove FILE in place of examples/handler/REVISION.c, as the reviewed
	                     handler unless --revision says otherwise
	  --smoke            then look for contracts that contradict themselves; of the handler
	                     this needs both revisions, and takes as long as the proof again
	  --both             let CVC4 and Z3 both try every goal that Qed leaves open
	  --machdep NAME     data model (default: gcc_x86_64; of the policy also gcc_x86_32)
	  --root DIR         prove the tree in DIR instead of the one this script is in
	  --build DIR        write logs and TARGET-proof.json to DIR (default: build/proof)

	Exit status: 0 proved, 1 not proved or a gate is red, 2 wrong use, 3 no answer: a tool
	failed or a prover ran into its time limit.
	USAGE
}

here=$(cd "$(dirname "$0")" && pwd)
. "$here/../tests/frame.sh"
. "$here/lib/tools.sh"
. "$here/lib/claims.sh"
. "$here/lib/wp.sh"
. "$here/lib/gates.sh"
. "$here/lib/smoke.sh"
. "$here/lib/report.sh"

absolute() { echo "$(cd "$(dirname "$1")" && pwd)/$(basename "$1")"; }

root=$(cd "$here/.." && pwd)
build=
targets=
revisions=
handler=
library=
only=
property=
smoke=false
machdep=gcc_x86_64
all_provers=
while [ $# -gt 0 ]; do
	case $1 in
	--target | --revision | --lib | --handler | --machdep | --root | --build)
		[ $# -ge 2 ] || wrong_use "$1 needs a value"
		case $1$2 in
		--targetpolicy | --targethandler) targets="$targets $2" ;;
		--revisionreviewed | --revisionposted) revisions="$revisions $2" ;;
		--target* | --revision*) wrong_use "$1 $2 is unknown" ;;
		--lib* | --handler*) [ -r "$2" ] || wrong_use "cannot read $2" ;;
		esac
		case $1 in
		--lib) library=$(absolute "$2") ;;
		--handler) handler=$(absolute "$2") ;;
		--machdep) machdep=$2 ;;
		--root) root=$(cd "$2" && pwd) ;;
		--build) build=$2 ;;
		esac
		shift
		;;
	--only)
		[ $# -ge 3 ] || wrong_use "--only needs a function and a property"
		only=$2
		property=$3
		shift 2
		;;
	--smoke) smoke=true ;;
	--both) all_provers=yes ;;
	*) wrong_use "unknown option $1" ;;
	esac
	shift
done
targets=${targets:-policy handler}
revisions=${revisions# }
[ -n "$revisions" ] || {
	revisions="reviewed posted"
	[ -z "$handler" ] || revisions=reviewed
}

check_tools
build=${build:-$root/build/proof}
mkdir -p "$build"
build=$(cd "$build" && pwd)
cd "$root"
configure_why3
check_table
# The laws compare structs member by member.
awk -f "$here/../tests/policy/facts.awk" include/thpswap/*.h >"$build/facts.h" ||
	die "the headers have no list of facts, see above"

# Prints what is not proved. Only an answer counts: a prover that was cut off proves nothing.
prove_some() { # UNIT OPTION...
	unit=$1
	shift
	wp "$unit" cvc4 "$@" || {
		show "$build/$unit.log"
		no_answer "$unit: frama-c failed, see $build/$unit.log"
	}
	goals "$build/$unit.log" >"$build/$unit.goals"
	[ -s "$build/$unit.goals" ] || no_answer "no goal ${property:-of $library} in ${only:-it}"
	awk -F '\t' '$2 != "Valid"' "$build/$unit.goals" >"$build/$unit.open"
	[ -s "$build/$unit.open" ] || exit 0
	cat "$build/$unit.open"
	grep -qE '	(Unknown|Step)$' "$build/$unit.open" || no_answer "$unit: no prover came to an end"
	exit 1
}

if [ -n "$only" ]; then
	case $(target_of_function "$only") in
	policy) prove_some policy -wp-fct "$only" -wp-prop "$property" ;;
	handler | reviewed) prove_some "${revisions%% *}" -wp-fct "$only" -wp-prop "$property" ;;
	posted) prove_some posted -wp-fct "$only" -wp-prop "$property" ;;
	bits) prove_some bits -wp-fct "$only" -wp-prop "$property" ;;
	inlined) wrong_use "$only is inlined: it is proved in its callers" ;;
	*) wrong_use "$claims has no function $only" ;;
	esac
fi
if [ -n "$library" ]; then
	find_functions policy
	only=$(claimed policy | comm -12 - "$build/policy.defined" | paste -sd, -)
	[ -n "$only" ] || wrong_use "$library defines no function that $claims names"
	prove_some policy -wp-fct "$only"
fi

prove_unit() { # UNIT
	wp "$1" "$(provers_of "$1")" -wp-fct "$(claimed_list "$1")" || touch "$build/$1.failed"
}

# Frama-C side by side: most of the time goes into Qed, which uses one core.
prove_target() { # UNIT...
	for unit_of_target; do
		rm -rf "$build/$unit_of_target".*
		check_assumptions "$unit_of_target"
		check_claims "$unit_of_target"
		prove_unit "$unit_of_target" &
	done
	wait
	for unit_of_target; do
		[ ! -e "$build/$unit_of_target.failed" ] || explain_failure "$unit_of_target"
		check_sound "$unit_of_target"
		check_unproved "$unit_of_target"
		check_floors "$unit_of_target"
	done
	if $smoke; then
		check_smoke "$@"
	fi
	for unit_of_target; do
		rows_of "$unit_of_target"
	done >>"$build/$target_of_run.rows"
}

for target_of_run in $targets; do
	start=$(date +%s)
	: >"$build/$target_of_run.rows"
	case $target_of_run in
	policy) prove_target policy ;;
	handler)
		# shellcheck disable=SC2086 # a list of names
		prove_target $revisions
		smoke=false
		prove_target bits
		;;
	esac
	print_json "$target_of_run" $(($(date +%s) - start))
	print_table "$target_of_run"
done
