# SPDX-License-Identifier: GPL-2.0-only
# awk -v root=DIR -f insert.awk FILE.edit...: inserts lines into the files under DIR.
#
#	file PATH	which file
#	in REGEX	only from the one line that matches to the next "}" in column 1
#	after REGEX	insert the lines that follow behind the one line that matches
#	before REGEX	... ahead of it
#	end		... at the end of the file
#	+TEXT		a line to insert
#
# A place that is not found, or found twice, is an error: the kernel has changed.

function die(text)
{
	print FILENAME ":" FNR ": " text > "/dev/stderr"
	failed = 1
	exit 1
}

function load(path,    line, status)
{
	nr_lines = 0
	split("", ahead)
	split("", behind)
	while ((status = (getline line < path)) > 0)
		lines[++nr_lines] = line
	if (status < 0)
		die("cannot read " path)
	close(path)
}

function store(path,    i)
{
	for (i = 1; i <= nr_lines; i++)
		printf "%s%s\n%s", ahead[i], lines[i], behind[i] > path
	close(path)
}

function leave_file()
{
	if (path != "")
		store(path)
	path = ""
}

function find(regex, first, last,    i, found)
{
	for (i = first; i <= last; i++) {
		if (lines[i] !~ regex)
			continue
		if (found)
			die("\"" regex "\" matches lines " found " and " i " of " path)
		found = i
	}
	if (!found)
		die("\"" regex "\" matches no line of " path)
	return found
}

{ argument = substr($0, length($1) + 2) }

/^#/ || /^[ \t]*$/ { next }

/^file / {
	leave_file()
	path = root "/" argument
	place = 0
	load(path)
	first = 1
	last = nr_lines
	next
}

path == "" { die("no file line before this one") }

/^in / {
	first = find(argument, 1, nr_lines)
	for (last = first; last < nr_lines && lines[last] !~ /^}/; last++)
		;
	next
}

/^after / { place = find(argument, first, last); is_behind = 1; next }
/^before / { place = find(argument, first, last); is_behind = 0; next }
/^end$/ { place = nr_lines; is_behind = 1; next }

/^\+/ {
	if (!place)
		die("no place to insert this")
	text = substr($0, 2) "\n"
	if (is_behind)
		behind[place] = behind[place] text
	else
		ahead[place] = ahead[place] text
	next
}

{ die("not understood: " $0) }

END {
	if (!failed)
		leave_file()
}
