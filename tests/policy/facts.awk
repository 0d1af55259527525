# SPDX-License-Identifier: GPL-2.0-only
# Usage: awk -f facts.awk include/thpswap/*.h
#
# The structs of the public headers are the one list of facts and answers. This makes of
# each a macro that names its members, in their order, and one that compares two of them:
#
#	#define MEMBERS_OF_mapping(COUNT, BOOL, ENUM) BOOL(exclusive) BOOL(writable) ...
#	#define SAME_mapping(a, b) ((a.exclusive <==> b.exclusive) && ...)
#
# The second one is for contracts: <==> is ACSL.

function fail(what) {
	printf "facts.awk: %s:%d: %s: %s\n", FILENAME, FNR, what, $0 >"/dev/stderr"
	failed = 1
	exit 1
}

BEGIN {
	print "/* Made by tests/policy/facts.awk of the headers in include/thpswap. */"
}

/^struct thpswap_[a-z_]+ \{$/ {
	name = $2
	sub(/^thpswap_/, "", name)
	members = same = ""
	next
}

name != "" && /^};$/ {
	printf "#define MEMBERS_OF_%s(COUNT, BOOL, ENUM)%s\n", name, members
	printf "#define SAME_%s(a, b) (%s)\n", name, same
	name = ""
	structs++
	next
}

name != "" {
	member = $NF
	sub(/;$/, "", member)
	equal = "a." member " == b." member
	if (/^\tunsigned int [a-z_]+;$/) {
		kind = "COUNT(" member ")"
	} else if (/^\tbool [a-z_]+;$/) {
		kind = "BOOL(" member ")"
		equal = "(a." member " <==> b." member ")"
	} else if (/^\tenum thpswap_[a-z_]+ [a-z_]+;$/) {
		kind = "ENUM(" member ")"
	} else {
		fail("a member is unsigned int, bool or enum thpswap_X, one a line")
	}
	members = members " " kind
	same = same (same == "" ? "" : " && ") equal
}

END {
	if (failed)
		exit 1
	if (structs == 0) {
		print "facts.awk: no struct in the headers" >"/dev/stderr"
		exit 1
	}
}
