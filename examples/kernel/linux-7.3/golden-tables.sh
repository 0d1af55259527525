#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
set -eu

usage() {
	cat <<-END
	usage: examples/kernel/linux-7.3/golden-tables.sh TREE
	Turns the truth tables tests/policy/golden/*.csv into rows of C for the KUnit suite, in
	TREE/mm/thpswap/golden, and lists them in tables.h. Touches only what differs.
	TREE is an unpacked Linux.
	END
}

. "$(dirname "$0")/../../../tests/frame.sh"
[ $# = 1 ] || wrong_use "one argument expected"
[ -f "$1/mm/memory.c" ] || die "$1 is no Linux tree: mm/memory.c is missing"

here=$(dirname "$0")
csv=$here/../../../tests/policy/golden
golden=$1/mm/thpswap/golden

# Prints a table as initialisers: a column is a member of that name, a word in it the
# enumerator that the library calls so.
rows() {
	awk -F, '
		BEGIN {
			enumerators["revision"] = "THPSWAP_"
			enumerators["action"] = "THPSWAP_"
			enumerators["reason"] = "THPSWAP_REASON_"
			enumerators["cached"] = "THPSWAP_CACHED_"
			enumerators["cause"] = "THPSWAP_NO_FOLIO_"
		}
		function stop(why) {
			print FILENAME ", line " FNR ": " why >"/dev/stderr"
			exit 1
		}
		NR == 1 {
			columns = split($0, names)
			print "/* SPDX-License-Identifier: GPL-2.0-only */"
			print "/* Generated from tests/policy/golden by golden-tables.sh. */"
			next
		}
		NF != columns { stop("has " NF " fields, the first line has " columns) }
		{
			row = "{ .line = " NR
			for (i = 1; i <= NF; i++) {
				value = $i
				if (value !~ /^[0-9]+$/) {
					if (!(names[i] in enumerators))
						stop("no number in the column " names[i] ": " value)
					value = enumerators[names[i]] toupper(value)
				}
				row = row ", ." names[i] " = " value
			}
			print row " },"
		}' "$1"
}

# The lines are counted by another program than the one that makes rows of them.
index() {
	echo "/* SPDX-License-Identifier: GPL-2.0-only */"
	echo "/* Generated from tests/policy/golden by golden-tables.sh. */"
	for table in "$csv"/*.csv; do
		echo "#define $(basename "$table" .csv)_csv_lines $(wc -l <"$table")"
	done
	printf '#define GOLDEN_TABLES(table)'
	for table in "$csv"/*.csv; do
		printf ' table(%s)' "$(basename "$table" .csv)"
	done
	echo
}

rows=$(mktemp)
trap 'rm -f "$rows"' EXIT
for table in "$csv"/*.csv; do
	[ -s "$table" ] || die "$table is missing or empty"
	rows "$table" >"$rows" || die "cannot turn $table into C"
	"$here/update.sh" "$golden/$(basename "$table" .csv).h" <"$rows"
done
index | "$here/update.sh" "$golden/tables.h"
