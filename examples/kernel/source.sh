#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
set -eu

version=7.3.4
tarball=linux-$version.tar.xz
upstream=https://cdn.kernel.org/pub/linux/kernel/v7.x
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
package=linux-source-7.3

usage() {
	cat <<-END
	usage: examples/kernel/source.sh [--source DIR|TARBALL] [--upstream URL] OUT
	Puts an unpacked Linux 7.3 in OUT/linux, unless it is there. Takes DIR or TARBALL; or,
	without --source, Debian's package linux-source-7.3 from the mirror that this machine
	uses, into OUT/apt and not into the system; or, if that fails, URL/$tarball.
	  --upstream URL  where that tarball and its sha256sums.asc are; $upstream
	END
}

. "$(dirname "$0")/../../tests/frame.sh"

say() {
	echo "source.sh: $*" >&2
}

# Usage: apt COMMAND... With lists, cache and sources of its own.
apt() {
	(cd "$out/apt" && apt-get -qq \
		-o Dir::Etc::sourcelist="$out/apt/sources.list" -o Dir::Etc::sourceparts=- \
		-o Dir::State::lists="$out/apt/lists" -o Dir::Cache="$out/apt/cache" "$@") \
		>"$out/apt/log" 2>&1 </dev/null
}

# The mirror from which the packages of this machine come.
mirror() {
	# shellcheck disable=SC2016 # apt's variable
	apt-get indextargets --format '$(REPO_URI)' 2>/dev/null |
		grep -v -e -security -e debug | sort | uniq -c | sort -rn |
		awk 'NR == 1 { print $2 }'
}

# Prints the tarball of Debian's package, or why there is none.
get_from_debian() {
	command -v apt-get >/dev/null || {
		echo "this is no Debian system"
		return 1
	}
	[ -r "$keyring" ] || {
		echo "$keyring is missing (package debian-archive-keyring)"
		return 1
	}
	uri=$(mirror)
	[ -n "$uri" ] || {
		echo "apt-get names no mirror"
		return 1
	}
	mkdir -p "$out/apt/lists/partial" "$out/apt/cache/archives/partial"
	echo "deb [signed-by=$keyring] $uri trixie-backports main" >"$out/apt/sources.list"
	if ! apt update || ! apt download "$package"; then
		echo "$(grep -m 1 '^[EW]:' "$out/apt/log" || echo 'apt-get failed'), see $out/apt/log"
		return 1
	fi
	dpkg-deb -x "$out"/apt/"$package"_*.deb "$out/apt/files" || {
		echo "dpkg-deb cannot unpack the package"
		return 1
	}
	find "$out/apt/files" -name "$package.tar.xz"
}

# Usage: fetch URL FILE
fetch() {
	if command -v curl >/dev/null; then
		curl --fail --silent --show-error --location --output "$2" "$1"
	elif command -v wget >/dev/null; then
		wget --quiet --output-document="$2" "$1"
	else
		/usr/lib/apt/apt-helper -qq download-file "$1" "$2"
	fi
}

# Prints the tarball, whose checksum is the one in the list beside it.
get_from_upstream() {
	mkdir -p "$out/upstream"
	fetch "$upstream/sha256sums.asc" "$out/upstream/sha256sums.asc" >&2 || {
		echo "cannot fetch $upstream/sha256sums.asc"
		return 1
	}
	grep "^[0-9a-f]\{64\}  $tarball\$" "$out/upstream/sha256sums.asc" \
		>"$out/upstream/checksum" || {
		echo "$upstream/sha256sums.asc does not list $tarball"
		return 1
	}
	[ -e "$out/upstream/$tarball" ] ||
		fetch "$upstream/$tarball" "$out/upstream/$tarball" >&2 || {
		echo "cannot fetch $upstream/$tarball"
		return 1
	}
	(cd "$out/upstream" && sha256sum --check --status checksum) || {
		rm -f "$out/upstream/$tarball"
		echo "$upstream/$tarball has another checksum than sha256sums.asc says"
		return 1
	}
	echo "$out/upstream/$tarball"
}

# Unpacked files are dated now, so that objects of an older kernel are older than they are.
unpack() {
	name=$(stat -c '%n %s %Y' "$1")
	[ "$(cat "$out/linux/.unpacked" 2>/dev/null)" != "$name" ] || return 0
	rm -rf "$out/linux.new"
	mkdir "$out/linux.new"
	if [ -d "$1" ]; then
		say "copying $1"
		(cd "$1" && tar -c --exclude=.git --exclude=.thpswap .) | tar -xm -C "$out/linux.new"
	else
		say "unpacking $1"
		tar -xm --strip-components=1 -C "$out/linux.new" -f "$1"
	fi || die "cannot unpack $1"
	[ -f "$out/linux.new/mm/memory.c" ] || die "$1 is no Linux: mm/memory.c is missing"
	! [ -d "$out/linux.new/mm/thpswap" ] || die "$1 has mm/thpswap already: take an unmodified tree"
	echo "$name" >"$out/linux.new/.unpacked"
	rm -rf "$out/linux"
	mv "$out/linux.new" "$out/linux"
}

source=
out=
while [ $# -gt 0 ]; do
	case $1 in
	--source | --upstream)
		[ -n "${2-}" ] || wrong_use "$1 needs an argument"
		if [ "$1" = --source ]; then source=$2; else upstream=$2; fi
		shift
		;;
	-*) wrong_use "unknown argument '$1'" ;;
	*)
		[ -z "$out" ] || wrong_use "two places: '$out' and '$1'"
		out=$1
		;;
	esac
	shift
done
[ -n "$out" ] || wrong_use "where to?"
mkdir -p "$out"
out=$(cd "$out" && pwd)

if [ -n "$source" ]; then
	[ -e "$source" ] || die "$source does not exist"
	unpack "$(realpath "$source")"
	exit 0
fi
! [ -e "$out/linux/.unpacked" ] || exit 0

say "fetching Debian's $package"
if found=$(get_from_debian); then
	unpack "$found"
	rm -rf "$out/apt"
	exit 0
fi
say "no $package: $found"
say "fetching $upstream/$tarball"
if found=$(get_from_upstream); then
	unpack "$found"
	exit 0
fi
die "$found. Download linux-$version from a place you trust, and name it: run.sh --source FILE"
