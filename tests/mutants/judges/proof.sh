# shellcheck shell=sh disable=SC2154,SC2034
# SPDX-License-Identifier: GPL-2.0-only
# Judge "proof": verify/prove.sh, of a file of the library or of one property of the handler.
# A mutant counts as rejected only if the same property of what is not mutated is proved with
# the same settings first, and if the prover gave an answer: one that was cut off rejects nothing.

prepare_proof() {
	proof=$build/proof
	rm -rf "$proof"
	mkdir "$proof"
	: >"$proof/proved"
}

# A header is proved in the reviewed handler, which includes what lies beside it first.
prove() { # FILE
	proved=$1
	case $file in
	*.h)
		mkdir -p "$proof/handler"
		proved=$proof/handler/reviewed.c
		cp "$source/examples/handler/reviewed.c" "$proved"
		cp "$1" "$proof/handler/$(basename "$file")"
		;;
	esac
	case $file in
	lib/*) "$source/verify/prove.sh" --build "$proof/run" --lib "$proved" ;;
	*) "$source/verify/prove.sh" --build "$proof/run" --handler "$proved" --only "$function" "$property" ;;
	esac >"$proof/open" 2>"$proof/log"
}

# A probe is a demand for "false" that the mutation adds; the same for "true" must be proved.
unmutated() {
	case $mutated in
	*"check $property: \\false;"*) sed "s/check $property: .false;/check $property: \\\\true;/" "$mutant" ;;
	*) cat "$source/$file" ;;
	esac
}

judge_proof() {
	function=
	property=none
	case $word in
	proof:*/*)
		function=${word#proof:}
		property=${function#*/}
		function=${function%/*}
		;;
	esac
	answer=broken
	unmutated >"$proof/$(basename "$file")"
	sum="$(cksum <"$proof/$(basename "$file")") $word"
	if ! grep -qxF "$sum" "$proof/proved"; then
		prove "$proof/$(basename "$file")" || {
			why="not proved without the mutation: $(cat "$proof/open" "$proof/log" | head -n 1)"
			return 0
		}
		echo "$sum" >>"$proof/proved"
	fi
	status=0
	prove "$mutant" || status=$?
	case $status in
	0) answer=survived ;;
	1)
		answer=rejected
		why=$(head -n 1 "$proof/open" | tr '\t' ' ')
		;;
	*) why=$(tail -n 1 "$proof/log") ;;
	esac
}
