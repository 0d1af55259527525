# shellcheck shell=sh disable=SC2154
# SPDX-License-Identifier: GPL-2.0-only
# The tools of the proof. Read by prove.sh, which sets $build.

# A tool gave no answer: neither "proved" nor "not proved" may be concluded from that.
no_answer() {
	echo "$script: $*" >&2
	exit 3
}

check_tools() {
	for tool in frama-c why3 cvc4 z3 jq; do
		command -v "$tool" >/dev/null || no_answer "$tool not found: run tests/packages.sh proof"
	done
}

# The user's own Why3 configuration must not decide what is proved here.
configure_why3() {
	WHY3CONFIG=$build/why3.conf
	export WHY3CONFIG
	rm -f "$WHY3CONFIG"
	why3 -C "$WHY3CONFIG" config detect >"$build/why3.log" 2>&1 ||
		no_answer "why3 config failed, see $build/why3.log"
	for prover in CVC4 Z3; do
		grep -q "^name = \"$prover\"" "$WHY3CONFIG" ||
			no_answer "why3 does not know $prover, see $build/why3.log"
	done
}

# One object, for the reports.
versions() {
	jq -n --arg framac "$(frama-c -version)" --arg why3 "$(why3 --version)" \
		--arg cvc4 "$(cvc4 --version | sed -n 's/^This is CVC4 version //p')" \
		--arg z3 "$(z3 --version)" '{ frama_c: $framac, why3: $why3, cvc4: $cvc4, z3: $z3 }'
}
