# shellcheck shell=sh disable=SC2154
# SPDX-License-Identifier: GPL-2.0-only
# One run of Frama-C and what it answered. Read by prove.sh, which sets $build, $machdep,
# $handler, $library and $all_provers.
#
# A unit is what one run proves: "policy", "bits", or the handler "reviewed" or "posted".

is_handler() { # UNIT
	[ "$1" = reviewed ] || [ "$1" = posted ]
}

sources_of() { # UNIT
	case $1 in
	policy) echo "${library:-lib/*.c verify/laws.c}" ;;
	bits) echo verify/handler/bits.c ;;
	*) echo "${handler:-examples/handler/$1.c}" ;;
	esac
}

frama_c() { # UNIT OPTION...
	unit=$1
	shift
	case $unit in
	policy) include="-Iinclude -I$build" ;;
	posted) include="-DHANDLER_IS_POSTED -Iinclude -Iverify/handler -Iexamples/handler" ;;
	*) include="-Iinclude -Iverify/handler -Iexamples/handler" ;;
	esac
	# shellcheck disable=SC2046 # names of files without blanks, or a pattern
	frama-c -c11 -machdep "$machdep" -cpp-extra-args="$include" \
		-kernel-warn-key annot:missing-spec=abort -kernel-warn-key annot-error=abort \
		-wp-warn-key pedantic-assigns=abort $(sources_of "$unit") "$@"
}

# Frama-C breaks lines that are too long for it: prints a message a line.
joined() { sed -e ':join' -e 'N' -e '$!bjoin' -e 's/ *\n  */ /g' "$1"; } # LOG

guarded_in() { # LOG
	joined "$1" | sed -n 's/^\[rte:annot\] annotating function //p'
}

# Leaves the names of the functions that the sources define in $build/UNIT.defined.
find_functions() { # UNIT
	frama_c "$1" -rte >"$build/$1.functions.log" 2>&1 || {
		cat "$build/$1.functions.log" >&2
		no_answer "frama-c cannot read the sources of $1"
	}
	guarded_in "$build/$1.functions.log" | sort >"$build/$1.defined"
}

# Steps decide what cannot be proved: they are the same on a machine that is busy. The time
# limit only ends what hangs, and is no answer. CVC4 needs at most 54 thousand steps for a goal
# of the library and 72 thousand for one of the handler; Z3, which counts otherwise, 246 thousand.
#
# No cache: what is proved is proved now.
limits() { # UNIT PROVERS
	steps=300000
	case $1$2 in
	*z3*) steps=1000000 ;;
	policy*) steps=100000 ;;
	esac
	echo "-wp-cache none -wp-timeout 120 -wp-par 2 -wp-steps $steps"
}

# CVC4 closes all that Qed leaves of the handler. In the posted one some goals stay open, and
# Z3, which does not come to an end there, would only take its time.
provers_of() { # UNIT
	case $1$all_provers in
	policy* | *yes) echo cvc4,z3 ;;
	*) echo cvc4 ;;
	esac
}

# In the library every overflow is an error, that of an unsigned number too. The handler is
# held to what C forbids: its bits are those of the kernel, and it computes with them.
guards() { # UNIT
	case $1 in
	policy) echo "-wp-rte -warn-unsigned-overflow -warn-unsigned-downcast -warn-signed-downcast" ;;
	*) echo "-wp-rte" ;;
	esac
}

# Qed proves the bit-field goals of the library only with all its simplifications, and
# everything else three times faster without: a second pass takes what the first left.
# In the handler, pruning and ground simplification cost Qed half a minute a goal.
simplification() { # UNIT
	case $1 in
	policy) echo "-wp-no-let -wp-no-ground" ;;
	bits) ;;
	*)
		inlined=$(claimed_list inlined)
		[ -z "$inlined" ] || echo "-inline-calls $inlined -remove-inlined $inlined"
		echo "-wp-no-core -wp-no-pruning -wp-no-ground -wp-no-simpl"
		;;
	esac
}

# What to prove is said again to the second pass: it does not keep that.
#
# wp UNIT PROVERS OPTION...: leaves $build/UNIT.log and UNIT.json. The report at the end
# finds what has no goal at all, in the library, where nothing may be left open.
wp() {
	unit=$1
	provers=$2
	shift 2
	second=
	report=
	if [ "$unit" = policy ]; then
		second="-then -wp -wp-let -wp-ground $* -wp-report-json $build/$unit.json"
	fi
	if [ "$unit" = policy ] && [ -z "$only" ]; then
		# Preconditions of entry points have no caller; WP has no proof of \from clauses,
		# which nothing here relies on.
		cat >"$build/rules.json" <<-'RULES'
		[ { "untried": ".*_requires.*", "action": "SKIP" },
		  { "untried": "thpswap_[a-z_]*_name_assigns_from", "action": "SKIP" } ]
		RULES
		report="-then -report -report-rules $build/rules.json -report-classify
			-report-unclassified-unknown ERROR -report-unclassified-untried ERROR"
	fi
	rm -f "$build/$unit.json"
	# shellcheck disable=SC2046,SC2086 # lists of options
	frama_c "$unit" $(limits "$unit" "$provers") $(guards "$unit") $(simplification "$unit") \
		-wp-prover "$provers" ${all_provers:+-wp-run-all-provers} "$@" \
		-wp -wp-report-json "$build/$unit.json" $second $report >"$build/$unit.log" 2>&1
}

show() { # LOG: the lines that say what went wrong
	grep -E 'rror|\[(Failed|Timeout|Unknown|Stepout)\]|abort|Neither code nor|No .assigns.' "$1" |
		head -n 20 >&2 || true
}

# Each goal with the last answer to it: Valid, Unknown, Step (limit), Timeout, Failed.
goals() { # LOG
	awk '
		function answer(goal, text) {
			if (!(goal in last))
				order[++n] = goal
			last[goal] = text
		}
		/^\[wp\] \[[^]]*\] Goal typed_/ {
			match($0, /typed_[A-Za-z0-9_]*/)
			goal = substr($0, RSTART + 6, RLENGTH - 6)
			rest = substr($0, RSTART + RLENGTH)
			pending = rest !~ / : /
			sub(/^ : /, "", rest)
			match(rest, /^[A-Za-z]+/)
			answer(goal, pending ? "Failed" : substr(rest, 1, RLENGTH))
			next
		}
		# Several provers, and none has proved it: a line for each.
		pending && /^  +[A-Z][A-Za-z0-9. ]*: [A-Z]/ {
			sub(/^[^:]*: /, "")
			match($0, /^[A-Za-z]+/)
			word = substr($0, 1, RLENGTH)
			if (last[goal] == "Failed" || word != "Failed")
				answer(goal, word)
			next
		}
		{ pending = 0 }
		END {
			for (i = 1; i <= n; i++)
				print order[i] "\t" last[order[i]]
		}
	' "$1"
}
