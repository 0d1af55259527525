#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
set -eu

usage() {
	cat <<-END
	usage: examples/quickstart.sh
	Installs the Debian packages that are missing, builds the simulator in build/release,
	and runs a recorded trace under each policy. README.md says what its estimate can bear.
	END
}

quietly() {
	"$@" >build/quickstart.log 2>&1 || {
		cat build/quickstart.log >&2
		echo "quickstart.sh: failed: $*" >&2
		exit 1
	}
}

. "$(dirname "$0")/../tests/frame.sh"

[ $# = 0 ] || wrong_use "unknown argument '$1'"

cd "$(dirname "$0")/.."
mkdir -p build
./tests/packages.sh build sim
quietly cmake --preset release --fresh -DBUILD_TESTING=OFF
quietly cmake --build --preset release
build/release/examples/simulator/thpswap-sim run examples/simulator/traces/sqlite.csv.gz \
	--device zram --memory 48
