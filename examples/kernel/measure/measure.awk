# SPDX-License-Identifier: GPL-2.0-only
# Lines "KERNEL BACKEND ENTRIES USE WHAT VALUE", and "bench INSTRUCTIONS", become tables.

function value(kernel, backend, entries, use, what)
{
	if (!((kernel, backend, entries, use, what) in values)) {
		printf "measure.awk: the %s kernel on %s does not tell %s of %s\n",
			kernel, backend, what, entries >"/dev/stderr"
		missing = 1
		exit 1
	}
	return values[kernel, backend, entries, use, what]
}

function lib(backend, entries, use, what)
{
	return value("library", backend, entries, use, what)
}

function short(number)
{
	if (number >= 1000000)
		return sprintf("%.2f M", number / 1000000)
	return sprintf("%.2f k", number / 1000)
}

# Of a run over 128 PMDs, or over 32 of which one page each is touched.
function ticks(backend, entries, use)
{
	return lib(backend, entries, use, "ticks") / (use == "all" ? 128 : 32)
}

function instructions(backend, entries, use)
{
	return backend == "cold_disk" ? "-" : short(ticks(backend, entries, use))
}

function row(backend, entries)
{
	printf "| %s | %s | %d | %d | %s | %s | %d %% | %d KiB |\n", title[backend], entries,
		lib(backend, entries, "all", "faults"), lib(backend, entries, "all", "pages_read"),
		instructions(backend, entries, "all"), instructions(backend, entries, "one"),
		100 * lib(backend, entries, "all", "huge_kib") / lib(backend, entries, "all", "kib"),
		lib(backend, entries, "all", "table_kib")
}

function ratio(backend, use)
{
	if (backend == "cold_disk")
		return ""
	return sprintf("%.3g times", ticks(backend, "pmd", use) / ticks(backend, "pte", use))
}

function ratio_row(backend,    reads)
{
	reads = lib(backend, "pmd", "all", "pages_read")
	printf "| | ratio | 1/%d | %s | %s | %s | | %.2f |\n",
		lib(backend, "pte", "all", "faults") / lib(backend, "pmd", "all", "faults"),
		reads ? "1/" lib(backend, "pte", "all", "pages_read") / reads : "",
		ratio(backend, "all"), ratio(backend, "one"),
		lib(backend, "pmd", "all", "table_kib") / lib(backend, "pte", "all", "table_kib")
}

function decisions(    library, inline_, cached, zram)
{
	library = ticks("disk", "pte", "one")
	inline_ = value("inline", "disk", "pte", "one", "ticks") / 32
	cached = ticks("disk", "pmd", "one")
	zram = ticks("zram", "pmd", "one")
	print "| what the decisions cost | instructions |\n|---|---|"
	printf "| read fault that maps 2 MiB of the swap cache by PTEs, the library decides | %s |\n", short(library)
	printf "| the same, do_swap_page() decides by itself | %s |\n", short(inline_)
	printf "| ratio | %.3f times |\n", library / inline_
	printf "| read fault on 2 MiB in the swap cache | %s |\n", short(cached)
	printf "| read fault on 2 MiB in zram | %s |\n", short(zram)
	printf "| all decisions of a write fault on 2 MiB in the swap cache, in user space | %s |\n",
		short(bench)
}

BEGIN {
	nr = split("zram brd disk cold_disk", backends, " ")
	title["zram"] = "zram"
	title["brd"] = "brd"
	title["disk"] = "disk, still in the swap cache"
	title["cold_disk"] = "disk, swap cache dropped"
}

$1 == "bench" {
	bench = $2
	next
}

{
	values[$1, $2, $3, $4, $5] = $6
}

END {
	if (missing)
		exit 1
	if (!bench) {
		print "measure.awk: the bench does not tell its instructions" >"/dev/stderr"
		exit 1
	}
	print "\n| 256 MiB swapped in | entries | faults | reads | instructions per 2 MiB |" \
		" for one page of it | mapped by PMDs | page tables |\n|---|---|---|---|---|---|---|---|"
	for (i = 1; i <= nr; i++) {
		row(backends[i], "pte")
		row(backends[i], "pmd")
		ratio_row(backends[i])
	}
	print ""
	decisions()
	print ""
}
