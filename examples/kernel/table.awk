# SPDX-License-Identifier: GPL-2.0-only
# A line for each test, a column for each backend; then the sum.
/^ok / {
	parts = split($2, part, "/")
	test = part[parts]
	backend = parts > 1 ? part[1] : "result"
	if (!(backend in column))
		backends[column[backend] = ++columns] = backend
	if (!(test in row))
		tests[row[test] = ++rows] = test
	result[test, backend] = $1
}

# More than one guest may have had a share.
/^(guest|kunit): [0-9]+ passed/ {
	passed += $2
	failed += $4
	skipped += $6
}

END {
	printf "%-32s", "test"
	for (c = 1; c <= columns; c++)
		printf " %-7s", backends[c]
	for (r = 1; r <= rows; r++) {
		printf "\n%-32s", tests[r]
		for (c = 1; c <= columns; c++)
			printf " %-7s", result[tests[r], backends[c]]
	}
	printf "\n%d passed, %d failed, %d skipped\n", passed, failed, skipped
}
