#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
set -eu

usage() {
	cat <<-END
	usage: tests/project/install/outside.sh FOLDER WAY
	Uses the library as a project outside does; everything is built in FOLDER.
	  install           installs it into FOLDER/prefix; the next five need that
	  find_package      CMake, from the prefix
	  readme            the example of README.md, by a compiler, from the prefix
	  pkg_config        a compiler and pkg-config, from the prefix
	  cxx               the same in C++, with g++ and with clang++
	  version           CMake, from the prefix, refuses another minor version
	  add_subdirectory  CMake, from the sources
	  clang             the same with clang
	END
}

. "$(dirname "$0")/../../frame.sh"
[ $# = 2 ] || wrong_use "two arguments expected"

here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
folder=$(cd "$1" && pwd)
way=$2
prefix=$folder/prefix
build=$folder/$way
# Only what is asked for here may decide.
unset CFLAGS CXXFLAGS LDFLAGS
export CMAKE_GENERATOR="${CMAKE_GENERATOR:-Ninja}"
export PKG_CONFIG_PATH="$prefix/lib/pkgconfig"

rm -rf "$build"
mkdir "$build"

configure() {
	source=$1
	shift
	cmake -S "$source" -B "$build" -DCMAKE_BUILD_TYPE=Release "$@"
}

built_by_cmake() {
	configure "$here/$1" -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_C_COMPILER="$2"
	cmake --build "$build"
	"$build/consumer"
}

built_by_hand() {
	compiler=$1
	shift
	# shellcheck disable=SC2046 # flags are words
	"$compiler" -Wall -Wextra -Wpedantic -Werror "$@" -o "$build/consumer" \
		$(pkg-config --cflags --libs thpswap)
	"$build/consumer"
}

expected_files() {
	cat <<-END
	include/thpswap/batch.h
	include/thpswap/env.h
	include/thpswap/fallback.h
	include/thpswap/free_swap.h
	include/thpswap/mapping.h
	include/thpswap/names.h
	include/thpswap/result.h
	include/thpswap/source.h
	include/thpswap/thpswap.h
	include/thpswap/validation.h
	include/thpswap/verdict.h
	lib/cmake/thpswap/thpswap-config-release.cmake
	lib/cmake/thpswap/thpswap-config-version.cmake
	lib/cmake/thpswap/thpswap-config.cmake
	lib/libthpswap.a
	lib/pkgconfig/thpswap.pc
	END
}

case $way in
install)
	rm -rf "$prefix" "$folder/first-prefix"
	configure "$here/../../.." -DBUILD_TESTING=OFF -DCMAKE_INSTALL_LIBDIR=lib
	cmake --build "$build" --target thpswap
	cmake --install "$build" --prefix "$folder/first-prefix"
	# Moved, so that a path written down while installing is found out.
	mv "$folder/first-prefix" "$prefix"
	expected_files >"$build/expected"
	(cd "$prefix" && find . -type f | sed 's|^\./||' | LC_ALL=C sort) >"$build/installed"
	diff -u "$build/expected" "$build/installed" || die "other files than expected are installed"
	;;
find_package) built_by_cmake find_package gcc ;;
version)
	if configure "$here/find_package" -DCMAKE_PREFIX_PATH="$prefix" -DWANTED_VERSION=0.99 \
		>"$build/log" 2>&1; then
		die "version 0.99 was asked for, and found"
	fi
	# Refused for its version, not for being absent.
	grep -q "thpswap-config.cmake, version: 0.1.0" "$build/log" ||
		die "no version 0.1.0 was found and refused: $(cat "$build/log")"
	;;
pkg_config) built_by_hand gcc -std=c11 "$here/consumer.c" ;;
cxx)
	built_by_hand g++ -std=c++11 "$here/consumer.cpp"
	built_by_hand clang++ -std=c++11 "$here/consumer.cpp"
	;;
readme)
	# The example is the one that people copy, and it prints what the sentence below it says.
	awk '/^```c$/ { inside = 1; next } /^```$/ { inside = 0 } inside' "$here/../../../README.md" \
		>"$build/consumer.c"
	[ -s "$build/consumer.c" ] || die "README.md has no example in C"
	built_by_hand gcc -std=c11 "$build/consumer.c" >"$build/printed"
	grep -qF "It prints \`$(cat "$build/printed")\`." "$here/../../../README.md" ||
		die "README.md does not say what its example prints: $(cat "$build/printed")"
	;;
add_subdirectory) built_by_cmake add_subdirectory gcc ;;
clang) built_by_cmake add_subdirectory clang ;;
*) wrong_use "unknown way '$way'" ;;
esac
