# SPDX-License-Identifier: GPL-2.0-only
# Replaces each block of README.md between "<!-- NAME: ..." and "<!-- end -->" for which
# there is a file -v folder=FOLDER/NAME, by that file.

/^<!-- end -->/ {
	skipping = 0
}

!skipping

/^<!-- [a-z]+: made by / {
	file = folder "/" substr($2, 1, length($2) - 1)
	while ((getline line < file) > 0) {
		skipping = 1
		print line
	}
}
