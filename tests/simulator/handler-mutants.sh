#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
set -eu

usage() {
	cat <<-END
	usage: tests/simulator/handler-mutants.sh [--verbose] [BUILD_FOLDER]
	Builds the explorer once for each line of tests/simulator/handler-mutants.txt, with the fault
	handler or a primitive of the model broken in that one way, and fails unless some
	scenario of the reviewed handler reports a violation. With --verbose, says which.
	END
}

. "$(dirname "$0")/../frame.sh"

verbose=false
if [ "${1-}" = --verbose ]; then
	verbose=true
	shift
fi

cd "$(dirname "$0")/../.."
source=$(pwd)
simulator=$source/examples/simulator
if [ $# -eq 0 ]; then
	build=$(mktemp -d)
	trap 'rm -rf "$build"' EXIT
else
	mkdir -p "$1"
	build=$(cd "$1" && pwd)
	rm -f "$build"/*.o "$build"/*.c
fi
cd "$build"

compile() {
	gcc -std=c11 -D_GNU_SOURCE -O1 -w -I"$source/include" -I"$simulator" -I"$simulator/model" \
		-I"$simulator/explore" -c "$@"
}

# The explorer alone: what only the other commands of the program need stays out.
sources() {
	printf '%s\n' "$source"/lib/*.c "$source"/examples/handler/*.c "$simulator"/model/*.c \
		"$simulator"/explore/*.c
}

# explorer OBJECT...: links, runs, and leaves the exit status of the program.
explorer() {
	gcc main.o "$@" -o explorer || die "does not link"
	status=0
	timeout 20 ./explorer --policy reviewed >explorer.log 2>explorer.err || status=$?
}

fail() {
	echo "handler-mutants.sh: $file: '$original' -> '$mutated': $*" >&2
	failed=$((failed + 1))
}

# The scenario that notices first, and what it says.
caught_by() {
	sed -n 's/^\([a-z0-9_]*\) .*  fails: \(.*\)/\1: \2/p' explorer.log | head -1
}

try_mutant() {
	"$source/tests/mutate.sh" "$source/examples/$file" "$original" "$mutated" >mutant.c || {
		fail "does not apply; adapt tests/simulator/handler-mutants.txt"
		return
	}
	compile mutant.c || {
		fail "does not compile"
		return
	}
	name=$(basename "$file" .c)
	# shellcheck disable=SC2046 # a list of objects
	explorer mutant.o $(echo "$objects" | grep -vx "$name.o")
	if [ "$status" -eq 0 ]; then
		fail "survives the explorer ($bug)"
	elif [ "$status" -eq 124 ]; then
		fail "is explored without end ($bug)"
	elif [ "$status" -ne 1 ] || [ -z "$(caught_by)" ]; then
		fail "ends the explorer with status $status, no violation reported ($bug)"
	elif $verbose; then
		printf '%-56s %s\n' "$bug" "$(caught_by)"
	fi
}

echo 'int explore_main(int, char **); int main(int n, char **words) { return explore_main(n, words); }' >main.c
# shellcheck disable=SC2046 # a list of files
compile main.c $(sources)
objects=$(sources | sed 's,.*/,,; s,\.c$,.o,')
# shellcheck disable=SC2086 # a list of objects
explorer $objects
if [ "$status" -ne 0 ]; then
	cat explorer.log explorer.err >&2
	die "the explorer is red without any mutant"
fi

tab=$(printf '\t')
tried=0
failed=0
while IFS=$tab read -r file original mutated bug; do
	case $file in
	'#'*) continue ;;
	esac
	[ -n "$bug" ] || die "tests/simulator/handler-mutants.txt: fewer than four fields: $file $original"
	tried=$((tried + 1))
	try_mutant
done <"$source/tests/simulator/handler-mutants.txt"

[ "$tried" -ge 30 ] || die "only $tried mutants in tests/simulator/handler-mutants.txt, expected at least 30"
[ "$failed" -eq 0 ] || die "$failed complaints about $tried mutants"
echo "$tried mutants of the handler and of the model, all noticed by the explorer"
