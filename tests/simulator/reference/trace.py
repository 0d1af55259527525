# SPDX-License-Identifier: GPL-2.0-only
"""What goes in: traces, device profiles, options; and what goes wrong with them."""
import gzip

PAGE_SHIFT = 12
PMD_PAGES = 512

PROFILE_KEYS = (
    "synchronous", "stable_writes", "queue_depth", "read_request_ns", "read_page_ns",
    "write_request_ns", "write_page_ns", "zero_page_ns", "swap_fault_ns", "pmd_fault_ns",
    "minor_fault_ns", "clear_page_ns", "copy_page_ns", "reclaim_folio_ns")

ARGUMENTS = {
    "map": ("anon", "private", "file", "stack"),
    "advise": ("hugepage", "nohugepage", "dontneed", "free", "cold", "pageout"),
}
WITH_NUMBER = ("remap", "fork")
WITHOUT = ("r", "w", "unmap", "exec", "exit")


class Refused(Exception):
    """Wrong input or too little of something: one line for the user, exit 2."""


class Record:
    """One line of a trace; pages are numbered, the range is [start, end)."""
    __slots__ = ("time_us", "pid", "start", "end", "op", "argument")

    def __init__(self, time_us, pid, address, size, op, argument=None):
        self.time_us = time_us
        self.pid = pid
        self.start = address >> PAGE_SHIFT
        self.end = (address + size + (1 << PAGE_SHIFT) - 1) >> PAGE_SHIFT
        self.op = op
        self.argument = argument


def parse_record(line):
    fields = line.split(",")
    if len(fields) not in (5, 6):
        raise ValueError("a line has 5 or 6 fields")
    time_us, pid, size = int(fields[0]), int(fields[1]), int(fields[3])
    address, op = int(fields[2], 0), fields[4]
    argument = fields[5] if len(fields) == 6 else None
    if op in ARGUMENTS:
        if argument not in ARGUMENTS[op]:
            raise ValueError("argument of %s: %s" % (op, "|".join(ARGUMENTS[op])))
    elif op in WITH_NUMBER:
        if argument is None:
            raise ValueError("%s needs an argument" % op)
        argument = int(argument, 0)
    elif op not in WITHOUT:
        raise ValueError("unknown operation '%s'" % op)
    return Record(time_us, pid, address, size, op, argument)


def parse_trace(lines, name="trace"):
    """The records and K, the number of regions within which the trace was thinned."""
    records = []
    regions = 4
    for number, line in enumerate(lines, 1):
        line = line.strip()
        if line.startswith("#"):
            words = line[1:].split()
            if not records and len(words) == 2 and words[0] == "regions":
                regions = max(4, int(words[1]))
            continue
        if not line:
            continue
        try:
            record = parse_record(line)
        except ValueError as error:
            raise Refused("%s:%d: %s" % (name, number, error)) from None
        if records and record.time_us < records[-1].time_us:
            raise Refused("%s:%d: time goes backwards" % (name, number))
        records.append(record)
    return records, regions


def read_trace(path):
    with (gzip.open if path.endswith(".gz") else open)(path, "rt", encoding="ascii") as lines:
        return parse_trace(lines, path)


def read_profile(path):
    profile = {}
    with open(path, encoding="ascii") as lines:
        for number, line in enumerate(lines, 1):
            words = line.split("#")[0].split()
            if not words:
                continue
            if len(words) != 2 or words[0] not in PROFILE_KEYS:
                raise Refused("%s:%d: not a known 'key value'" % (path, number))
            profile[words[0]] = int(words[1])
    missing = [key for key in PROFILE_KEYS if key not in profile]
    if missing:
        raise Refused("%s: no %s" % (path, missing[0]))
    return profile


class RecentRegions:
    """Section 5: the K regions whose accessed bits a scan leaves alone.

    First in, first out: a touch of a region that is in the set does not change the set, so it
    develops alike with and without the touches that thinning drops.
    """

    def __init__(self, size):
        self.size = size
        self.members = {}

    def touch(self, region):
        """Returns whether the region entered just now."""
        if region in self.members:
            return False
        if len(self.members) == self.size:
            del self.members[next(iter(self.members))]
        self.members[region] = True
        return True

    def __contains__(self, region):
        return region in self.members


def thin(records, regions):
    """The records that a recorder with K regions would list, of a trace of anonymous memory alone."""
    recent = RecentRegions(regions)
    listed = {}
    kept = []
    for position, record in enumerate(records):
        if record.op not in ("r", "w"):
            listed = {}
            kept.append(record)
            continue
        needed = position == len(records) - 1
        for page in range(record.start, record.end):
            region = (record.pid, page // PMD_PAGES)
            if recent.touch(region):
                listed[region] = {}
            before = listed.setdefault(region, {}).get(page)
            if before is None or (record.op == "w" and before == "r"):
                listed[region][page] = record.op
                needed = True
        if needed:
            kept.append(record)
    return kept
