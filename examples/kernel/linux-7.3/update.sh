#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
set -eu

usage() {
	cat <<-END
	usage: examples/kernel/linux-7.3/update.sh FILE <NEW
	Replaces FILE by what comes in, unless it is the same: make has nothing to do then.
	END
}

case ${1-} in
--help)
	usage
	exit 0
	;;
'')
	echo "update.sh: which file? see --help" >&2
	exit 1
	;;
esac

mkdir -p "$(dirname "$1")"
cat >"$1.new"
if cmp -s "$1.new" "$1"; then
	rm "$1.new"
else
	mv "$1.new" "$1"
fi
