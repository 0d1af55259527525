#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""reference.py against results that were computed by hand; the arithmetic is in each test."""
import argparse
import sys
import unittest

sys.dont_write_bytecode = True   # nothing is left in the source tree

from reference.machine import Device, Machine, mix
from reference.process import Readahead
from reference.run import run
from reference.trace import Refused, parse_trace

COSTS = {
    "synchronous": 1, "stable_writes": 0, "queue_depth": 1, "read_request_ns": 400,
    "read_page_ns": 100, "write_request_ns": 200, "write_page_ns": 30, "zero_page_ns": 1,
    "swap_fault_ns": 3000, "pmd_fault_ns": 5000, "minor_fault_ns": 700, "clear_page_ns": 10,
    "copy_page_ns": 20, "reclaim_folio_ns": 50}
ASYNCHRONOUS = {"synchronous": 0}
REGION = 2 << 20


def settings_of(**options):
    given = {"memory": 12, "swap": 64, "limit": "memcg", "lru": "linux", "thp": "always",
             "defrag": "always", "readahead": "vma", "page_cluster": 3, "fragmentation": 0,
             "seed": 1, "skip": None}
    given.update(options)
    return argparse.Namespace(**given)


def line(op, address, size=8, argument=None, pid=1, time_us=0):
    fields = [time_us, pid, address, size, op]
    return ",".join(map(str, fields + ([] if argument is None else [argument])))


def report(lines, policy="reviewed", costs=None, **options):
    records, regions = parse_trace(lines)
    return run(records, regions, settings_of(**options), dict(COSTS, **(costs or {})), policy, 1)


