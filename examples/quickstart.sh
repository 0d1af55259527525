#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
set -eu

usage() {
	cat <<-END
	usage: examples/quickstart.sh
	Installs the Debian packages that are missing, builds the simulator in build/release,
	and runs a recorded trace under each policy.
	END
}

quietly() {
	"$@" >build/quickstart.log 2>&1 || {
		cat build/quickstart.log >&2
		echo "quickstart.sh: failed: $*" >&2
		exit 1
	}
}

case ${1-} in
--help)
	usage
	exit 0
	;;
'') ;;
*)
	echo "quickstart.sh: unknown argument '$1'; see --help" >&2
	exit 2
	;;
esac

cd "$(dirname "$0")/.."
mkdir -p build
./tests/packages.sh build sim
quietly cmake --preset release --fresh -DBUILD_TESTING=OFF
quietly cmake --build --preset release
simulate() {
	build/release/examples/simulator/thpswap-sim run examples/simulator/traces/sqlite.csv.gz "$@"
}
simulate --device zram --memory 48
echo
simulate --device nvme --memory 40
