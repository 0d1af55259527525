#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The command line of thpswap-sim: bad input gets one clear line, status 2 and no file;
# good input gives the same figures in every form.
set -eu

usage() {
	cat <<-END
	usage: tests/simulator/test_sim_cli.sh THPSWAP_SIM
	Runs the command line of THPSWAP_SIM: what it accepts, what it refuses and how.
	END
}

. "$(dirname "$0")/../frame.sh"

[ $# = 1 ] || wrong_use "one argument expected"

simulator=$(realpath "$1")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir work

fail() {
	echo "test_sim_cli.sh: $1" >&2
	exit 1
}

# Usage: sim ARGUMENT...; its output goes to ../out and ../err, its status to $status.
sim() {
	status=0
	(cd work && exec timeout 60 "$simulator" "$@") >out 2>err || status=$?
}

left_behind() {
	(cd work && find . -mindepth 1 ! -name 'in.*')
}

# Usage: refused WORDS ARGUMENT...
# One line that begins with the program and has WORDS, a pattern of grep -E, in it;
# argp may add how to get help.
refused() {
	words=$1
	shift
	sim "$@"
	[ "$status" -eq 2 ] || fail "$*: status $status instead of 2: $(cat err)"
	sed -e '/^Try `thpswap-sim [a-z]* --help/d' -e '/^information\.$/d' err >lines
	[ "$(wc -l <lines)" -eq 1 ] || fail "$*: not one line: $(cat err)"
	grep -Eq "^thpswap-sim.*$words" lines || fail "$*: does not say '$words': $(cat err)"
	[ -z "$(left_behind)" ] || fail "$*: left $(left_behind)"
}

# Usage: refused_silently WORDS ARGUMENT...; nothing on standard output either.
refused_silently() {
	refused "$@"
	[ ! -s out ] || fail "$*: printed, though it was refused: $(cat out)"
}

accepted() {
	sim "$@"
	[ "$status" -eq 0 ] || fail "$*: status $status: $(cat err)"
	[ ! -s err ] || fail "$*: not quiet: $(cat err)"
}

# Two rounds over 40 MiB: written, then read page by page here and there.
make_trace() {
	awk 'BEGIN {
		print "time_us,pid,address,size,op"
		for (i = 0; i < 40; i++)
			printf "%d,%d,0x%x,2097152,w\n", time++, i % 3, 268435456 + i * 2097152
		for (i = 0; i < 40; i++) {
			for (page = 0; page < 512; page += 1 + i % 7 * 30) {
				address = 268435456 + i * 2097152 + page * 4096
				printf "%d,%d,%d,8,%s\n", time++, i % 3, address, page % 4 ? "r" : "w"
			}
		}
	}'
}

# What is left of a result when names of files and the speed of the simulator are removed.
figures() {
	jq -S 'del(.trace, .policies[].simulator_accesses_per_s)' "$1"
}

make_trace >work/in.csv
gzip -k work/in.csv
gzip -dc work/in.csv.gz | cmp -s - work/in.csv || fail "gzip changed the trace"

#
# Help
#
accepted --help
grep -q '^Usage: thpswap-sim' out || fail "--help prints no usage"
for command in run reduce explore; do
	grep -q "^  $command " out || fail "--help does not name $command"
done
for command in run reduce explore; do
	sim "$command" --help
	[ "$status" -eq 0 ] || fail "$command --help: status $status"
	grep -q "^Usage: thpswap-sim $command" out || fail "$command --help prints no usage"
done
for option in policy device memory swap fragmentation seed csv json operations; do
	"$simulator" run --help | grep -q -e "--$option=" || fail "run --help lacks --$option"
done