class ByHand(unittest.TestCase):
    def expect(self, found, **expected):
        self.assertEqual({key: found[key] for key in expected}, expected)

    def test_first_touch(self):
        # 700 for the fault, 10 for one page.
        self.expect(report([line("w", REGION)], thp="never"), stall_fault_ns=700,
                    stall_zero_ns=10, stall_ns=710, resident_pages=1, first_touches=1)
        # 700 and 512 * 10; the rest of the region costs nothing more.
        self.expect(report([line("w", REGION, REGION)]), faults=1, stall_ns=5820,
                    resident_pages=512, resident_by_pmd=512, thp_allocated=1)

    def test_zero_page(self):
        # One fault for the whole region (700); then a write: 700 + 5120.
        lines = [line("r", REGION), line("r", REGION + 8192)]
        self.expect(report(lines), faults=1, zero_page_maps=1, resident_pages=0, stall_ns=700)
        self.expect(report(lines + [line("w", REGION)]), faults=2, stall_ns=6520,
                    first_touches=1, resident_pages=512)
        # --thp never: two zero pages, one page of memory for the write: 3 * 700 + 10.
        self.expect(report(lines + [line("w", REGION)], thp="never"), faults=3, stall_ns=2110,
                    zero_page_maps=2, resident_pages=1)
        # No block (P = 100): one page of memory, the other pages keep the zero page: 2 * 700 + 10.
        self.expect(report(lines + [line("w", REGION), line("r", REGION + 12288)],
                           fragmentation=100),
                    faults=2, stall_ns=1410, thp_fallback=1, resident_pages=1)

    def test_synchronous_block_out_and_in(self):
        # Out: 50 + 200 + one written page 30 + 511 zero ones = 791. In, by a PMD:
        # 5000, and 400 + 100 + 511 = 1011; the slots are free again, as the device is synchronous.
        lines = [line("w", REGION), line("advise", REGION, REGION, "pageout"), line("r", REGION)]
        self.expect(report(lines), stall_fault_ns=5700, stall_write_ns=791,
                    stall_decompress_ns=1011, stall_zero_ns=5120, stall_ns=12622,
                    pages_written=512, pages_read=512, swap_freed=512, slots_used=0,
                    pmd_faults=1, pmd_maps=1, major_faults=1, refaults=1)
        # By PTEs: the written page 3000 + 400 + 100, a zero one 3000 + 400 + 1.
        self.expect(report(lines + [line("r", REGION + 4096)], "pte"), stall_fault_ns=6700,
                    stall_decompress_ns=901, pages_read=2, swap_freed=2, slots_used=510,
                    resident_pages=2, major_faults=2, pmd_faults=0)

    def test_asynchronous_block(self):
        # Fault 700 + 5120 = 5820, reclaim 50: submitted at 5870, ends at 5870 + 200 + 512 * 30 =
        # 21430. At 100 us it is over: now = 100000 + 5870, the fault 5000, submitted at 110870,
        # ends 400 + 512 * 100 = 51600 later.
        lines = [line("w", REGION), line("advise", REGION, REGION, "pageout")]
        self.expect(report(lines + [line("r", REGION, time_us=100)], costs=ASYNCHRONOUS),
                    stall_read_ns=51600, stall_write_ns=50, stall_fault_ns=5700,
                    pages_read=512, slots_pinned=512, resident_pages=512)
        # A reader in time finds the folio under writeback: no read, and it stays.
        self.expect(report(lines + [line("r", REGION)], costs=ASYNCHRONOUS), stall_read_ns=0,
                    pages_read=0, minor_faults=2, pmd_maps=1, slots_pinned=512)
        # With 4 MiB of swap in use for more than half, its slots are given back when it is read.
        self.expect(report(lines + [line("r", REGION, time_us=100)], costs=ASYNCHRONOUS, swap=2),
                    swap_freed=512, slots_used=0)

    def test_read_behind_a_write(self):
        # Two blocks; the second one's write is under way when the first is read again.
        # Touches: 2 * 5820. Out 1: submitted at 11690, ends 11690 + 200 + 15360 = 27250. Out 2:
        # submitted at 11740, depth 2; it may start at once, but the link is busy until 27250:
        # ends 42610. At 30 us = 30000 + 11740: now 41740, the first is unmapped and free; fault
        # 5000: 46740 is later than 42610: the read ends 51600 later.
        both = [line("w", REGION), line("w", 2 * REGION),
                line("advise", REGION, 2 * REGION, "pageout")]
        self.expect(report(both + [line("r", REGION, time_us=30)],
                           costs={"synchronous": 0, "queue_depth": 2}), stall_read_ns=51600)
        # pmd_fault_ns 0: submitted at 41740 behind the write until 42610: ends at 42610 + 51200.
        self.expect(report(both + [line("r", REGION, time_us=30)],
                           costs={"synchronous": 0, "queue_depth": 2, "pmd_fault_ns": 0}),
                    stall_read_ns=42610 + 51200 - 41740)

    def test_stable_writes(self):
        # The write fault meets writeback: mapped read-only, the cache cannot be freed, so the
        # PMD is split; the access faults again: 700, and copies one page, 20.
        lines = [line("w", REGION), line("advise", REGION, REGION, "pageout"), line("w", REGION)]
        self.expect(report(lines, costs={"synchronous": 0, "stable_writes": 1}), faults=3,
                    cow_copies=1, stall_copy_ns=20, stall_fault_ns=700 + 5000 + 700,
                    resident_pages=513, resident_by_pmd=0, pmd_maps=1, splits=0)
        # Without stable writes it is exclusive and writable at once.
        self.expect(report(lines, costs=ASYNCHRONOUS), faults=2, cow_copies=0,
                    resident_pages=512, resident_by_pmd=512)

    def test_readahead(self):
        # 16 pages out; the fault of the 8th: no place yet, 4 hits: 6, so 8 pages, 3 below: the
        # 5th to the 12th. Depth 1: each ends 500 after the one before, the own one is the
        # fourth: 2000. Depth 32: 400 + 4 * 100 = 800.
        lines = [line("w", REGION, 16 * 4096), line("advise", REGION, 16 * 4096, "pageout"),
                 line("r", REGION + 7 * 4096, time_us=1000)]
        for depth, wait in ((1, 2000), (32, 800)):
            self.expect(report(lines, thp="never", costs={"synchronous": 0, "queue_depth": depth}),
                        pages_read=8, readahead_pages=7, stall_read_ns=wait, major_faults=1,
                        resident_pages=8)
        # The next page is there one request later: 3000 of fault is more than that.
        after = lines + [line("r", REGION + 8 * 4096, time_us=1000)]
        self.expect(report(after, thp="never", costs=ASYNCHRONOUS), readahead_hits=1,
                    minor_faults=17, stall_read_ns=2000)

    def test_window(self):
        for arguments, size in (((10, 0, 0, 4, 3), 8), ((10, 0, 0, 0, 3), 1), ((1, 0, 0, 0, 3), 2),
                                ((9, 10, 0, 0, 3), 2), ((10, 0, 8, 0, 3), 4), ((5, 0, 0, 1, 5), 4),
                                ((5, 0, 0, 3, 5), 8), ((5, 0, 0, 63, 5), 32), ((5, 0, 0, 9, 1), 2)):
            self.assertEqual(Readahead.size(*arguments), size, arguments)

    def test_fork_of_pages(self):
        # Two touches' worth of 700 + 10; the child copies (700 + 20), the parent is then alone (700).
        lines = [line("w", REGION), line("fork", 0, 0, 2), line("w", REGION, pid=2),
                 line("w", REGION)]
        self.expect(report(lines, thp="never"), faults=3, cow_copies=1, stall_ns=710 + 720 + 700,
                    resident_pages=2,
                    per_process={"1": {"faults": 2, "stall_ns": 1410},
                                 "2": {"faults": 1, "stall_ns": 720}})

    def test_fork_of_a_block(self):
        # The child's PMD is split, one page copied. The parent's PMD is not the only mapping:
        # split too, and its page is shared within a large folio with another process: copied.
        lines = [line("w", REGION), line("fork", 0, 0, 2), line("w", REGION, pid=2),
                 line("w", REGION)]
        self.expect(report(lines), faults=3, cow_copies=2, resident_pages=514, resident_by_pmd=0,
                    stall_fault_ns=2100, stall_copy_ns=40)
        # The child gone, the parent's PMD is alone again: reused.
        lines[2] = line("exit", 0, 0, pid=2)
        self.expect(report(lines), faults=2, cow_copies=0, resident_by_pmd=512)

    def test_watermarks(self):
        # 12 MiB = 3072 pages: isqrt(64 * 3072) = 443, / 4 = 110; 3072 / 20 = 153; gap 153 / 4 = 38.
        records = [settings_of(limit="machine"), dict(COSTS), "pte", 4]
        machine = Machine(*records)
        self.assertEqual((machine.min, machine.low, machine.high), (153, 191, 229))
        # Without THPs: 110, gap 27.
        machine = Machine(settings_of(limit="machine", thp="never"), *records[1:])
        self.assertEqual((machine.min, machine.low, machine.high), (110, 137, 164))
        # 4 GiB: isqrt(64 << 20) / 4 = 2048; 11 * 512 = 5632; gap max(1408, 1048).
        machine = Machine(settings_of(limit="machine", memory=4096), *records[1:])
        self.assertEqual((machine.min, machine.low, machine.high), (5632, 7040, 8448))

    def test_direct_reclaim(self):
        # One page beyond 3072: 32 pages go, each 50 + 200 + 30. Regions 0 to 1 were touched
        # before the last four, so the bits of the first pages are cleared: the first look at each
        # of the first 1024 pages (two regions, bits cleared) and 2048 more (bits kept) finds a bit;
        # the second look finds none in the first pages: they go.
        lines = [line("w", REGION, 3073 * 4096)]
        self.expect(report(lines, thp="never"), pages_written=32, stall_write_ns=32 * 280,
                    resident_pages=3041, slots_used=32)

    def test_free_is_dropped(self):
        # MADV_FREE, then reclaim: 50, no write; the page is empty again: a zero page, 700.
        lines = [line("w", REGION), line("advise", REGION, 4096, "free"),
                 line("advise", REGION, 4096, "pageout"), line("r", REGION)]
        self.expect(report(lines, thp="never"), pages_written=0, stall_write_ns=50,
                    resident_pages=0, zero_page_maps=1, stall_fault_ns=1400, slots_used=0)
        # Written again in between: 50 + 200 + 30, and read: 3000, 400 + 100.
        lines.insert(2, line("w", REGION))
        self.expect(report(lines, thp="never"), pages_written=1, stall_write_ns=280, refaults=1)

    def test_remap(self):
        # To another multiple of 2 MiB the THP moves whole, else it is split; no fault after it.
        for to, by_pmd in ((5 * REGION, 512), (5 * REGION + 4096, 0)):
            lines = [line("w", REGION), line("remap", REGION, REGION, hex(to)),
                     line("r", to + 8192)]
            lines.insert(0, line("map", REGION, REGION, "anon"))
            self.expect(report(lines), faults=1, resident_by_pmd=by_pmd, resident_pages=512)

    def test_unmap_part(self):
        # A half of the THP unmapped: its pages stay until reclaim splits it, then 256 are left.
        lines = [line("w", REGION), line("unmap", REGION, REGION // 2)]
        self.expect(report(lines), resident_pages=512, resident_by_pmd=0)
        lines.append(line("advise", REGION + REGION // 2, REGION // 2, "pageout"))
        # The folio is split; then each of 256 zero pages goes for 50 without a write [zeromap].
        self.expect(report(lines), resident_pages=0, pages_written=0, stall_write_ns=256 * 50,
                    slots_used=256)
        # Read again, with readahead: the window is 3 pages below to 4 above, cut to the VMA, which
        # now begins here: 5 pages, each cleared for 10, no request.
        lines.append(line("r", REGION + REGION // 2))
        self.expect(report(lines, costs=ASYNCHRONOUS), pages_zero=5, pages_read=0,
                    readahead_pages=4, stall_zero_ns=5120 + 50, stall_read_ns=0)

    def test_skip(self):
        lines = [line("w", REGION), line("w", 2 * REGION, time_us=5),
                 line("w", 3 * REGION, time_us=9), line("w", 4 * REGION, time_us=11)]
        for skip, accesses, program in (("50%", 2, 2000), ("5", 3, 6000), ("12", 0, 0)):
            self.expect(report(lines, skip=skip), accesses=accesses, faults=accesses,
                        program_ns=program)

    def test_device_alone(self):
        # Depth 2, request 10, page 3. At 0: ends 13. At 0: link 13, ends 16. At 1: starts at 13
        # when the first has ended: 23 + 3 = 26. At 100: 113.
        device = Device(dict(COSTS, queue_depth=2, read_request_ns=10, read_page_ns=3))
        self.assertEqual([device.submit(at, "read", 1) for at in (0, 0, 1, 100)], [13, 16, 26, 113])

    def test_mix(self):
        # The published first values of splitmix64 for the seeds 0 and 1234567.
        self.assertEqual(mix(0), 0xe220a8397b1dcdaf)
        self.assertEqual(mix(1234567), 6457827717110365317)

    def test_refused(self):
        for lines, options, words in (
                (["0,1,0x1000,8,w"], {"memory": 11}, "1 MiB are missing"),
                (["# regions 9", "0,1,0x1000,8,w"], {}, "10 MiB are missing"),
                ([line("map", 0, 4096, "anon"), line("w", 8192)], {}, "in no VMA"),
                ([line("w", REGION, 12 << 20), line("w", 9 * REGION)],
                 {"swap": 0, "thp": "never"}, "out of memory and swap")):
            with self.assertRaisesRegex(Refused, words):
                report(lines, **options)


if __name__ == "__main__":
    unittest.main()
