#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
set -eu

usage() {
	cat <<-END
	usage: tests/mutants/run.sh [OPTION]... JUDGE...
	Applies each line of tests/mutants/mutants.txt that names a judge, one at a time, and
	fails unless that judge rejects it. Judges:
	  enumeration  test  proof  explorer  guest
	What each said is kept for tests/mutants/matrix.sh. A judge first has to accept what is
	not mutated. "guest" boots a kernel a line, and wants examples/kernel/run.sh before it.

	  --table FILE   another table
	  --build DIR    build and keep results there (default: build/mutants)
	  --match TEXT   only lines in which TEXT occurs
	  --all          also the lines that do not name the judge, but are about something it
	                 could judge: to see what it is blind to. They may survive.
	  --verbose      print what each judge said
	END
}

. "$(dirname "$0")/../frame.sh"

cd "$(dirname "$0")/../.."
source=$(pwd)
table=$source/tests/mutants/mutants.txt
build=build/mutants
match=
all=false
verbose=false
judges=
while [ $# -gt 0 ]; do
	case $1 in
	--table | --build | --match)
		[ $# -ge 2 ] || wrong_use "$1 needs a value"
		case $1 in
		--table) table=$2 ;;
		--build) build=$2 ;;
		--match) match=$2 ;;
		esac
		shift
		;;
	--all) all=true ;;
	--verbose) verbose=true ;;
	enumeration | test | proof | explorer | guest) judges="$judges $1" ;;
	*) wrong_use "unknown argument '$1'" ;;
	esac
	shift
done
[ -n "$judges" ] || wrong_use "which judge?"
[ -r "$table" ] || wrong_use "cannot read $table"
mkdir -p "$build/results"
build=$(cd "$build" && pwd)
mutant=$build/mutant.c

# A judge is prepare_JUDGE, once, and judge_JUDGE, which looks at $mutant, a version of $file, and
# sets $answer to rejected, survived or broken, and $why to what it saw.
. tests/mutants/judges/policy.sh
. tests/mutants/judges/proof.sh
. tests/mutants/judges/explorer.sh
. tests/mutants/judges/guest.sh

awk -F '\t' -v table="$table" '
	/^#/ || !NF { next }
	function bad(what) { print table ":" NR ": " what; failed = 1 }
	NF != 5 { bad("expected file, original, mutated, bug, judges, tab-separated"); next }
	{
		for (i = 1; i <= 5; i++)
			if ($i == "")
				bad("field " i " is empty")
		n = split($5, judge, " ")
		for (i = 1; i <= n; i++)
			if (judge[i] !~ /^(enumeration|test:[rd][0-9]+|proof(:[a-z_]+\/[a-z_]+)?|explorer|guest)$/)
				bad("unknown judge " judge[i])
		if (($1, $2, $3) in seen)
			bad("the same as line " seen[$1, $2, $3])
		seen[$1, $2, $3] = NR
	}
	END { exit failed }' "$table" >&2 || die "$table is broken, see above"

# The handler with the steps that it shares in the place of their #include: one file to judge.
with_steps() { # STEPS
	sed -e "/^#include \"steps.h\"$/{r $1" -e 'd}' "$source/examples/handler/reviewed.c"
}

# Prints the word of the line's judges that names JUDGE.
asked() { # JUDGE
	for word in $who; do
		case $word in "$1" | "$1":*) echo "$word" ;; esac
	done
}

# What else a judge could look at: all that it compiles or proves.
could_judge() { # JUDGE
	case $mutated in *"//@ check"*) return 1 ;; esac # a probe of the proof
	case $1:$file in
	enumeration:lib/* | test:lib/* | proof:lib/* | explorer:* | guest:lib/*) return 0 ;;
	esac
	return 1
}

complain() {
	echo "run.sh: $file: '$original' -> '$mutated': $*" >&2
	failed=$((failed + 1))
}

try() { # JUDGE
	word=$(asked "$1")
	if [ -z "$word" ]; then
		$all && could_judge "$1" || return 0
	fi
	tried=$((tried + 1))
	why=
	"judge_$1"
	case $answer in
	rejected) rejected=$((rejected + 1)) ;;
	survived) [ -z "$word" ] || complain "survives $word ($bug)" ;;
	*) [ -z "$word" ] || complain "no answer of $1: $why ($bug)" ;;
	esac
	! $verbose || printf '%s by %s: %s: %s%s\n' "$answer" "$1" "$file" "$bug" "${why:+ ($why)}"
	printf '%s\t%s\t%s\t%s\t%s\n' "$file" "$original" "$mutated" "$answer" "$why" \
		>>"$build/results/$1.tsv"
}

for judge in $judges; do
	[ -n "$match" ] || : >"$build/results/$judge.tsv"
	"prepare_$judge"
done
tab=$(printf '\t')
tried=0
rejected=0
failed=0
grep -v -e '^#' -e '^$' "$table" | grep -F -e "$match" >"$build/lines" || die "no line with '$match' in $table"
while IFS=$tab read -r file original mutated bug who <&3; do
	[ -r "$source/$file" ] || die "$table: no such file: $file"
	"$source/tests/mutants/apply.sh" "$source/$file" "$original" "$mutated" >"$mutant" || {
		complain "does not apply; adapt $table"
		continue
	}
	case $file in
	*/steps.h)
		with_steps "$mutant" >"$build/steps" && mv "$build/steps" "$mutant"
		file=examples/handler/reviewed.c
		;;
	esac
	for judge in $judges; do
		try "$judge"
	done
done 3<"$build/lines"

[ "$tried" -gt 0 ] || die "no line of $table is for$judges"
[ "$failed" -eq 0 ] || die "$failed complaints about $tried mutants"
echo "$tried mutants, $rejected rejected:$judges"
