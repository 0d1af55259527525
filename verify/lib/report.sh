# shellcheck shell=sh disable=SC2154
# SPDX-License-Identifier: GPL-2.0-only
# What was proved, as a table and as JSON. Read by prove.sh.

# A row: unit, function, claim, UNPROVED, goals, by Qed, by CVC4, by Z3, smoke tests, left open.
rows_of() { # UNIT
	[ -f "$build/$1.smoke" ] || : >"$build/$1.smoke"
	awk -F '\t' -v OFS='\t' -v unit="$1" "$is_for_unit"'
		FILENAME == ARGV[1] { counts[$1] = $2 OFS $4 OFS $5 OFS $6; open[$1] = $2 - $3; next }
		FILENAME == ARGV[2] { smoke[$1] = $2; next }
		/^#/ || !NF || !is_for($1, unit) { next }
		{ print unit, $2, $4, $5, counts[$2], ($2 in smoke ? smoke[$2] : "-"), open[$2] }
	' "$build/$1.counts" "$build/$1.smoke" "$claims"
}

print_json() { # TARGET SECONDS
	versions >"$build/versions.json"
	jq -n --slurpfile tools "$build/versions.json" --arg machdep "$machdep" --argjson seconds "$2" \
		--rawfile rows "$build/$1.rows" '
		{ tools: $tools[0], machdep: $machdep, seconds: $seconds,
		  functions: [ $rows | split("\n")[] | select(. != "") | split("\t") |
			{ unit: .[0], function: .[1], claim: .[2],
			  unproved: (if .[3] == "-" then null else .[3] end),
			  goals: (.[4] | tonumber), qed: (.[5] | tonumber), cvc4: (.[6] | tonumber),
			  z3: (.[7] | tonumber), smoke: (if .[8] == "-" then null else .[8] | tonumber end),
			  expected_failures: (.[9] | tonumber) } ] }' >"$build/$1-proof.json.new"
	mv "$build/$1-proof.json.new" "$build/$1-proof.json"
}

print_table() { # TARGET
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
		function print_claim(text,   n, lines, i) {
			n = split(wrap(text, 74), lines, "\n")
			for (i = 1; i <= n; i++)
				print "    " lines[i]
		}
		function sum() {
			if (unit != "")
				printf "%-52s %6d %5d %5d %5d %6s %4d\n", unit ": " functions " functions", \
					goals, qed, cvc4, z3, "", open
			goals = qed = cvc4 = z3 = functions = open = 0
		}
		BEGIN {
			printf "%-52s %6s %5s %5s %5s %6s %4s\n", "function: what is claimed", "goals", "Qed", \
				"CVC4", "Z3", "smoke", "open"
		}
		$1 != unit { sum(); unit = $1 }
		{
			printf "%-52s %6d %5d %5d %5d %6s %4d\n", $1 ": " $2, $5, $6, $7, $8, $9, $10
			if (!($2 in claimed)) {
				print_claim($3)
				if ($4 != "-")
					print_claim("UNPROVED: " $4)
			}
			claimed[$2]
			goals += $5; qed += $6; cvc4 += $7; z3 += $8; open += $10; functions++
		}
		END { sum() }
	' "$build/$1.rows"
}
