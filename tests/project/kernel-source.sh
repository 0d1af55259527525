#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
set -eu

usage() {
	cat <<-END
	usage: tests/project/kernel-source.sh
	Has examples/kernel/source.sh take a Linux from a folder, from a tarball, and from a
	server on the loopback interface, and refuse what is none; each failure must name what
	to do. Debian's package is not fetched here.
	END
}

. "$(dirname "$0")/../frame.sh"

cd "$(dirname "$0")/../.."
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$work"' EXIT

# As little of a Linux as is looked for.
mkdir -p "$work/tree/mm" "$work/bin" "$work/www" "$work/else"
echo memory >"$work/tree/mm/memory.c"
tar -cJf "$work/www/linux-7.3.4.tar.xz" -C "$work" tree
(cd "$work/www" && sha256sum linux-7.3.4.tar.xz >sha256sums.asc)

# Serves www, file by file.
cat >"$work/server.pl" <<'END'
use IO::Socket::INET;
my $socket = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 5) or die;
open my $port, '>', $ARGV[1] or die;
print $port $socket->sockport;
close $port;
while (my $client = $socket->accept) {
	my ($name) = <$client> =~ m,^GET /([\w.-]+) ,;
	while (<$client>) { last if /^\r?$/ }
	if (open my $file, '<:raw', "$ARGV[0]/$name") {
		local $/;
		print $client "HTTP/1.0 200 OK\r\n\r\n", <$file>;
	} else {
		print $client "HTTP/1.0 404 Not Found\r\n\r\n";
	}
	close $client;
}
END
perl "$work/server.pl" "$work/www" "$work/port" &
server=$!
tries=0
until [ -s "$work/port" ]; do
	tries=$((tries + 1))
	[ $tries -lt 100 ] || die "the server does not start"
	sleep 0.1
done
url=http://127.0.0.1:$(cat "$work/port")

# Debian has no such package.
printf '#!/bin/sh\necho "E: Unable to locate package" >&2\nexit 100\n' >"$work/bin/apt-get"
chmod +x "$work/bin/apt-get"

get() {
	PATH="$work/bin:$PATH" examples/kernel/source.sh "$@" "$work/out" >"$work/log" 2>&1
}

# Usage: takes WHAT ARGUMENT...
takes() {
	what=$1
	shift
	rm -rf "$work/out"
	get "$@" || die "$what: $(cat "$work/log")"
	cmp -s "$work/tree/mm/memory.c" "$work/out/linux/mm/memory.c" || die "$what: not unpacked"
}

# Usage: refuses WHAT MESSAGE ARGUMENT...
refuses() {
	what=$1 message=$2
	shift 2
	rm -rf "$work/out"
	! get "$@" || die "$what: taken"
	grep -qF -e "$message" "$work/log" || die "$what: no '$message' in: $(cat "$work/log")"
	! [ -e "$work/out/linux" ] || die "$what: something is unpacked"
}

takes "a folder" --source "$work/tree"
takes "a tarball" --source "$work/www/linux-7.3.4.tar.xz"
refuses "a folder that is no Linux" "is no Linux: mm/memory.c is missing" --source "$work/else"
refuses "what does not exist" "does not exist" --source "$work/nowhere"
mkdir "$work/tree/mm/thpswap"
refuses "a Linux that was prepared" "take an unmodified tree" --source "$work/tree"
rmdir "$work/tree/mm/thpswap"

takes "a server" --upstream "$url"
grep -q 'no linux-source-7.3: ' "$work/log" || die "it does not say why Debian's is not taken"
refuses "a server that is not there" "run.sh --source FILE" --upstream http://127.0.0.1:1
echo more >>"$work/www/linux-7.3.4.tar.xz"
refuses "a tarball with another checksum" "has another checksum" --upstream "$url"
echo >"$work/www/sha256sums.asc"
refuses "a list without it" "does not list linux-7.3.4.tar.xz" --upstream "$url"
