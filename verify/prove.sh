#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Proves every function of the library and every law, or says what is missing.
set -eu

usage() {
	cat <<USAGE
usage: verify/prove.sh [--policy] [--build DIR] [--smoke] [--both] [--machdep NAME] [--root DIR]

Proves lib/*.c and verify/laws.c with Frama-C WP, CVC4 and Z3, against the
contracts in include/thpswap/thpswap.h, then the fault handler with
verify/handler/prove.sh. Exits 0 only if every goal is proved.

  --policy        leave the handler out
  --build DIR     write logs and proof.json to DIR (default: build/proof)
  --smoke         then look for contracts that contradict themselves
  --both          let CVC4 and Z3 both try every goal that Qed leaves open
  --machdep NAME  data model (default: gcc_x86_64; also gcc_x86_32)
  --root DIR      prove the tree in DIR instead of the one this script is in
USAGE
}

die() {
	echo "prove.sh: $*" >&2
	exit 1
}

root=$(cd "$(dirname "$0")/.." && pwd)
build=
handler=true
smoke=false
machdep=gcc_x86_64
provers="-wp-prover cvc4,z3"
while [ $# -gt 0 ]; do
	case $1 in
	--build | --machdep | --root)
		[ $# -ge 2 ] || die "$1 needs a value, see --help"
		case $1 in
		--build) build=$2 ;;
		--machdep) machdep=$2 ;;
		--root) root=$(cd "$2" && pwd) ;;
		esac
		shift
		;;
	--policy) handler=false ;;
	--smoke) smoke=true ;;
	--both) provers="$provers -wp-run-all-provers" ;;
	-h | --help)
		usage
		exit 0
		;;
	*) die "unknown option $1, see --help" ;;
	esac
	shift
done

for tool in frama-c why3 cvc4 z3 jq; do
	command -v "$tool" >/dev/null || die "$tool not found: run ./tests/run.sh or" \
		"apt-get install frama-c-base why3 cvc4 z3 jq"
done

build=${build:-$root/build/proof}
mkdir -p "$build"
build=$(cd "$build" && pwd)
cd "$root"
claims=verify/claims.txt
rm -f "$build"/*.log "$build"/*.json "$build"/*.tsv

# The user's own Why3 configuration must not decide what is proved here.
WHY3CONFIG=$build/why3.conf
export WHY3CONFIG
rm -f "$WHY3CONFIG"
why3 -C "$WHY3CONFIG" config detect >"$build/why3.log" 2>&1 || die "why3 config failed, see $build/why3.log"
for prover in CVC4 Z3; do
	grep -q "^name = \"$prover\"" "$WHY3CONFIG" ||
		die "why3 does not know $prover, see $build/why3.log"
done

# "axiomatic" and "admit" would be believed; everything below is what WP only
# says in passing when a proof stands on sand.
unsound='might be unsound|not yet supported|[Mm]issing RTE guards|interpreted as reads nothing|using unguarded behavior assigns|Memory model hypotheses|[Nn]o code nor|[Aa]dmitted|Considered valid|Neither code nor specification|Degenerate|skipped'

awk -f tests/policy/facts.awk include/thpswap/*.h >"$build/facts.h" || exit 1

rte="-wp-rte -warn-unsigned-overflow -warn-unsigned-downcast -warn-signed-downcast"

# A target is a name in claims.txt, and the files that define its functions.
sources_of() {
	case $1 in
	policy) echo lib/*.c verify/laws.c ;;
	*) die "$claims: unknown target $1" ;;
	esac
}

claimed() { awk -F '\t' -v t="$1" '!/^#/ && NF && $1 == t { print $2 }' "$claims"; }

frama_c() {
	frama-c -cpp-extra-args="-Iinclude -I$build" -machdep "$machdep" \
		-kernel-warn-key annot:missing-spec=abort -kernel-warn-key annot-error=abort \
		-wp-warn-key pedantic-assigns=abort "$@"
}

show() { # LOG: the lines that say what went wrong
	grep -E 'rror|\[(Failed|Timeout|Unknown|Stepout)\]|abort' "$1" | head -n 20 >&2 || true
}

# Frama-C breaks lines that are too long for it.
guarded_in() { # LOG
	sed -e ':join' -e 'N' -e '$!bjoin' -e 's/ *\n  */ /g' "$1" |
		sed -n 's/^\[rte:annot\] annotating function //p'
}

