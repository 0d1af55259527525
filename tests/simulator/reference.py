#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The memory model of `thpswap-sim run`, a second time, from its text alone.

Prints {"policies": [{...}, ...]}; for each policy these keys:
  policy            pte, reviewed or posted
  accesses          lines of the trace that read or write
  faults            minor_faults + major_faults (those that read from swap)
  refaults          faults that found a swap entry; first_touches: that found nothing
  pmd_faults        faults on PMD swap entries; pmd_maps: of these, mapped by a PMD;
                    splits: of these, split, and why: splits_by_reason
  cow_copies        pages copied; zero_page_maps: faults that mapped the zero page
  swap_freed        slots that a mapping or a write made free
  pages_read, pages_written   by the device; pages_zero: swapped in without the device
  readahead_pages, readahead_hits
  thp_allocated, thp_fallback   PMD-sized blocks got and not got
  stall_ns          = stall_fault_ns + stall_read_ns + stall_decompress_ns + stall_zero_ns +
                    stall_copy_ns + stall_write_ns + stall_wait_ns
  program_ns        what the program computed
  per_process       pid -> faults, stall_ns
  resident_pages, resident_by_pmd, slots_used, slots_pinned (kept by the cache alone): at the end
"""
import argparse
import json
import os
import sys

sys.dont_write_bytecode = True   # nothing is left in the source tree

from reference.run import run
from reference.trace import Refused, read_profile, read_trace

PROFILES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "profiles")


def number(low, high):
    def convert(text):
        value = int(text)
        if not low <= value <= high:
            raise ValueError
        return value
    convert.__name__ = "number from %d to %d" % (low, high)
    return convert


def parse_options(arguments):
    parser = argparse.ArgumentParser(prog="reference.py")
    add = parser.add_argument
    add("trace")
    add("--policy", default="pte,reviewed")
    add("--device", required=True)
    add("--memory", type=number(1, 1 << 30), required=True)
    add("--swap", type=number(0, 1 << 30), required=True)
    add("--limit", choices=("machine", "memcg"), default="machine")
    add("--lru", choices=("linux", "clock"), default="linux")
    add("--thp", choices=("always", "madvise", "never"), default="always")
    add("--defrag", choices=("always", "madvise", "never"), default="madvise")
    add("--readahead", choices=("vma", "cluster", "none"), default="vma")
    add("--page-cluster", type=number(0, 5), default=3)
    add("--fragmentation", type=number(0, 100), default=0)
    add("--seed", type=number(0, (1 << 64) - 1), default=1)
    add("--skip")
    add("--json", nargs="?", default="-", help="to the standard output, always")
    add("--check", type=int, default=0, metavar="N",
        help="check pages, slots and times after every N records")
    settings = parser.parse_args(arguments)
    for policy in settings.policy.split(","):
        if policy not in ("pte", "reviewed", "posted"):
            parser.error("--policy: pte, reviewed or posted")
    return settings


def main(arguments):
    settings = parse_options(arguments)
    device = settings.device
    try:
        profile = read_profile(device if os.path.exists(device) else os.path.join(PROFILES, device))
        records, regions = read_trace(settings.trace)
        reports = [run(records, regions, settings, profile, policy, settings.check)
                   for policy in settings.policy.split(",")]
    except (Refused, OSError) as error:
        print("reference.py: %s" % error, file=sys.stderr)
        return 2
    print(json.dumps({"policies": reports}, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
