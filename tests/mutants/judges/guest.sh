# shellcheck shell=sh disable=SC2154,SC2034
# SPDX-License-Identifier: GPL-2.0-only
# Judge "guest": the tests in a Linux that is booted with the mutant in it.

# A copy of the repository with its own library, and the kernel that is there already: its next
# build, from the repository itself, finds the library wrong, and copies it again.
prepare_guest() {
	[ -e "$source/build/kernel/release/arch/x86/boot/bzImage" ] ||
		die "no kernel; run examples/kernel/run.sh first"
	guest=$build/guest
	rm -rf "$guest"
	mkdir -p "$guest/build"
	cp -r "$source/lib" "$source/include" "$source/examples" "$source/tests" "$guest"
	ln -s "$source/build/kernel" "$guest/build/kernel"
}

judge_guest() {
	cp "$mutant" "$guest/$file"
	if "$guest/examples/kernel/run.sh" >"$guest/log" 2>&1; then
		answer=survived
	elif noticed=$(grep -c '^not ok ' "$guest/log"); then
		answer=rejected
		why="$noticed tests"
	else
		answer=broken
		why="no test failed, but run.sh did: $(tail -n 1 "$guest/log")"
	fi
	cp "$source/$file" "$guest/$file"
}
