#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
set -eu

usage() {
	cat <<-END
	usage: tests/policy/objects.sh FOLDER
	Builds the release archive with gcc and with clang in FOLDER and checks that a
	kernel could take it: nothing undefined, no writable data, no foreign symbol, no
	header of a C library, little code. Prints the size of the code.
	END
}

# Of code, on x86-64 at -O2; what the traces print lies in .rodata beside it.
text_limit=2048

fail() {
	echo "objects.sh: $compiler: $*" >&2
	failed=true
}

must() {
	"$@" >"$build/log" 2>&1 || {
		echo "objects.sh: $compiler: failed: $*" >&2
		cat "$build/log" >&2
		exit 1
	}
}

bytes_of() {
	size -A "$archive" | awk -v wanted="^[.]$1([.]|\$)" '$1 ~ wanted { n += $2 } END { print n + 0 }'
}

check_sections() {
	for section in data bss tdata tbss; do
		n=$(bytes_of "$section")
		[ "$n" = 0 ] || fail ".$section has $n bytes; only constants are allowed"
	done
	text=$(bytes_of text)
	[ "$text" -gt 0 ] || fail "no code was found in $archive"
	[ "$text" -le $text_limit ] || fail ".text has $text bytes, more than $text_limit"
	echo "$compiler: .text $text of at most $text_limit bytes, .rodata $(bytes_of rodata) bytes"
}

check_symbols() {
	# One object may use another's functions: link them before asking what is undefined.
	must ld -r --whole-archive "$archive" -o "$build/whole.o"
	undefined=$(nm --undefined-only --format=posix "$build/whole.o" | cut -d" " -f1 | xargs)
	[ -z "$undefined" ] || fail "undefined: $undefined"
	foreign=$(nm --extern-only --defined-only --format=posix "$build/whole.o" | cut -d' ' -f1 |
		grep -v "^thpswap_" | xargs)
	[ -z "$foreign" ] || fail "not prefixed by thpswap_: $foreign"
	nm --extern-only --defined-only "$build/whole.o" | grep -q ' T thpswap_' ||
		fail "no function was found in $archive"
}

# Without the search paths, and with three headers of the compiler, nothing else can be included.
check_headers() {
	mkdir -p "$build/freestanding" "$build/kernel/linux"
	for header in stdbool stdint stddef; do
		path=$("$compiler" -print-file-name=include)/$header.h
		[ -f "$path" ] || fail "$path is missing"
		ln -sf "$path" "$build/freestanding/"
	done
	cat >"$build/kernel/linux/types.h" <<-END
	typedef _Bool bool;
	enum { false, true };
	END
	set -- "$compiler" -Wall -Wextra -Wconversion -Werror -O2 -ffreestanding -nostdinc \
		-I "$root/include" -c -o "$build/object.o"
	for source in "$root"/lib/*.c; do
		must "$@" -std=c11 -Wpedantic -isystem "$build/freestanding" "$source"
		must "$@" -std=gnu11 -D__KERNEL__ -I "$build/kernel" "$source"
	done
	must "$compiler" -nostdlib -shared -Wl,-z,defs -Wl,--whole-archive "$archive" \
		-o "$build/alone.so"
}

. "$(dirname "$0")/../frame.sh"
[ $# = 1 ] || wrong_use "one argument expected"

root=$(cd "$(dirname "$0")/../.." && pwd)
folder=$(mkdir -p "$1" && cd "$1" && pwd)
failed=false
unset CFLAGS LDFLAGS
for compiler in gcc clang; do
	build=$folder/$compiler
	archive=$build/libthpswap.a
	rm -rf "$build"
	mkdir -p "$build"
	(cd "$root" && must cmake --preset release -B "$build" -DBUILD_TESTING=OFF \
		-DCMAKE_C_COMPILER=$compiler)
	must cmake --build "$build" --target thpswap
	check_sections
	check_symbols
	check_headers
done
! $failed
