#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# record/record.sh: exactly the accesses that a program is known to make, and a whole
# trace or none whatever happens.
set -eu

usage() {
	cat <<-END
	usage: tests/simulator/test_recorder.sh FOLDER
	  FOLDER  where thpswap-recorder and thpswap-record.so are
	END
}

# shellcheck source=tests/frame.sh
. "$(dirname "$0")/../frame.sh"
[ $# -eq 1 ] || wrong_use "one FOLDER"

THPSWAP_RECORD=$(realpath "$1")
export THPSWAP_RECORD
here=$(realpath "$(dirname "$0")")
record=$here/../../examples/simulator/record/record.sh
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cc -O1 -static -pthread -o recorded "$here/recorded.c"

# Usage: expect STATUS WHAT COMMAND...
expect() {
	wanted=$1
	what=$2
	shift 2
	status=0
	timeout -s KILL 60 "$@" >out 2>err || status=$?
	[ "$status" -eq "$wanted" ] || die "$what: status $status instead of $wanted: $(cat err)"
}

no_trace() {
	[ -z "$(find . -name 't*')" ] || die "$1: left $(find . -name 't*')"
}

is_whole() {
	[ "$(tail -n 1 "$1" | cut -d ' ' -f 1,2)" = "# end" ] || die "$1: no end: $(tail -n 1 "$1")"
	awk -F , '/^[0-9]/ { if ($1 < time) exit 1; time = $1 }' "$1" || die "$1: the time goes back"
}

# What a program did in its own memory, and its forks and ends.
deeds() {
	grep -E '^[0-9]+,[0-9]+,(0x6........,|0x0,0,)' "$1" | cut -d , -f 2-
}

head -c 20000 /dev/zero >zeros
expect 0 "known pages" env -i PATH="$PATH" THPSWAP_RECORD="$THPSWAP_RECORD" \
	"$record" -o t.csv -- ./recorded pages <zeros
[ ! -s err ] || die "not quiet: $(cat err)"
is_whole t.csv
deeds t.csv >got
cat >wanted <<'END'
1,0x600000000,8388608,map,anon
1,0x600000000,4096,w,
1,0x600001000,4096,r,
1,0x600001000,4096,w,
1,0x600002000,4096,w,
1,0x600000000,8388608,advise,hugepage
1,0x600000000,4096,w,
1,0x600000000,4096,advise,dontneed
1,0x600000000,4096,r,
1,0x600001000,4096,r,
1,0x600400000,8192,remap,0x604000000
1,0x604002000,8192,map,anon
1,0x604000000,4096,w,
1,0x604000000,16384,unmap,
1,0x600003000,4096,w,
1,0x600004000,4096,w,
1,0x600000000,4096,w,
1,0x0,0,fork,2
2,0x600000000,4096,w,
2,0x0,0,exit,
1,0x600000000,4096,w,
1,0x0,0,fork,3
3,0x0,0,exit,
1,0x0,0,exit,
END
diff wanted got >&2 || die "known pages: < wanted, > recorded"
head -n 1 t.csv | grep -qx '# thpswap-trace 2' || die "no version in the head"
grep -qx '# command ./recorded pages' t.csv || die "no command in the head"
grep -qx '# regions 4' t.csv || die "no regions in the head"
for kind in file private anon stack; do
	grep -q "^0,1,0x[0-9a-f]*,[0-9]*,map,$kind\$" t.csv || die "no $kind at the start"
done
rm t.csv

# Where nothing leaves the set, only the fork itself makes the parent's write appear again.
expect 0 "known pages, many regions" "$record" -o t.csv --regions 64 -- ./recorded pages <zeros
deeds t.csv | diff wanted - >&2 || die "many regions: < wanted, > recorded"

for suffix in gz zst; do
	expect 0 "a name in .$suffix" "$record" -o "t.csv.$suffix" -- ./recorded pages <zeros
done
gzip -dc t.csv.gz >t.csv && is_whole t.csv
zstd -qdcf t.csv.zst >t.csv && is_whole t.csv
rm t.*

# 20 million instructions, so 20 000 microseconds.
expect 0 "the clock" "$record" -o t.csv -- ./recorded clock
[ "$(deeds t.csv | grep -c ',w,$')" = 2 ] || die "the clock: not two accesses"
grep ',0x60000[01]000,.*,w,$' t.csv | awk -F , '{ d = $1 - d } END { exit !(d >= 20000 && d < 20010) }' ||
	die "the clock: $(grep ',0x60000[01]000,.*,w,$' t.csv)"
rm t.csv

# Thinned by the recorder, and by a reader of the description.
everything() {
	env -i PATH="$PATH" THPSWAP_RECORD="$THPSWAP_RECORD" "$record" -o "$2" --regions "$1" -- ./recorded random
}
everything 0 all.csv
is_whole all.csv
[ "$(grep -c ',[rw],$' all.csv)" = "$(sed -n 's/^# end //p' all.csv)" ] || die "regions 0 leaves accesses out"
for k in 1 2 4 8 64; do
	everything $k t.csv
	is_whole t.csv
	awk -v k=$k -f "$here/thin.awk" all.csv >wanted
	sed -n 's/^[0-9]*,\([0-9]*\),\(0x[0-9a-f]*\)000,4096,\([rw]\),$/\1 \2 \3/p' t.csv |
		while read -r pid page op; do echo "$pid $((page)) $op"; done >got
	cmp -s wanted got || die "thinned by $k: $(diff wanted got | head -n 5)"
	[ "$(tail -n 1 t.csv)" = "$(tail -n 1 all.csv)" ] || die "thinned by $k: another number of accesses"
done
[ "$(wc -l <got)" -gt 100 ] || die "hardly anything to thin"
rm t.csv

expect 0 "threads" "$record" -o t.csv --regions 8 -- ./recorded threads
is_whole t.csv
[ "$(deeds t.csv | grep ',w,$' | sort -u | wc -l)" = 768 ] || die "threads: a page is missing"
[ "$(deeds t.csv | grep -c ',w,$')" = 768 ] || die "threads: a page is listed twice"
rm t.csv

expect 0 "a limit" "$record" -o t.csv --limit 1k -- ./recorded long
is_whole t.csv
[ "$(grep -c ',[rw],$' t.csv)" = 1000 ] || die "a limit: $(grep -c ',[rw],$' t.csv) accesses"
grep -q 'limit of 1000' err || die "a limit: $(cat err)"
rm t.csv

expect 0 "other programs" "$record" -o t.csv -- sh -c '/bin/true; /bin/true; :'
is_whole t.csv
[ "$(cat err)" = "record.sh: 2 programs that it started were not recorded (first: /bin/true)" ] ||
	die "other programs: $(cat err)"
[ "$(grep -c ',exec,$' t.csv)" = 2 ] || die "other programs: not two exec"
rm t.csv

expect 3 "a failing program" "$record" -o t.csv -- sh -c 'exit 3'
is_whole t.csv
# shellcheck disable=SC2016 # $$ is for the program
expect 137 "a killed program" "$record" -o t.csv -- sh -c 'kill -KILL $$'
is_whole t.csv
grep -q ',exit,$' t.csv || die "a killed program: no exit"
rm t.csv

# Usage: interrupt SIGNAL STATUS
interrupt() {
	rm -f out
	"$record" -o t.csv -- ./recorded wait >out 2>err &
	recorder=$!
	tries=0
	until grep -qs ready out || [ $((tries += 1)) -gt 300 ]; do sleep 0.1; done
	kill -s "$1" $recorder
	status=0
	wait $recorder || status=$?
	[ $status -eq "$2" ] || die "$1: status $status: $(cat err)"
	is_whole t.csv
	grep -qx '# interrupted' t.csv || die "$1: the trace does not say so"
	[ "$(deeds t.csv | grep -c ',w,$')" = 1 ] || die "$1: the access before it is lost"
	rm t.csv
}
# A job in the background of a script ignores SIGINT, unless something sets it back.
interrupt TERM 143
interrupt HUP 129
# Ctrl-C reaches the whole foreground group; a terminal is needed for that.
cat >keys <<END
exec $record -o t.csv -- ./recorded wait
END
if command -v script >/dev/null; then
	(sleep 4; printf '\003'; sleep 4) | timeout -s KILL 60 script -qec 'sh keys' /dev/null >out 2>&1 || true
	is_whole t.csv
	grep -qx '# interrupted' t.csv || die "Ctrl-C: the trace does not say so"
	grep -q 'accesses listed' out || die "no progress at a terminal"
	rm t.csv
fi

# A file that may not grow beyond 600 KiB is as good as a full disk.
for name in t.csv t.csv.gz t.csv.zst; do
	# shellcheck disable=SC2016 # for the inner shell
	expect 2 "a full disk" sh -c 'trap "" XFSZ; ulimit -f 1200; exec "$@"' sh "$record" -o $name -- ./recorded long
	grep -q 'no trace was written' err || die "a full disk: $(cat err)"
	no_trace "a full disk"
done

# Usage: refuse WHAT WORDS OPTION...
refuse() {
	what=$1
	words=$2
	shift 2
	expect 2 "$what" "$record" "$@"
	[ "$(wc -l <err)" = 1 ] || die "$what: not one line: $(cat err)"
	grep -q -e "$words" err || die "$what: $(cat err)"
	no_trace "$what"
}
echo 'echo script' >script.sh
sed -i '1i#!/bin/sh' script.sh
chmod +x script.sh
printf 'not a program' >plain
chmod +x plain
refuse "a missing program" "no such program" -o t.csv -- ./absent
refuse "a script" "a script" -o t.csv -- ./script.sh
refuse "no ELF" "not an x86-64 program" -o t.csv -- ./plain
refuse "a missing folder" "choose another place" -o absent/t.csv -- ./recorded pages
refuse "no file" "not a file" -o /dev/null -- ./recorded pages
refuse "no program" "no PROGRAM" -o t.csv
refuse "no output" "where to" -- ./recorded pages
refuse "too many regions" "0 to 64" -o t.csv --regions 65 -- ./recorded pages
refuse "a bad limit" "not a number" -o t.csv --limit 1x -- ./recorded pages
refuse "an input" "an input" -o zeros -- cat zeros
refuse "the program" "an input" -o recorded -- ./recorded pages
mkdir bin
for tool in dirname realpath head od tr; do ln -s "$(command -v $tool)" bin/; done
status=0
PATH=$folder/bin /bin/sh "$record" -o t.csv -- ./recorded pages 2>err || status=$?
[ $status -eq 2 ] || die "no QEMU: status $status"
grep -q 'qemu-x86_64 is missing' err || die "no QEMU: $(cat err)"
