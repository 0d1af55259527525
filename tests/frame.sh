# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-only
# What all scripts have in common. A script defines usage() and then reads this file:
# --help is answered here, and there is one way to fail and one to refuse.
script=$(basename "$0")

# What was asked for did not work.
die() {
	echo "$script: $*" >&2
	exit 1
}

# What was asked for makes no sense.
wrong_use() {
	echo "$script: $*; see --help" >&2
	exit 2
}

case ${1-} in
-h | --help)
	usage
	exit 0
	;;
esac
