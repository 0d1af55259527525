# SPDX-License-Identifier: GPL-2.0-only
# Thins a trace that lists every access, by the text of TRACES.md and without looking at
# the recorder: -v k=K. Prints "pid page op" of each access that remains.
BEGIN { FS = "," }

function number(hex,    i, value) {
	value = 0
	for (i = 3; i <= length(hex); i++)
		value = value * 16 + index("0123456789abcdef", substr(hex, i, 1)) - 1
	return value
}

function forget(pid, address, size,    page) {
	for (page = int(address / 4096); page * 4096 < address + size; page++)
		delete listed[pid, page]
}

# How many other regions were touched after this one was touched last?
function younger(region,    n, other) {
	n = 0
	for (other in touched)
		if (touched[other] > touched[region])
			n++
	return n
}

function touch(pid, page, op,    region, key) {
	region = pid " " int(page / 512)
	if (region != recent && (!(region in touched) || younger(region) >= k))
		stay[region] = ++stays
	touched[region] = ++now
	recent = region
	key = pid SUBSEP page
	split(key in listed ? listed[key] : "0 -", was, " ")
	if (was[1] == stay[region] && (op == "r" || was[2] == "w"))
		return
	listed[key] = stay[region] " " op
	print pid, page, op
}

$5 == "r" || $5 == "w" {
	address = number($3)
	for (page = int(address / 4096); page * 4096 < address + $4; page++)
		touch($2, page, $5)
}
$5 == "map" || $5 == "unmap" || $5 == "remap" || $5 == "advise" { forget($2, number($3), $4) }
$5 == "remap" { forget($2, number($6), $4) }
$5 == "fork" {
	for (key in listed) {
		split(key, part, SUBSEP)
		if (part[1] == $2)
			delete listed[key]
	}
}