#
# Bad commands and options
#
refused_silently 'nonsense: no such command' nonsense
refused_silently 'which trace' run
refused_silently 'one trace' run in.csv in.csv
refused_silently 'unrecognized option .--nonsense' run --nonsense in.csv
refused_silently "option '--memory' requires an argument" run in.csv --memory
refused_silently '--device tape: give zram, zram-lzo, zram-zstd, nvme or disk' run --device tape in.csv
refused_silently '--policy best: give pte, posted, reviewed' run --policy pte,best in.csv
refused_silently '--policy.*: give pte, posted, reviewed' run --policy '' in.csv
refused_silently '--policy.*: give pte, posted, reviewed' run --policy , in.csv
refused_silently '--memory 1: give a number from 2 ' run --memory 1 in.csv
refused_silently '--memory 0: give' run --memory 0 in.csv
refused_silently '--memory -4: give' run --memory -4 in.csv
refused_silently '--memory 4x: give' run --memory 4x in.csv
refused_silently '--memory 99999999999999999999: give' run --memory 99999999999999999999 in.csv
refused_silently '--swap 1: give' run --swap 1 in.csv
refused_silently '--swap 1048577: give a number from 2 to 1048576' run --swap 1048577 in.csv
refused_silently '--fragmentation 101: give a number from 0 to 100' run --fragmentation 101 in.csv
refused_silently '--seed x: give' run --seed x in.csv
refused_silently 'more than one FILE' reduce a b
refused_silently '--window: .0. is not a number' reduce --window 0 in.csv
refused_silently '--pid: .4294967296. is not a number' reduce --pid 4294967296 in.csv
refused_silently '- is named twice' run --csv - --json - in.csv
refused_silently 'same is named twice' run --csv same --json same in.csv
refused_silently 'same is named twice' run --csv same --operations same in.csv
refused_silently 'same is named twice' run --json same --operations same in.csv
refused_silently '--operations needs one --policy' run --operations out in.csv
refused_silently '--operations needs one --policy, and a zram' run --operations out --policy pte --device disk in.csv
refused_silently 'in\.absent: .*No such file' run --operations out --policy pte in.absent

#
# Bad traces. Another output than the table shows whether a file appears all the same.
#
bad_trace() {
	words=$1
	file=$2
	refused_silently "$words" run --csv out.csv --json out.json "$file"
	refused_silently "$words" run --csv - "$file"
	refused_silently "$words" run "$file"
}

# Usage: bad_line WORDS LINE; the second line of a trace.
bad_line() {
	printf '1,1,4096,8,r\n%s\n2,1,4096,8,r\n' "$2" >work/in.bad
	bad_trace "in\.bad:2: .*$1" in.bad
}

bad_trace 'in\.absent: .*No such file' in.absent
bad_trace '/proc/self/mem.*cannot be read: Input/output error' /proc/self/mem
bad_trace '\.: *1?:? *cannot be (read|opened)|^thpswap-sim: \..*Is a directory' .
: >work/in.bad
bad_trace 'in\.bad: no access' in.bad
bad_line 'time_us' 'x,1,4096,8,r'
bad_line 'pid' '2,4294967296,4096,8,r'
bad_line 'address' '2,1,0x10000000000000000,8,r'
bad_line 'address' '2,1,-4096,8,r'
bad_line 'size is 0' '2,1,4096,0,r'
bad_line 'size, is not' '2,1,4096,4294967296,r'
bad_line 'wraps around' '2,1,0xffffffffffffffff,2,r'
bad_line 'neither r nor w' '2,1,4096,8,x'
bad_line 'more follows' '2,1,4096,8,rw'
bad_line 'field [34]' '2,1,4096'
bad_line 'time goes backwards' '0,1,4096,8,r'
head -c 400 work/in.csv.gz >work/in.cut.gz
bad_trace 'in\.cut\.gz:[0-9]+: the gzip data ends too early' in.cut.gz
{
	head -c 300 work/in.csv.gz
	head -c 300 /dev/zero
} >work/in.damaged.gz
bad_trace 'in\.damaged\.gz:[0-9]+: .*(damaged|not a decimal|not text)' in.damaged.gz
rm work/in.bad work/in.cut.gz work/in.damaged.gz

printf 'I  04000000,3\nnonsense\n' >work/in.lackey
refused 'in\.lackey:2: not a line' reduce in.lackey
refused_silently 'in\.lackey:2: not a line' reduce --output out.csv in.lackey
refused_silently 'in\.absent: cannot be opened' reduce --output out.csv in.absent
rm work/in.lackey

#
# Outputs that cannot be written
#
refused 'absent/out: .*No such file or directory' run --csv absent/out in.csv
refused 'absent/out: .*No such file or directory' run --json absent/out in.csv
refused_silently 'absent/out: .*No such file or directory' reduce --output absent/out in.csv
mkdir work/in.folder
refused 'in\.folder: .*Is a directory' run --csv in.folder in.csv
refused 'in\.folder: .*Is a directory' run --json in.folder in.csv

