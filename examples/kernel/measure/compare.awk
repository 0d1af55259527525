# SPDX-License-Identifier: GPL-2.0-only
# First file: CSV of the simulator, each line after the name of its program. Second
# file: lines "BACKEND PROGRAM COUNTER VALUE" of the guest. Prints a table of what is
# the same in all, and fails when something is not.

function compare(program, what, simulated, backend, counted)
{
	compared++
	if (simulated == counted)
		return
	printf "compare.awk: %s: %s: %s in the simulator, %s in the kernel on %s\n",
		program, what, simulated, counted, backend >"/dev/stderr"
	differences++
}

function guest(backend, program, what)
{
	if (!((backend, program, what) in counts)) {
		printf "compare.awk: %s: the kernel on %s does not tell %s\n",
			program, backend, what >"/dev/stderr"
		differences++
	}
	return counts[backend, program, what]
}

function reasons_of(program, backend,    i, reason, name)
{
	for (i in column) {
		if (i !~ /^split_/)
			continue
		reason = i
		sub(/^split_/, "thp_swpin_pmd_fallback_", reason)
		name = substr(i, 7)
		if ((backend, program, reason) in counts)
			compare(program, "splits, " name, simulated[program, i], backend,
				counts[backend, program, reason])
		else
			compare(program, "splits, " name, simulated[program, i], backend, 0)
	}
}

# A page that Linux has mapped read-only after a read fault faults again at the first write.
function compare_all(program, backend)
{
	compare(program, "faults", simulated[program, "faults"], backend,
		guest(backend, program, "faults") - guest(backend, program, "pgreuse"))
	compare(program, "major faults", simulated[program, "major_faults"], backend,
		guest(backend, program, "major_faults"))
	compare(program, "faults on PMD swap entries", simulated[program, "pmd_faults"], backend,
		guest(backend, program, "pmd_faults"))
	compare(program, "PMD maps", simulated[program, "pmd_maps"], backend,
		guest(backend, program, "thp_swpin_pmd"))
	compare(program, "splits", simulated[program, "splits"], backend,
		guest(backend, program, "thp_swpin_pmd_fallback"))
	compare(program, "percent mapped by PMDs", share(simulated[program, "thp_share_percent"]),
		backend, share(huge_percent(program, backend)))
	reasons_of(program, backend)
}

function huge_percent(program, backend,    kib)
{
	kib = guest(backend, program, "anon_kib")
	return kib ? 100 * guest(backend, program, "huge_kib") / kib : 0
}

function share(percent)
{
	return sprintf("%.1f", percent)
}

function row(program,    name, setup)
{
	split(program, name, ".")
	sub(/^[^-]*-/, "", name[1])
	split(name[1], setup, ":")
	printf "| %d MiB, %d %% | %s | %d | %d | %d | %d | %d | %s %% | %d |\n",
		setup[1], setup[2], name[2], simulated[program, "faults"],
		simulated[program, "major_faults"], simulated[program, "pmd_faults"],
		simulated[program, "pmd_maps"], simulated[program, "splits"],
		share(simulated[program, "thp_share_percent"]), guest("zram", program, "pgreuse")
}

FNR == NR {
	fields = split($0, field, ",")
	if (field[2] == "policy") {
		for (i = 2; i <= fields; i++)
			column[field[i]] = i
		next
	}
	programs[++nr] = field[1]
	for (i in column)
		simulated[field[1], i] = field[column[i]]
	next
}

{
	counts[$1, $2, $3] = $4
	backends[$1]
}

END {
	for (i = 1; i <= nr; i++)
		for (backend in backends)
			compare_all(programs[i], backend)
	if (!compared)
		print "compare.awk: nothing to compare" >"/dev/stderr"
	if (!compared || differences)
		exit 1
	print "| memory, allocations that fail | policy | faults | major | on PMD swap entries |" \
		" PMD maps | splits | THPs at the end | write faults after reads (pgreuse) |"
	print "|---|---|---|---|---|---|---|---|---|"
	for (i = 1; i <= nr; i++)
		row(programs[i])
}
