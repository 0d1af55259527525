# shellcheck shell=sh disable=SC2154
# SPDX-License-Identifier: GPL-2.0-only
# What is claimed: verify/claims.txt, a line for each function. Read by prove.sh.

claims=verify/claims.txt

check_table() {
	[ -f "$claims" ] || die "$claims not found in $PWD"
	awk -F '\t' -v claims="$claims" '
		/^#/ || !NF { next }
		function bad(what) { print claims ":" NR ": " what; failed = 1 }
		NF != 5 || $4 == "" || $5 == "" { bad("expected target, function, floor, claim and UNPROVED, tab-separated"); next }
		$1 !~ /^(policy|handler|reviewed|posted|bits|inlined)$/ { bad("unknown target " $1); next }
		$1 == "inlined" ? $3 != "-" : $3 !~ /^[1-9][0-9]*$/ { bad("the floor of " $2 " is \"" $3 "\""); next }
		$2 in line { bad($2 " has a line already: " line[$2]); next }
		{ line[$2] = NR }
		END { exit failed }
	' "$claims" >&2 || die "$claims is broken, see above"
}

# Lines for UNIT: of the target "handler" for both handlers. For awk.
is_for_unit='function is_for(target, unit) {
	return target == unit || (target == "handler" && unit ~ /^(reviewed|posted)$/)
}'

claimed() { # UNIT, or inlined
	awk -F '\t' -v unit="$1" "$is_for_unit"'
		!/^#/ && is_for($1, unit) { print $2 }' "$claims" | sort
}

claimed_list() { claimed "$1" | paste -sd, -; }

# The target that claims FUNCTION, or nothing.
target_of_function() { # FUNCTION
	awk -F '\t' -v f="$1" '!/^#/ && $2 == f { print $1 }' "$claims"
}

# Every function of the sources has a line, and every line a function.
check_claims() { # UNIT
	find_functions "$1"
	{
		claimed "$1"
		! is_handler "$1" || claimed inlined
	} | sort >"$build/$1.claimed"
	[ -s "$build/$1.defined" ] || die "$1: no function found in the sources"
	for function in $(comm -23 "$build/$1.defined" "$build/$1.claimed"); do
		! is_handler "$1" ||
			die "$claims: no claim for $function: give it a contract in verify/handler/helpers.h" \
				"and a line of the target handler, or, if only $1.c has it, in helpers_$1.h and" \
				"of the target $1, or, if its callers are to be proved with its body in them," \
				"a line of the target inlined"
		die "$claims: no claim for $function: give it a contract and a line of the target $1"
	done
	missing=$(comm -13 "$build/$1.defined" "$build/$1.claimed" | paste -sd' ' -)
	[ -z "$missing" ] || die "$claims: claim without a function in the sources of $1: $missing"
}
