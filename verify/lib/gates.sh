# shellcheck shell=sh disable=SC2154
# SPDX-License-Identifier: GPL-2.0-only
# What has to hold of an answer before it counts. Read by prove.sh; red.sh breaks each.

# What WP says in passing when a proof stands on sand, and what would be believed.
unsound='might be unsound|not yet supported|[Mm]issing RTE guards|interpreted as reads nothing|using unguarded behavior|Memory model hypotheses|[Nn]o code nor|[Aa]dmitted|Considered valid|Neither code nor specification|Degenerate|skipped'

# One hypothesis is meant: that nothing the handler is given overlaps the constants N and its
# mask. Prints the log without it, a message a line; any other hypothesis stays.
without_the_constants() { # LOG
	joined "$1" | sed -E \
		-e 's/(requires|ensures) \\separated\([^,;]*(, *&hpage_pmd_(nr|mask))+\);//g' \
		-e 's/(requires|ensures) \\separated\((&hpage_pmd_(nr|mask), *)+[^,;]*\);//g' \
		-e "s/Memory model hypotheses for function '[A-Za-z_]*': \/\*@ behavior wp_typed: *\*\///g"
}

check_sound() { # UNIT
	log=$build/$1.log
	if is_handler "$1"; then
		without_the_constants "$log" >"$build/$1.words"
	else
		cp "$log" "$build/$1.words"
	fi
	if grep -E "$unsound" "$build/$1.words" >&2; then
		die "$1: the lines above make the proof unsound, see $log"
	fi
	guarded_in "$log" | sort >"$build/$1.guarded"
	unguarded=$(claimed "$1" | comm -13 "$build/$1.guarded" - | paste -sd' ' -)
	[ -z "$unguarded" ] || die "$1: no run-time error guards in $unguarded"
}

# Believed without proof; comments cannot be told apart, so the words are taboo there too.
# "check" and "ghost" are demands and names of the handler's model, not beliefs.
check_assumptions() { # UNIT
	words='axiom|axiomatic|admit|lemma|dynamic|__FC_[A-Z_]*|__FRAMAC__'
	case $1 in
	policy) headers='include/thpswap/*.h verify/*.h' && words="$words|check" ;;
	*) headers='include/thpswap/*.h verify/handler/*.h examples/handler/*.h' ;;
	esac
	# A pattern that matches no file makes grep fail, whatever it has found.
	# shellcheck disable=SC2046,SC2086 # patterns
	grep -nswE "$words" $(sources_of "$1") $headers >"$build/$1.assumed" || true
	[ ! -s "$build/$1.assumed" ] || {
		cat "$build/$1.assumed" >&2
		die "$1: an assumption in the lines above: prove it instead"
	}
}

# Frama-C has given up: why, in one line that says what to do, where that can be told.
explain_failure() { # UNIT
	log=$build/$1.log
	joined "$log" >"$build/$1.words"
	bare=$(sed -n "s/.*No 'assigns' specification for function '\([a-z_A-Z0-9]*\)'.*/\1/p" "$build/$1.words" | head -n 1)
	[ -z "$bare" ] ||
		die "$1: $bare has no contract, or one without assigns: write it above the function," \
			"for one of the handler in verify/handler/helpers.h"
	bare=$(sed -n "s/.*Neither code nor [^ ]* for function \([a-z_A-Z0-9]*\).*/\1/p" "$build/$1.words" | head -n 1)
	[ -z "$bare" ] ||
		die "$1: $bare is called and has neither a body nor a contract: a primitive of the" \
			"handler needs one in verify/handler/{device,folio,pmd,process}.h"
	goals "$log" | grep -q . || {
		show "$log"
		no_answer "$1: frama-c failed, see $log"
	}
	check_unproved "$1"
	show "$log"
	die "$1: not everything is proved, see $log"
}

# What stays unproved is exactly what is expected to, and was answered.
check_unproved() { # UNIT
	goals "$build/$1.log" >"$build/$1.goals"
	awk -F '\t' '$2 != "Valid" { print $1 }' "$build/$1.goals" | sort >"$build/$1.unproved"
	: >"$build/$1.expected"
	[ "$1" != posted ] ||
		sed -n '/^#/d; s/\t.*//p' verify/handler/expected-failures.txt | sort >"$build/$1.expected"
	bad=0
	for goal in $(comm -23 "$build/$1.unproved" "$build/$1.expected"); do
		echo "$script: $1: not proved: $goal ($(answer_to "$1" "$goal")), see $build/$1.log" >&2
		bad=1
	done
	for goal in $(comm -13 "$build/$1.unproved" "$build/$1.expected"); do
		echo "$script: $1: proved, or gone, but expected-failures.txt says that it cannot be: $goal" >&2
		bad=1
	done
	for goal in $(comm -12 "$build/$1.unproved" "$build/$1.expected"); do
		case $(answer_to "$1" "$goal") in
		Unknown | Step) ;;
		*)
			echo "$script: $1: expected to fail, but the prover gave no answer: $goal" \
				"($(answer_to "$1" "$goal"))" >&2
			bad=1
			;;
		esac
	done
	[ "$bad" = 0 ] || die "$1: not everything is proved as it should be"
}

answer_to() { # UNIT GOAL
	awk -F '\t' -v g="$2" '$1 == g { print $2 }' "$build/$1.goals"
}

# What each prover really answered, per function, against the floor of claims.txt.
check_floors() { # UNIT
	jq -r '."wp:functions" | to_entries[] | .value."wp:section" as $all |
		def by(prover): [$all | to_entries[] | select(.key | startswith(prover)) | .value.valid // 0] | add // 0;
		[.key, $all."wp:main".total, $all."wp:main".valid // 0, by("qed"), by("CVC4"), by("Z3")] | @tsv
	' "$build/$1.json" >"$build/$1.counts"
	awk -F '\t' -v claims="$claims" -v unit="$1" "$is_for_unit"'
		function bad(what) { print unit ": " what; failed = 1 }
		FILENAME == ARGV[1] { expected[$1]; next }
		FILENAME == ARGV[2] {
			goals[$1] = $2; valid[$1] = $3; answers[$1] = $4 + $5 + $6
			next
		}
		/^#/ || !NF || !is_for($1, unit) { next }
		!($2 in goals) { bad(claims ": " $2 ": no goal at all"); next }
		goals[$2] < $3 { bad(claims ": " $2 ": " goals[$2] " goals, at least " $3 " expected") }
		answers[$2] < valid[$2] { bad($2 ": only " answers[$2] " answers for " valid[$2] " goals") }
		{ open += goals[$2] - valid[$2] }
		END {
			for (goal in expected)
				due++
			if (open != due + 0)
				bad(open " goals are not proved, " due + 0 " are expected not to be")
			exit failed
		}
	' "$build/$1.expected" "$build/$1.counts" "$claims" >&2 || die "$1: too little was proved"
}
