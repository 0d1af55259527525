#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""What must hold for every trace, device and option, of the model as reference.py has it."""
import os
import sys
import unittest

sys.dont_write_bytecode = True   # nothing is left in the source tree

from reference.generate import generate
from reference.run import run
from reference.trace import parse_trace, read_profile, thin
from test_reference_by_hand import line, settings_of

HERE = os.path.dirname(os.path.abspath(__file__))
DEVICES = {name: read_profile(os.path.join(HERE, "profiles", name))
           for name in ("compressed", "flash1", "flash32", "stable4")}
POLICIES = ("pte", "reviewed", "posted")


def reports(records, regions, device, **options):
    return [run(records, regions, settings_of(**options), DEVICES[device], policy)
            for policy in POLICIES]


class Shapes(unittest.TestCase):
    def test_one_page_of_need(self):
        """It writes at most 32 pages more; on every device, with both lists."""
        records, regions = parse_trace([line("w", 2 << 20, 3073 * 4096)])
        for device in DEVICES:
            for lru in ("linux", "clock"):
                for report in reports(records, regions, device, thp="never", lru=lru):
                    self.assertGreater(report["pages_written"], 0)
                    self.assertLessEqual(report["pages_written"], 1 + 32)

    def test_thinned(self):
        """Dropping what K regions hold changes nothing that is measured."""
        traces = [generate("hotcold", accesses=1500, gap=40, pages=3200, hot=100),
                  generate("bursts", pages=4500, accesses=1500),
                  generate("fork", pages=1500, accesses=1000), generate("pinned", accesses=300),
                  generate("chaos", operations=120, seed=11)]
        dropped = 0
        for lines in traces:
            records, regions = parse_trace(lines)
            for k in (4, 6):
                thinned = thin(records, k)
                dropped += len(records) - len(thinned)
                for device in ("compressed", "stable4"):
                    for limit in ("machine", "memcg"):
                        options = {"memory": 16, "limit": limit}
                        full = reports(records, k, device, **options)
                        less = reports(thinned, k, device, **options)
                        for report in full + less:
                            del report["accesses"]
                        self.assertEqual(full, less, (lines[:2], k, device, limit))
        self.assertGreater(dropped, 1000)

    def test_time_stretched(self):
        """A program that computes ten times as long between its accesses never stalls longer."""
        for shape, numbers in (("sequential", {"pages": 3300}), ("bursts", {"pages": 4500}),
                               ("uniform", {"accesses": 1500, "pages": 3600})):
            records, regions = parse_trace(generate(shape, **numbers))
            stretched, _ = parse_trace(generate(shape, **numbers))
            for record in stretched:
                record.time_us *= 10
            for device in ("compressed", "flash1", "flash32"):
                for limit in ("machine", "memcg"):
                    for short, long in zip(reports(records, regions, device, limit=limit),
                                           reports(stretched, regions, device, limit=limit)):
                        self.assertLessEqual(long["stall_ns"], short["stall_ns"],
                                             (shape, device, limit, short["policy"]))

    def test_no_region(self):
        """Without anonymous memory of 2 MiB in one VMA, or without THPs, all columns are equal."""
        small, regions = parse_trace(generate("small", accesses=4500))
        mess, _ = parse_trace(generate("chaos", operations=150, seed=21))
        for device in DEVICES:
            for records, thp in ((small, "always"), (mess, "never"), (mess, "madvise")):
                if thp == "madvise":
                    records = [r for r in records if r.argument != "hugepage"]
                columns = reports(records, regions, device, thp=thp)
                for column in columns:
                    del column["policy"]
                self.assertEqual(columns[0], columns[1])
                self.assertEqual(columns[0], columns[2])
                self.assertEqual(columns[0]["resident_by_pmd"], 0)


if __name__ == "__main__":
    unittest.main()
