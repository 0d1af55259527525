# shellcheck shell=sh disable=SC2154,SC2034
# SPDX-License-Identifier: GPL-2.0-only
# Judge "explorer": the scenarios of the reviewed handler, built once, with one object exchanged.

explorer_compile() {
	simulator=$source/examples/simulator
	gcc -std=c11 -D_GNU_SOURCE -O1 -w -I"$source/include" -I"$simulator" -I"$simulator/model" \
		-I"$simulator/explore" -I"$source/examples/handler" -c "$@"
}

# Both orders of the handler have the same name: here each has its own, as CMakeLists.txt does it.
explorer_compile_handler() { # FILE ORDER
	explorer_compile "$1" -Ddo_huge_pmd_swap_page="do_huge_pmd_swap_page_$2" -o "${3:-$2}.o"
}

# The explorer alone: what only the other commands of the program need stays out.
explorer_sources() {
	printf '%s\n' "$source"/lib/*.c "$source"/examples/simulator/model/*.c \
		"$source"/examples/simulator/explore/*.c
}

explorer_run() { # OBJECT...
	gcc main.o "$@" -o explorer || die "the explorer does not link"
	status=0
	timeout 120 ./explorer --policy reviewed >explorer.log 2>explorer.err || status=$?
}

prepare_explorer() {
	explorer=$build/explorer
	rm -rf "$explorer"
	mkdir "$explorer"
	cd "$explorer"
	cat >main.c <<-'END'
	int explore_main(int nr_words, char **words);
	int main(int nr_words, char **words)
	{
		return explore_main(nr_words, words);
	}
	END
	# shellcheck disable=SC2046 # a list of files
	explorer_compile main.c $(explorer_sources)
	for order in posted reviewed; do
		explorer_compile_handler "$source/examples/handler/$order.c" $order
	done
	objects="posted.o reviewed.o $(explorer_sources | sed 's,.*/,,; s,\.c$,.o,')"
	# shellcheck disable=SC2086 # a list of objects
	explorer_run $objects
	[ "$status" -eq 0 ] || {
		cat explorer.log explorer.err >&2
		die "the explorer is red without any mutant"
	}
	cd "$source"
}

judge_explorer() {
	answer=broken
	cd "$explorer"
	case $file in
	examples/handler/*) explorer_compile_handler "$mutant" "$(basename "$file" .c)" mutant ;;
	*) explorer_compile "$mutant" -o mutant.o ;;
	esac && compiled=true || compiled=false
	if ! $compiled; then
		why="does not compile"
	else
		# shellcheck disable=SC2046 # a list of objects
		explorer_run mutant.o $(echo "$objects" | tr ' ' '\n' | grep -vx "$(basename "$file" .c).o")
		# The scenario that notices first, and what it says.
		why=$(sed -n 's/^\([a-z0-9_]*\) .*  fails: \(.*\)/\1: \2/p' explorer.log | head -n 1)
		[ -n "$why" ] || why=$(sed -n 's/^thpswap-sim: //p' explorer.err | head -n 1)
		case $status in
		0) answer=survived ;;
		1) [ -z "$why" ] || answer=rejected ;;
		124) why="explored without end" ;;
		*) why="the explorer ends with status $status" ;;
		esac
	fi
	cd "$source"
}
