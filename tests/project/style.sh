#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
set -eu

usage() {
	cat <<-END
	usage: tests/project/style.sh
	Checks all files that git does not ignore: C is formatted as .clang-format says,
	shellcheck finds nothing, every file names its licence, every script answers
	--help, the top level holds what belongs there and nothing else.
	END
}

. "$(dirname "$0")/../frame.sh"

cd "$(dirname "$0")/../.."
files=$(mktemp)
trap 'rm -f "$files" "$files.listed" "$files.licensed"' EXIT
failed=false

fail() {
	echo "style.sh: $*" >&2
	failed=true
}

# Prints the files whose names match, or all that are programs of a shell.
named() {
	grep -E "$1" "$files" || true
}

scripts() {
	while read -r file; do
		case $(head -c 64 "$file" | head -n 1 | tr -d '\0') in
		'#!'*sh) echo "$file" ;;
		esac
	done <"$files"
}

check_format() {
	sources=$(named '\.(c|h|cpp)$')
	[ -n "$sources" ] || fail "no C file was found"
	for source in $sources; do
		clang-format "$source" | cmp -s - "$source" ||
			fail "$source is not formatted; run: clang-format -i $source"
	done
}

check_scripts() {
	found=$(scripts)
	[ -n "$found" ] || fail "no script was found"
	echo "$found" | xargs shellcheck || fail "shellcheck complains (above)"
	for script in $found; do
		[ -x "$script" ] || fail "$script is not executable"
		# Looked for first: a script that ignores --help would do its work.
		# shellcheck disable=SC2016 # the text itself
		grep -q -e '--help' -e '"\$@"' -e '/frame\.sh"' "$script" || {
			fail "$script does not know --help"
			continue
		}
		timeout 10 "./$script" --help </dev/null 2>/dev/null | grep -qi "^usage: " ||
			fail "$script --help prints no usage"
	done
}

# Data has no place for a comment.
check_licence() {
	grep -Ev -e '\.(json|csv|gz|zst|md)$' -e '^(LICENSE|\.clang-format)$' \
		-e '^tests/policy/golden/' "$files" >"$files.licensed" || true
	while read -r file; do
		head -n 3 "$file" | grep -q 'SPDX-License-Identifier: GPL-2\.0-only\b' ||
			fail "$file: no SPDX line in the first three lines"
	done <"$files.licensed"
}

check_layout() {
	cut -d/ -f1 "$files" | sort -u | while read -r name; do
		case $name in
		lib | include | verify | tests | examples) ;;
		CMakeLists.txt | CMakePresets.json | LICENSE | README.md | .*) ;;
		*) echo "$name" ;;
		esac
	done
}

# The tree may belong to somebody else, as in a container.
git -c safe.directory='*' ls-files --cached --others --exclude-standard --deduplicate >"$files.listed" || {
	echo "style.sh: git cannot list the files; is this a clone?" >&2
	exit 1
}
# Deleted, and not yet so in the index.
while read -r file; do
	if [ -f "$file" ]; then echo "$file"; fi
done <"$files.listed" >"$files"
check_format
check_scripts
check_licence
alien=$(check_layout)
[ -z "$alien" ] || fail "does not belong at the top level:" "$alien"
! $failed
