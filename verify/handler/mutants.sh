#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The proof of the handler must reject every mutant of mutants.txt.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
handler=$here/../../examples/handler/huge_pmd_swap.c
case ${1-} in
-h | --help)
	echo "usage: verify/handler/mutants.sh [HANDLER]"
	echo "Proves one property of each mutant of HANDLER (default: the handler); all must fail."
	exit 0
	;;
?*) handler=$1 ;;
esac
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

tab=$(printf '\t')
total=0
survivors=0
while IFS="$tab" read -r name old new breaks function property; do
	case $name in '' | '#'*) continue ;; esac
	[ -n "$property" ] || {
		echo "mutants.sh: $name: $old: expected six tab-separated fields" >&2
		exit 2
	}
	OLD=$old NEW=$new perl -0777 -pe '
		BEGIN { ($o, $n) = map { s/\\n/\n/gr =~ s/\\t/\t/gr } @ENV{"OLD", "NEW"} }
		$c = () = /\Q$o\E/g; die "matches $c times: $o\n" if $c != 1;
		s/\Q$o\E/$n/' "$handler" >"$work/$name"
	total=$((total + 1))
	code=0
	"$here/prove.sh" --build "$work" --handler "$work/$name" --only "$function" "$property" ||
		code=$?
	case $code in
	1) ;;
	0)
		echo "mutants.sh: survived: $breaks" >&2
		survivors=$((survivors + 1))
		;;
	*)
		echo "mutants.sh: no answer for: $breaks" >&2
		exit 2
		;;
	esac
done <"$here/mutants.txt"
[ "$survivors" -eq 0 ] || exit 1
echo "$total mutants of the handler rejected by the proof"