# A link, because a test that goes wrong must not replace the device.
ln -s /dev/full work/in.full
refused 'in\.full: .*No space left' run --csv in.full in.csv
refused 'in\.full: .*No space left' run --json in.full in.csv
printf ' L 1000,8\n' >work/in.lackey
refused_silently 'in\.full: .*No space left' reduce --output in.full in.lackey
rm work/in.lackey
[ -L work/in.full ] || fail "a device was replaced by a file"
for output in '' --csv=- --json=-; do
	status=0
	# shellcheck disable=SC2086 # none is no argument
	"$simulator" run $output work/in.csv >/dev/full 2>err || status=$?
	[ "$status" -eq 2 ] || fail "run $output >/dev/full: status $status instead of 2"
	[ "$(grep -c 'No space left' err)" -eq 1 ] || fail "run $output >/dev/full: says: $(cat err)"
	[ "$(wc -l <err)" -eq 1 ] || fail "run $output >/dev/full: not one line: $(cat err)"
done

#
# The same figures, whichever way they go in and out
#
accepted run --memory 16 --json plain.json --csv plain.csv in.csv
mv out table
mv work/plain.json work/plain.csv .
[ -z "$(left_behind)" ] || fail "left $(left_behind)"
accepted run --memory 16 --json - in.csv.gz
mv out gzip.json
(cd work && "$simulator" run --memory 16 --json - - <in.csv) >stdin.json
(cd work && gzip -dc in.csv.gz | "$simulator" run --memory 16 --csv - - | cat) >stdin.csv
figures plain.json >plain.figures
for other in gzip stdin; do
	figures $other.json | cmp -s - plain.figures || fail "$other gives another result"
done

# CSV: every column named once, as many values in each row, the same values as in JSON.
jq -r '.policies[] | to_entries[] | select(.value | type != "object") |
	select(.key != "simulator_accesses_per_s") | .value |
	if type == "number" then . * 1000 | round else . end' plain.json >from_json
awk -F , '
	NR == 1 {
		columns = NF
		for (i = 1; i <= NF; i++) {
			if ($i in seen || $i !~ /^[a-z][a-z_]*$/)
				exit 1
			seen[$i]
			name[i] = $i
		}
		next
	}
	NF != columns { exit 1 }
	{
		for (i = 1; i <= NF; i++)
			if (name[i] !~ /^split_/ && name[i] != "simulator_accesses_per_s")
				print i == 1 ? $i : sprintf("%.0f", $i * 1000)
		rows++
	}
	END { if (rows != 3) exit 1 }' plain.csv >from_csv || fail "not a table: $(cat plain.csv)"
[ -s from_csv ] || fail "the CSV has no values"
cmp -s from_json from_csv || fail "CSV and JSON differ: $(diff from_json from_csv)"
splits=$(jq '[.policies[].splits_by_reason[]?] | add // 0' plain.json)
[ "$splits" = "$(jq '[.policies[].splits] | add' plain.json)" ] || fail "splits have no reason each"
[ "$(head -n 1 stdin.csv)" = "$(head -n 1 plain.csv)" ] || fail "the columns depend on the input"

# Usage: row LABEL KEY; a row of the table against JSON, at the precision of the table.
row() {
	awk -v label="$1" 'index($0, label) == 1 {
		for (i = NF - 2; i <= NF; i++)
			print $i
	}' table >from_table
	jq -r ".policies[].$2" plain.json | awk -v n="$(grep -c '\.' from_table || true)" '{
		printf (n > 0 ? "%.1f\n" : "%d\n"), $1
	}' >from_json
	[ -s from_table ] || fail "the table has no row '$1'"
	cmp -s from_table from_json || fail "table and JSON differ in $2: $(diff from_table from_json)"
}

row accesses accesses
row faults faults
row '  major' major_faults
row '  on PMD swap entries' pmd_faults
row 'PMD maps' pmd_maps
row splits splits
row 'COW copies' cow_copies
row 'swap reads, MiB' swap_read_mib
row 'swap writes, MiB' swap_written_mib
row 'estimated stall, ms' stall_ms
row 'THP share at the end, %' thp_share_percent
row 'slots still pinned' slots_pinned
jq -e '[.policies[] | .policy] == ["pte", "posted", "reviewed"] and .memory_mib == 16 and
	.swap_mib == 1024 and .device == "zram" and .fragmentation_percent == 0 and .seed == 1 and
	all(.policies[]; .major_faults > 0 and .accesses > 20000)' plain.json >/dev/null ||
	fail "the JSON says something else: $(cat plain.json)"

