#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The one place that knows which Debian packages are needed for what.
set -eu

usage() {
	cat <<-END
	usage: tests/packages.sh [--list] GROUP...
	Installs the Debian packages of the groups that are missing, and says which.
	  GROUP   build sim test bench record coverage proof kernel
	  --list  only print the packages
	END
}

. "$(dirname "$0")/frame.sh"

packages_of() {
	case $1 in
	build) echo gcc libc6-dev cmake ninja-build pkg-config ;;
	sim) echo zlib1g-dev libjansson-dev ;;
	test) echo check g++ clang clang-format shellcheck binutils git jq valgrind python3 ;;
	bench) echo valgrind ;;
	record) echo valgrind sqlite3 ;;
	coverage) echo lcov clang-19 llvm-19 libclang-rt-19-dev jq ;;
	proof) echo frama-c-base why3 z3 cvc4 jq ;;
	kernel)
		echo linux-source-6.1 xz-utils coccinelle make flex bison bc libelf-dev
		echo cpio qemu-system-x86
		;;
	*) wrong_use "unknown group '$1'" ;;
	esac
}

installed() {
	test "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed
}

# Without a terminal nobody can type a password.
as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	elif [ -t 2 ]; then
		sudo "$@"
	else
		sudo -n "$@"
	fi
}

apt_get() {
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=120 "$@" \
		</dev/null >>"$log" 2>&1
}

list=false
groups=
for argument; do
	case $argument in
	--list) list=true ;;
	*) groups="$groups $argument" ;;
	esac
done
[ -n "$groups" ] || wrong_use "which groups?"

wanted=
for group in $groups; do
	packages=$(packages_of "$group")
	wanted="$wanted $packages"
done
if $list; then
	echo "$wanted" | tr -s ' ' '\n' | sed '/^$/d' | sort -u
	exit 0
fi

command -v dpkg-query >/dev/null ||
	die "not a Debian system; install the equivalents of:$wanted"

missing=
for package in $wanted; do
	case " $missing " in *" $package "*) continue ;; esac
	installed "$package" || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

[ "$(id -u)" = 0 ] || command -v sudo >/dev/null ||
	die "neither root nor sudo; as root: apt-get install --no-install-recommends$missing"

echo "installing:$missing" >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# A machine with current lists is spared the update.
install_missing() {
	# shellcheck disable=SC2086 # a list of names
	apt_get install -y --no-install-recommends $missing
}
install_missing || { apt_get update && install_missing; } || {
	cat "$log" >&2
	die "apt-get could not install:$missing (its output is above)"
}
