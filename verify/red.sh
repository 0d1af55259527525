#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Every gate of prove.sh must turn red, for its own reason, when it is given
# what it exists to catch.
set -eu

case ${1-} in
-h | --help)
	echo "usage: verify/red.sh   breaks a very small library in every known way"
	exit 0
	;;
esac

here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$work/tree
header=$tree/include/thpswap/thpswap.h
code=$tree/lib/decision.c
laws=$tree/verify/laws.c
claims=$tree/verify/claims.txt
failed=0
count=0

# A library of one decision is enough to see a gate, and quick.
fresh() {
	rm -rf "$tree"
	mkdir -p "$tree/lib" "$tree/verify" "$tree/include/thpswap"
	cat >"$header" <<'HEADER'
struct facts {
	unsigned int size;
	_Bool ready;
};

/*@ terminates \true;
    exits \false;
    assigns \nothing;
    ensures good: \result <==> facts.ready && facts.size > 3;
*/
_Bool is_good(struct facts facts);
HEADER
	cat >"$code" <<'CODE'
#include <thpswap/thpswap.h>
_Bool is_good(struct facts facts)
{
	if (!facts.ready)
		return 0;
	return facts.size > 3;
}
CODE
	cat >"$laws" <<'LAW'
#include <thpswap/thpswap.h>
/*@ terminates \true;
    exits \false;
    assigns \nothing;
    ensures large: \result ==> facts.size > 0;
*/
_Bool law(struct facts facts)
{
	return is_good(facts);
}
LAW
	printf 'policy\tis_good\t5\tReady and large.\npolicy\tlaw\t3\tGood implies large.\n' >"$claims"
}

run() { "$here/prove.sh" --policy --root "$tree" --build "$work/build" "$@" >"$work/log" 2>&1; }

# WHAT PATTERN [OPTION]: prove.sh must fail and say PATTERN.
red() {
	what=$1
	pattern=$2
	shift 2
	count=$((count + 1))
	if run "$@"; then
		echo "red.sh: not caught: $what" >&2
		failed=$((failed + 1))
	elif ! grep -qE -- "$pattern" "$work/log"; then
		echo "red.sh: $what: caught, but for another reason:" >&2
		cat "$work/log" >&2
		failed=$((failed + 1))
	fi
	fresh
}

fresh
run --smoke || {
	cat "$work/log" >&2
	echo "red.sh: the unbroken tree is red" >&2
	exit 1
}

sed -i 's/ensures large: .*/ensures large: facts.size > 0;/' "$laws"
red "a wrong law" 'not everything is proved'

sed -i 's/!facts\.ready/facts.ready/' "$code"
red "wrong code" 'not everything is proved'

printf 'int bare(int x)\n{\n\treturn x;\n}\n' >>"$code"
printf 'policy\tbare\t1\tNothing.\n' >>"$claims"
red "a function without a contract" 'not everything is proved|assigns'

printf '/*@ ensures same: \\result == x; */\nint loose(int x)\n{\n\treturn x;\n}\n' >>"$code"
printf 'policy\tloose\t1\tThe argument.\n' >>"$claims"
red "a contract without assigns" 'not everything is proved|assigns'

printf 'int outside(void);\n/*@ terminates \\true; exits \\false; assigns \\nothing; */\nint calls(void)\n{\n\treturn outside();\n}\n' >>"$code"
printf 'policy\tcalls\t1\tCalls.\n' >>"$claims"
red "a call of a function that has no contract" 'not everything is proved'

printf '/*@ terminates \\true; exits \\false; assigns \\nothing; ensures more: \\result > x; */\nint next(int x)\n{\n\treturn x + 1;\n}\n' >>"$code"
printf 'policy\tnext\t1\tThe next.\n' >>"$claims"
red "an overflow" 'not everything is proved'

sed -i 's/^\/\*@ terminates/\/*@ requires none: facts.size < facts.size; terminates/' "$laws"
red "a precondition that nothing fulfils" 'contradictory contract' --smoke

printf '/*@ axiomatic False { axiom wrong: \\false; } */\n' >>"$laws"
red "an axiom" 'an assumption in the lines above'

sed -i 's/^\treturn is_good/\t\/\/@ admit \\false;\n&/' "$laws"
red "an admitted assertion" 'an assumption in the lines above'

sed -i 's/ensures large: /ensures large: \\undefined_word \&\& /' "$laws"
red "an annotation that does not parse" 'cannot read|not everything is proved'

printf '/*@ terminates \\true; exits \\false; assigns \\nothing; */\nvoid extra(void)\n{\n}\n' >>"$code"
red "a function without a claim" 'no claim for: extra'

sed -i 's/is_good\t/renamed\t/' "$claims"
red "a claim without a function" 'no claim for|claim without a function'

printf 'policy\tghost\t1\tIs not there.\n' >>"$claims"
red "a dropped function" 'claim without a function: ghost'

awk -F '\t' -v OFS='\t' '{ $3 = 9999; print }' "$claims" >"$work/claims" && mv "$work/claims" "$claims"
red "fewer goals than the floor" 'goals, at least 9999 expected'

printf 'policy law\n' >>"$claims"
red "a broken line in claims.txt" 'expected target, function, floor, claim'

: >"$claims"
red "an empty list of claims" 'no claim'

# A prover that is not there, or dies, must not count as one that agrees.
mkdir "$work/bin"
for tool in frama-c why3 jq z3; do
	ln -s "$(command -v "$tool")" "$work/bin/$tool"
done
for tool in sh env awk sed grep sort comm paste cat rm mkdir mv head tr date dirname gcc cpp uniq; do
	ln -s "$(command -v "$tool")" "$work/bin/$tool" 2>/dev/null || true
done
path=$PATH
PATH=$work/bin
red "no CVC4" 'cvc4 not found'
PATH=$path

for tool in cvc4 z3; do
	# shellcheck disable=SC2016 # the quoted words are for the stand-in
	printf '#!/bin/sh\ncase $1 in *version*) exec %s "$@" ;; esac\nexit 1\n' \
		"$(command -v "$tool")" >"$work/$tool"
	chmod +x "$work/$tool"
done
mkdir "$work/dead"
mv "$work/cvc4" "$work/z3" "$work/dead/"
PATH=$work/dead:$path
red "provers that die" 'not everything is proved'
PATH=$path

[ "$failed" -eq 0 ] || exit 1
echo "$count broken inputs, all caught by verify/prove.sh"