check_claims() { # TARGET FILES...
	target=$1
	shift
	frama-c -cpp-extra-args="-Iinclude -I$build" -machdep "$machdep" -rte "$@" >"$build/$target.functions.log" 2>&1 || {
		cat "$build/$target.functions.log" >&2
		die "frama-c cannot read the sources of $target"
	}
	guarded_in "$build/$target.functions.log" | sort >"$build/defined.tsv"
	claimed "$target" | sort >"$build/claimed.tsv"
	[ -s "$build/defined.tsv" ] || die "no function found in the sources of $target"
	missing=$(comm -23 "$build/defined.tsv" "$build/claimed.tsv" | tr '\n' ' ')
	[ -z "$missing" ] || die "$claims: no claim for: $missing"
	missing=$(comm -13 "$build/defined.tsv" "$build/claimed.tsv" | tr '\n' ' ')
	[ -z "$missing" ] || die "$claims: claim without a function: $missing"
}

# Qed proves the bit-field goals only with all its simplifications, and everything
# else three times faster without: the second pass takes what the first left.
prove() { # TARGET FILES...
	target=$1
	shift
	log=$build/$target.log
	list=$(claimed "$target" | paste -sd, -)
	# Preconditions of entry points have no caller; WP has no proof of \from clauses,
	# which nothing here relies on.
	cat >"$build/rules.json" <<RULES
[ { "untried": ".*_requires.*", "action": "SKIP" },
  { "untried": "thpswap_[a-z_]*_name_assigns_from", "action": "SKIP" } ]
RULES

	status=0
	# shellcheck disable=SC2086 # $rte and $provers are lists of options
	frama_c "$@" $rte $provers -wp-timeout 10 -wp-par 2 -wp-fct "$list" -wp -wp-no-let -wp-no-ground \
		-wp-report-json "$build/$target.pass1.json" \
		-then -wp -wp-let -wp-ground -wp-report-json "$build/$target.wp.json" \
		-then -report -report-rules "$build/rules.json" -report-classify \
		-report-unclassified-unknown ERROR -report-unclassified-untried ERROR \
		>"$log" 2>&1 || status=$?
	if [ $status -ne 0 ]; then
		show "$log"
		die "$target: not everything is proved, see $log"
	fi
	if grep -E "$unsound" "$log" >&2; then
		die "$target: the lines above make the proof unsound, see $log"
	fi
	guarded_in "$log" | sort | comm -13 - "$build/claimed.tsv" >"$build/unguarded.tsv"
	[ ! -s "$build/unguarded.tsv" ] ||
		die "$target: no run-time error guards in $(paste -sd' ' "$build/unguarded.tsv")"
}

check_assumptions() { # FILES...
	# Believed without proof; comments cannot be told apart, so the words are taboo there too.
	if grep -nwE 'axiom|axiomatic|admit|lemma|check|dynamic|__FC_[A-Z_]*|__FRAMAC__' "$@" include/thpswap/*.h >&2; then
		die "an assumption in the lines above: prove it instead"
	fi
}

# What each prover really answered, per function, against the floor of claims.txt.
count() { # TARGET
	jq -r '."wp:functions" | to_entries[] | .value."wp:section" as $all |
		def by(prover): [$all | to_entries[] | select(.key | startswith(prover)) | .value.valid // 0] | add // 0;
		[.key, $all."wp:main".total, $all."wp:main".valid // 0, by("qed"), by("CVC4"), by("Z3")] | @tsv
' "$build/$1.wp.json" >"$build/$1.counts.tsv"
	awk -F '\t' -v t="$1" -v claims="$claims" '
		NR == FNR { goals[$1] = $2; valid[$1] = $3; answers[$1] = $4 + $5 + $6; rest[$1] = $0; next }
		/^#/ || !NF || $1 != t { next }
		!($2 in goals) { print claims ": " $2 ": no goal at all"; bad = 1; next }
		goals[$2] < $3 { print claims ": " $2 ": " goals[$2] " goals, at least " $3 " expected"; bad = 1 }
		valid[$2] != goals[$2] { print $2 ": only " valid[$2] " of " goals[$2] " goals proved"; bad = 1 }
		answers[$2] < goals[$2] { print $2 ": only " answers[$2] " answers for " goals[$2] " goals"; bad = 1 }
		END { exit bad }
	' "$build/$1.counts.tsv" "$claims" >&2 || die "$1: too little was proved"
}

# A prover that dies makes a smoke test pass. The cache of a fresh session keeps
# what was really answered: "unknown" for a sound contract, "valid" for the rest.
# Where quantifiers keep the prover looking for a contradiction until its time is
# over, none was found either; how often that was so is told.
smoke_test() { # TARGET FILES...
	target=$1
	shift
	log=$build/$target.smoke.log
	rm -rf "$build/$target.session"
	mkdir "$build/$target.session"
	list=$(claimed "$target" | paste -sd, -)
	# shellcheck disable=SC2086 # $rte is a list of options
	frama_c "$@" $rte -wp-prover cvc4 -wp-timeout 10 -wp-par 2 -wp-fct "$list" -wp -wp-no-let -wp-no-ground \
		-wp-smoke-tests -wp-smoke-timeout 10 \
		-wp-session "$build/$target.session" -wp-cache update >"$log" 2>&1 ||
		die "$target: smoke tests did not run, see $log"
	if grep 'Smoke-test' "$log" | grep -vF '[Passed]' >&2; then
		die "$target: contradictory contract or dead code, see $log"
	fi
	jq -rs '[.[].verdict] | group_by(.)[] | [.[0], length] | @tsv' \
		"$build/$target.session"/cache/*.json >"$build/$target.verdicts.tsv"
	grep -q '^unknown' "$build/$target.verdicts.tsv" || die "$target: no smoke test was answered"
	if grep -vE '^(unknown|valid|timeout)' "$build/$target.verdicts.tsv" >&2; then
		die "$target: a prover gave no answer to a smoke test, see $log"
	fi
	sed -n 's/^timeout\t\(.*\)/\1 smoke tests ended by the time limit, without a contradiction/p' \
		"$build/$target.verdicts.tsv"
	sed -n 's/^\[wp\] \[Passed\] Smoke-test typed_\(.*\)_wp_smoke_.*/\1/p' "$log" |
		sort | uniq -c | awk -v OFS='\t' '{ print $2, $1 }' >"$build/$target.smoke.tsv"
}

