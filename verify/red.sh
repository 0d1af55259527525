#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Every gate of prove.sh must turn red, for its own reason, when it is given
# what it exists to catch.
set -eu

usage() {
	cat <<-END
	usage: verify/red.sh
	Breaks a very small library and a very small handler in every way that verify/prove.sh
	has a gate for, and fails unless each gate turns red for its own reason.
	END
}

here=$(cd "$(dirname "$0")" && pwd)
. "$here/../tests/frame.sh"
[ $# = 0 ] || wrong_use "unknown argument '$1'"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$work/tree
header=$tree/include/thpswap/thpswap.h
code=$tree/lib/decision.c
laws=$tree/verify/laws.c
claims=$tree/verify/claims.txt
reviewed=$tree/examples/handler/reviewed.c
posted=$tree/examples/handler/posted.c
steps=$tree/examples/handler/steps.h
world=$tree/verify/handler/primitives.h
bits=$tree/verify/handler/bits.c
expected=$tree/verify/handler/expected-failures.txt
target=policy
failed=0
count=0

# A library of one decision is enough to see a gate, and quick. So are two handlers that take a
# thing and give it back, which the posted one forgets.
fresh() {
	rm -rf "$tree"
	mkdir -p "$tree/lib" "$tree/verify/handler" "$tree/include/thpswap" "$tree/examples/handler"
	cat >"$header" <<'HEADER'
#include <stdbool.h>
struct thpswap_facts {
	unsigned int size;
	bool ready;
};

/*@ terminates \true;
    exits \false;
    assigns \nothing;
    ensures good: \result <==> facts.ready && facts.size > 3;
*/
_Bool is_good(struct thpswap_facts facts);
HEADER
	cat >"$code" <<'CODE'
#include <thpswap/thpswap.h>
_Bool is_good(struct thpswap_facts facts)
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
_Bool law(struct thpswap_facts facts)
{
	return is_good(facts);
}
LAW
	cat >"$world" <<'WORLD'
extern const unsigned int hpage_pmd_nr;
//@ ghost int held;
/*@ check requires free: held == 0;
    terminates \true; exits \false; assigns held; ensures taken: held == 1; */
void take(void);
/*@ check requires held: held == 1;
    terminates \true; exits \false; assigns held; ensures given_back: held == 0; */
void give(void);
/*@ requires valid: \valid(size);
    requires start: held == 0;
    terminates \true; exits \false; assigns held, *size;
    ensures size: *size == hpage_pmd_nr;
    ensures balanced: held == 0; */
void handle(unsigned int *size);
WORLD
	cat >"$steps" <<'STEPS'
static unsigned int pages(void)
{
	return hpage_pmd_nr;
}
STEPS
	cat >"$reviewed" <<'HANDLER'
#include "primitives.h"
#include "steps.h"
void handle(unsigned int *size)
{
	take();
	*size = pages();
	give();
}
HANDLER
	sed '/^\tgive/d' "$reviewed" >"$posted"
	cat >"$bits" <<'BITS'
/*@ terminates \true; exits \false; assigns \nothing; ensures sum: \result == 3; */
int bits_in_numbers(void)
{
	return 1 | 2;
}
BITS
	printf '# goal, defect, why\nhandle_ensures_balanced\tD0\tIt keeps what it took.\n' >"$expected"
	printf '%s\t%s\t%s\t%s\t-\n' policy is_good 5 'Ready and large.' \
		policy law 3 'Good implies large.' handler handle 6 'Balanced.' \
		inlined pages - 'The size.' bits bits_in_numbers 2 'Three.' >"$claims"
}

run() { "$here/prove.sh" --root "$tree" --build "$work/build" "$@" >"$work/log" 2>&1; }

complain() {
	echo "red.sh: $*" >&2
	cat "$work/log" >&2
	failed=$((failed + 1))
}

# WHAT PATTERN [OPTION]...: prove.sh must fail and say PATTERN.
red() {
	what=$1
	pattern=$2
	shift 2
	count=$((count + 1))
	if run --target "$target" "$@"; then
		complain "not caught: $what"
	elif ! grep -qE -- "$pattern" "$work/log"; then
		complain "$what: caught, but for another reason:"
	fi
	fresh
}

# STATUS WHAT OPTION...: prove.sh must end with this status.
ends_with() {
	wanted=$1
	what=$2
	shift 2
	count=$((count + 1))
	status=0
	run "$@" || status=$?
	[ "$status" = "$wanted" ] || complain "$what: ended with $status, $wanted expected:"
	fresh
}

add() { printf '%b' "$2" >>"$1"; } # FILE TEXT

contract='/*@ terminates \\true; exits \\false; assigns \\nothing; */\n'

fresh
run --smoke || {
	cat "$work/log" >&2
	die "the unbroken tree is red"
}

# The library.

sed -i 's/ensures large: .*/ensures large: facts.size > 0;/' "$laws"
red "a wrong law" 'not proved: law_ensures_large'

sed -i 's/!facts\.ready/facts.ready/' "$code"
red "wrong code" 'not proved: is_good_ensures_good'

add "$code" 'int bare(int x)\n{\n\treturn x;\n}\n'
add "$claims" 'policy\tbare\t1\tNothing.\t-\n'
red "a function without a contract" 'bare has no contract'

add "$code" '/*@ ensures same: \\result == x; */\nint loose(int x)\n{\n\treturn x;\n}\n'
add "$claims" 'policy\tloose\t1\tThe argument.\t-\n'
red "a contract without assigns" 'loose has no contract, or one without assigns'

add "$code" "int outside(void);\n${contract}int calls(void)\n{\n\treturn outside();\n}\n"
add "$claims" 'policy\tcalls\t1\tCalls.\t-\n'
red "a call of a function that has no contract" 'outside is called and has neither'

add "$code" '/*@ terminates \\true; exits \\false; assigns \\nothing; ensures more: \\result > x; */\nint next(int x)\n{\n\treturn x + 1;\n}\n'
add "$claims" 'policy\tnext\t1\tThe next.\t-\n'
red "an overflow" 'not proved: next_assert_rte_signed_overflow'

sed -i 's/^\/\*@ terminates/\/*@ requires none: facts.size < facts.size; terminates/' "$laws"
red "a precondition that nothing fulfils" 'contradictory contract' --smoke

add "$laws" '/*@ axiomatic False { axiom wrong: \\false; } */\n'
red "an axiom" 'an assumption in the lines above'

sed -i 's/^\treturn is_good/\t\/\/@ admit \\false;\n&/' "$laws"
red "an admitted assertion" 'an assumption in the lines above'

sed -i 's/ensures large: /ensures large: \\undefined_word \&\& /' "$laws"
red "an annotation that does not parse" 'cannot read the sources'

add "$code" "${contract}void extra(void)\n{\n}\n"
red "a function without a claim" 'no claim for extra'

sed -i 's/is_good\t/renamed\t/' "$claims"
red "a claim for another function" 'no claim for is_good'

add "$claims" 'policy\tghost\t1\tIs not there.\t-\n'
red "a dropped function" 'claim without a function .*: ghost'

sed -i 's/\tlaw\t3/\tlaw\t9999/' "$claims"
red "fewer goals than the floor" 'law: [0-9]* goals, at least 9999 expected'

add "$claims" 'policy law\n'
red "a broken line in claims.txt" 'claims.txt:6: expected target'

add "$claims" 'bits\tlaw\t1\tAgain.\t-\n'
red "two claims for a function" 'law has a line already: 2'

sed -i 's/\tlaw\t3/\tlaw\tmany/' "$claims"
red "a floor that is no number" 'the floor of law is "many"'

: >"$claims"
red "an empty list of claims" 'no claim for is_good'

# The handler.
target=handler

sed -i 's/^\tgive/\ttake/' "$reviewed"
red "a wrong reviewed handler" 'reviewed: not proved: handle_'

sed -i 's/^handle_ensures_balanced.*//' "$expected"
red "a failure of the posted handler that is not expected" 'posted: not proved: handle_ensures_balanced \(Unknown\)'

cp "$reviewed" "$posted"
red "an expected failure that is proved" 'posted: proved, or gone, .*: handle_ensures_balanced'

add "$expected" 'handle_ensures_renamed\tD0\tIs no goal.\n'
red "an expected failure that is no goal" 'posted: proved, or gone, .*: handle_ensures_renamed'

sed -i 's/\thandle\t6/\thandle\t9999/' "$claims"
red "fewer goals of the handler than the floor" 'handle: [0-9]* goals, at least 9999 expected'

sed -i 's/\tbits_in_numbers\t2/\tbits_in_numbers\t9999/' "$claims"
red "fewer goals of the bits than the floor" 'bits_in_numbers: [0-9]* goals, at least 9999 expected'

sed -i 's/1 | 2/1 | 4/' "$bits"
red "wrong bits" 'bits: not proved: bits_in_numbers_ensures_sum'

sed -i '/^inlined/d' "$claims"
red "a helper without a contract and a claim" 'no claim for pages: give it a contract in verify/handler/helpers.h'

sed -i 's/^inlined\tpages\t-/handler\tpages\t1/' "$claims"
red "a helper with a claim and without a contract" 'reviewed: pages has no contract'

sed -i '/\thandle\t/d' "$claims"
red "a handler without a claim" 'no claim for handle:'

sed -i '/^bits/d' "$claims"
red "bits without a claim" 'no claim for bits_in_numbers'

add "$claims" 'inlined\tghost\t-\tIs not there.\t-\n'
red "an inlined helper that is gone" 'claim without a function .*: ghost'

sed -i 's/^.*ghost int held;/&\nint counter;/; s/assigns held, \*size;/assigns held, *size, counter;/' "$world"
sed -i 's/^\ttake();/\tcounter = 1;\n&/' "$reviewed" "$posted"
red "an assumption that pointers do not overlap" 'the lines above make the proof unsound'

add "$world" '/*@ axiomatic False { axiom wrong: \\false; } */\n'
red "an axiom of the handler's world" 'an assumption in the lines above'

add "$steps" '/*@ axiomatic False { axiom wrong: \\false; } */\n'
red "an axiom in what both handlers do" 'an assumption in the lines above'

sed -i 's/^inlined\tpages\t-/posted\tpages\t1/' "$claims"
red "a helper that one handler has and only the other claims" 'reviewed.c has it.*the target reviewed'

add "$claims" 'reviewed\tghost\t1\tIs not there.\t-\n'
red "a claim for a helper of one handler that is gone" 'claim without a function in the sources of reviewed: ghost'

sed -i 's/^void give.*/&\nvoid more(void);/' "$world"
sed -i 's/^\ttake();/&\n\tmore();/' "$reviewed"
red "a primitive without a contract" 'more is called and has neither'

sed -i 's/^\ttake();/&\n\tif (hpage_pmd_nr < hpage_pmd_nr)\n\t\tgive();/' "$reviewed" "$posted"
red "a place that neither revision reaches" 'contradictory contract or dead code' --smoke

sed -i 's/^\ttake();/&\n\tif (hpage_pmd_nr < hpage_pmd_nr)\n\t\tgive();/' "$reviewed"
red "a place that one handler has and does not reach" '^examples/handler/reviewed.c:[0-9]*: in handle$' --smoke

sed -i 's/^\treturn/\tif (hpage_pmd_nr < hpage_pmd_nr)\n\t\treturn 0;\n&/' "$steps"
red "a place that both handlers share and neither reaches" '^examples/handler/steps.h:[0-9]*: in handle$' --smoke

# One property: what the judge of the mutants goes by.
ends_with 0 "a property that is proved" --only handle balanced
ends_with 1 "a property that is not proved" --only handle balanced --revision posted
ends_with 0 "a property of a law" --only law large
ends_with 2 "a function that nobody knows" --only nobody balanced
ends_with 2 "an inlined function" --only pages balanced
ends_with 3 "a property that is no goal" --only handle missing
ends_with 2 "a target that does not exist" --target nobody

# A prover that is not there, dies or is cut off must not count as one that agrees, nor as one
# that could not prove what is not to be proved.
mkdir "$work/bin"
for tool in frama-c why3 jq z3; do
	ln -s "$(command -v "$tool")" "$work/bin/$tool"
done
for tool in sh env awk sed grep sort comm paste cat rm mkdir mv cp head tr date dirname basename gcc cpp uniq touch; do
	ln -s "$(command -v "$tool")" "$work/bin/$tool" 2>/dev/null || true
done
path=$PATH
PATH=$work/bin
ends_with 3 "no CVC4" --target policy
PATH=$path

# stand_in FOLDER WORDS: provers that know their version, and else do WORDS.
stand_in() {
	mkdir "$work/$1"
	for tool in cvc4 z3; do
		# shellcheck disable=SC2016 # the quoted words are for the stand-in
		printf '#!/bin/sh\ncase $1 in *version*) exec %s "$@" ;; esac\n%s\n' \
			"$(command -v "$tool")" "$2" >"$work/$1/$tool"
		chmod +x "$work/$1/$tool"
	done
}
stand_in dead 'exit 1'
stand_in late 'echo "CVC4 interrupted by timeout."; exit 1'
PATH=$work/dead:$path
target=policy
red "provers that die" 'not everything is proved'
target=handler
ends_with 3 "a prover that dies, and one property" --only handle balanced --revision posted
PATH=$work/late:$path
red "an expected failure that is a time-out" 'expected to fail, but the prover gave no answer: handle_ensures_balanced' \
	--revision posted
ends_with 3 "a time-out, and one property" --only handle balanced --revision posted
PATH=$path

[ "$failed" -eq 0 ] || die "$failed of $count gates did not turn red as they should"
echo "$count broken inputs, all caught by verify/prove.sh"