# One policy alone gives what it gives beside the others.
accepted run --memory 16 --policy reviewed --json - in.csv
[ "$(jq -S '.policies[] | del(.simulator_accesses_per_s)' out)" = \
	"$(jq -S '.policies[2] | del(.simulator_accesses_per_s)' plain.json)" ] ||
	fail "a policy depends on the others"

#
# Chance: decided by the seed alone
#
for run in 1 2 3; do
	accepted run --memory 16 --fragmentation 50 --seed $((run / 3 + 7)) --json - in.csv
	figures out | jq -S 'del(.seed)' >chance.$run
done
cmp -s chance.1 chance.2 || fail "the same seed gives two results"
! cmp -s chance.1 chance.3 || fail "another seed gives the same result, with fragmentation"
[ "$(jq '[.policies[] | .splits_by_reason.no_memory // 0] | add' chance.1)" -gt 0 ] ||
	fail "fragmentation splits nothing"

#
# Edges
#
# A name that JSON cannot hold is no reason to die.
strange=$(printf 'in.\377')
cp work/in.csv "work/$strange"
accepted run --json - "$strange"
jq -e '.policies | length == 3' out >/dev/null || fail "no JSON for a trace with a strange name"
rm "work/$strange"

# Room for one PMD only: every policy still comes to its end, and swaps all the time.
for device in zram nvme; do
	accepted run --memory 2 --device $device --json - in.csv
	jq -e --slurpfile roomy plain.json 'all(.policies[]; .accesses == $roomy[0].policies[0].accesses and
		.major_faults > 0 and .swap_written_mib >= 78 and .thp_share_percent <= 100)' out >/dev/null ||
		fail "--memory 2 on $device: $(cat out)"
done

# The ends of the address space, and the largest access.
printf '1,0,0,1,w\n1,1,0xffffffffffffffff,1,w\n2,4294967295,0xffffffff00000001,4294967295,w\n' >work/in.edge
accepted run --memory 8192 --json - in.edge
jq -e 'all(.policies[]; .accesses == 1048578 and .major_faults == 0 and .swap_written_mib == 0)' out \
	>/dev/null || fail "the ends of the address space: $(cat out)"
rm work/in.edge

# Memory and swap full: what and where, what led there, and what to do.
sim run --memory 2 --swap 2 --csv out.csv in.csv
[ "$status" -ne 0 ] || fail "80 MiB fit into 4 MiB"
head -n 1 err | grep -Eq '^thpswap-sim: in\.csv: access [0-9]+, policy pte: .*raise --memory or --swap$' ||
	fail "swap is full, but it says: $(cat err)"
[ "$(grep -c ' us  pid [0-9]* .* fault ' err)" -gt 0 ] || fail "no schedule: $(cat err)"
[ -z "$(left_behind)" ] || fail "left $(left_behind)"
sim run --memory 2 --swap 2 --policy pte --operations operations in.csv
[ "$status" -ne 0 ] || fail "80 MiB fit into 4 MiB"
[ -z "$(left_behind)" ] || fail "left $(left_behind)"

# Deeds: every access, everything that was swapped out, every allocation that failed.
accepted run --memory 16 --fragmentation 50 --policy reviewed --operations operations --json - in.csv
awk -F , '
	NF != 5 || $1 < time { exit 1 }
	{ time = $1; nr[$5]++ }
	$5 == "o" { swapped += $4 }
	END { print nr["r"] + nr["w"], swapped / 4096, nr["x"] }' work/operations >counted ||
	fail "--operations wrote what is no operation"
jq -r '.policies[0] | "\(.accesses) \(.swap_written_mib * 256) \(.splits_by_reason.no_memory)"' out >reported
awk 'NR == FNR { split($0, reported); next }
	{ exit !(reported[1] == $1 && reported[2] == $2 && reported[3] > 0 && reported[3] < $3) }' reported counted ||
	fail "--operations says $(cat counted), and --json $(cat reported)"
rm work/operations
