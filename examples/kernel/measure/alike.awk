# SPDX-License-Identifier: GPL-2.0-only
# Two versions of a text with tables. Alike: the same but for figures that end in k, M
# or "times", which may differ by a tenth, as another compiler makes them.

function near(a, b,    difference)
{
	if (a !~ figure || b !~ figure || substr(a, length(a)) != substr(b, length(b)))
		return 0
	difference = a - b
	if (difference < 0)
		difference = -difference
	return difference <= b / 10
}

function alike(a, b,    nr, i, fields_a, fields_b)
{
	nr = split(a, fields_a, / *\| */)
	if (nr != split(b, fields_b, / *\| */))
		return 0
	for (i = 1; i <= nr; i++)
		if (fields_a[i] != fields_b[i] && !near(fields_a[i], fields_b[i]))
			return 0
	return 1
}

BEGIN {
	figure = "^[0-9.]+ (k|M|times)$"
}

FNR == NR {
	old[++nr_old] = $0
	next
}

{
	if (alike(old[++nr_new], $0))
		next
	printf "- %s\n+ %s\n", old[nr_new], $0
	different = 1
}

END {
	exit different || nr_new != nr_old || !nr_new
}