print_json() {
	jq -n --arg framac "$(frama-c -version)" --arg why3 "$(why3 --version)" \
		--arg cvc4 "$(cvc4 --version | sed -n 's/^This is CVC4 version //p')" \
		--arg z3 "$(z3 --version)" --arg machdep "$machdep" --argjson seconds "$1" \
		--rawfile rows "$build/rows.tsv" '
		{ frama_c: $framac, why3: $why3, cvc4: $cvc4, z3: $z3, machdep: $machdep,
		  seconds: $seconds,
		  functions: [ $rows | split("\n")[] | select(. != "") | split("\t") |
			{ target: .[0], function: .[1], claim: .[2], goals: (.[3] | tonumber),
			  qed: (.[4] | tonumber), cvc4: (.[5] | tonumber), z3: (.[6] | tonumber),
			  smoke: (if .[7] == "-" then null else .[7] | tonumber end) } ] }' \
		>"$build/proof.json.new"
	mv "$build/proof.json.new" "$build/proof.json"
}

print_table() {
	awk -F '\t' '
		function wrap(text, width,   n, words, i, line, out) {
			n = split(text, words, " ")
			for (i = 1; i <= n; i++) {
				if (length(line) + length(words[i]) + 1 > width && line != "") {
					out = out line "\n"
					line = ""
				}
				line = line (line == "" ? "" : " ") words[i]
			}
			return out line
		}
		BEGIN { printf "%-52s %6s %5s %5s %5s %6s\n", "function: what is claimed", "goals", "Qed", "CVC4", "Z3", "smoke" }
		{
			printf "%-52s %6d %5d %5d %5d %6s\n", $2, $4, $5, $6, $7, $8
			n = split(wrap($3, 74), lines, "\n")
			for (i = 1; i <= n; i++)
				print "    " lines[i]
			goals += $4; qed += $5; cvc4 += $6; z3 += $7; functions++
		}
		END { printf "%-52s %6d %5d %5d %5d\n", functions " functions", goals, qed, cvc4, z3 }
	' "$build/rows.tsv"
}

start=$(date +%s)
[ -f "$claims" ] || die "$claims not found in $root"
bad=$(awk -F '\t' '!/^#/ && NF && (NF != 4 || $3 !~ /^[1-9][0-9]*$/ || $4 == "") { print NR }' "$claims" | paste -sd' ' -)
[ -z "$bad" ] || die "$claims: line $bad: expected target, function, floor, claim, tab-separated"
: >"$build/rows.tsv"
targets=$(awk -F '\t' '!/^#/ && NF && !seen[$1]++ { print $1 }' "$claims")
[ -n "$targets" ] || die "$claims: no claim"
for target in $targets; do
	# shellcheck disable=SC2046 # file names without blanks
	set -- $(sources_of "$target")
	check_assumptions "$@"
	check_claims "$target" "$@"
	prove "$target" "$@"
	count "$target"
	: >"$build/$target.smoke.tsv"
	if $smoke; then
		smoke_test "$target" "$@"
	fi
	awk -F '\t' -v OFS='\t' -v t="$target" '
		FILENAME == ARGV[1] { counts[$1] = $2 OFS $4 OFS $5 OFS $6; next }
		FILENAME == ARGV[2] { smoke[$1] = $2; next }
		/^#/ || !NF || $1 != t { next }
		{ print $1, $2, $4, counts[$2], ($2 in smoke ? smoke[$2] : "-") }
	' "$build/$target.counts.tsv" "$build/$target.smoke.tsv" "$claims" >>"$build/rows.tsv"
done
print_json $(($(date +%s) - start))
print_table
if $handler; then
	"$root/verify/handler/prove.sh" --build "$build/handler"
fi
