# shellcheck shell=sh disable=SC2154
# SPDX-License-Identifier: GPL-2.0-only
# Smoke tests: can the prover derive "false" from a contract, or at a place in the code? Then
# the contract contradicts itself, or no input reaches the place. Read by prove.sh.

# A prover that dies makes a smoke test pass. The cache of a fresh session keeps what was
# really answered: "unknown" for a sound contract, "valid" for the rest. Where quantifiers
# keep the prover looking for a contradiction until its time is over, none was found either;
# how often that was so is printed.
smoke_run() { # UNIT
	session=$build/$1.session
	log=$build/$1.smoke.log
	rm -rf "$session"
	mkdir "$session"
	# shellcheck disable=SC2046 # lists of options
	frama_c "$1" $(guards "$1") $(simplification "$1") -wp-prover cvc4 -wp-timeout 20 -wp-par 2 \
		-wp-steps 300000 -wp-fct "$(claimed_list "$1")" -wp \
		-wp-smoke-tests -wp-smoke-timeout 10 \
		-wp-session "$session" -wp-cache update >"$log" 2>&1 ||
		no_answer "$1: smoke tests did not run, see $log"
	jq -rs '[.[].verdict] | group_by(.)[] | [.[0], length] | @tsv' \
		"$session"/cache/*.json >"$build/$1.verdicts"
	grep -q '^unknown' "$build/$1.verdicts" || die "$1: no smoke test was answered"
	if grep -vE '^(unknown|valid|timeout|stepout)' "$build/$1.verdicts" >&2; then
		die "$1: a prover gave no answer to a smoke test, see $log"
	fi
	sed -n "s/^\(timeout\|stepout\)\t\(.*\)/$1: \2 answers ended by a limit, without a contradiction/p" \
		"$build/$1.verdicts"
	sed -n 's/^\[wp\] \[Passed\] Smoke-test typed_\(.*\)_wp_smoke_.*/\1/p' "$log" |
		sort | uniq -c | awk -v OFS='\t' '{ print $2, $1 }' >"$build/$1.smoke"
	# A place and the function it is in: numbers of statements differ from unit to unit.
	joined "$log" | awk '
		/^\[wp\] \[[^]]*\] Smoke-test typed_/ {
			name = $0
			sub(/^.*Smoke-test typed_/, "", name)
			sub(/_wp_smoke_.*/, "", name)
			if (pending)
				print "somewhere in " last
			last = name
			pending = !/\[Passed\]/
		}
		pending && /Failed smoke-test/ {
			print $2 " in " last
			pending = 0
		}
		END { if (pending) print "somewhere in " last }' | sort -u >"$build/$1.dead"
}

check_smoke() { # UNIT...
	for unit_of_smoke; do
		smoke_run "$unit_of_smoke"
	done
	# What the handlers share may be dead in one of them: dead in both is wrong.
	for unit_of_smoke; do
		grep -v '/steps\.h:' "$build/$unit_of_smoke.dead" || true
	done >"$build/dead"
	[ $# = 1 ] || comm -12 "$build/$1.dead" "$build/$2.dead" >>"$build/dead"
	if [ -s "$build/dead" ]; then
		sort -u "$build/dead" >&2
		die "$*: contradictory contract or dead code (above), see $build/$1.smoke.log"
	fi
}
