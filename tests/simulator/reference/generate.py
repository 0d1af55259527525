#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Prints a small trace: generate.py SHAPE [key=number]..."""
import random
import sys

BASE = 0x40000000 // 4096
REGION = 512
DEFAULTS = {"pages": 3600, "rounds": 2, "accesses": 3500, "gap": 2, "seed": 1, "stride": 7,
            "writes": 50, "hot": 600, "operations": 150, "every": 1}


class Trace:
    def __init__(self, gap):
        self.time = 0
        self.gap = gap
        self.lines = ["# regions 4"]

    def add(self, op, page, pages=1, argument=None, pid=1):
        fields = [self.time, pid, "0x%x" % (page * 4096), pages * 4096, op]
        self.lines.append(",".join(map(str, fields + ([] if argument is None else [argument]))))
        self.time += self.gap

    def touch(self, op, page, pid=1):
        self.lines.append("%d,%d,0x%x,8,%s" % (self.time, pid, page * 4096 + 16, op))
        self.time += self.gap


def sequential(t, o, rng):
    for turn in range(o["rounds"]):
        for page in range(o["pages"]):
            t.touch("w" if turn == 0 or page % 3 == 0 else "r", BASE + page)


def backward(t, o, rng):
    for turn in range(o["rounds"]):
        for page in reversed(range(o["pages"])):
            t.touch("w" if turn == 0 else "r", BASE + page)


def uniform(t, o, rng):
    for _ in range(o["accesses"]):
        op = "w" if rng.randrange(100) < o["writes"] else "r"
        t.touch(op, BASE + rng.randrange(o["pages"]))


def strided(t, o, rng):
    for _ in range(o["rounds"]):
        for first in range(o["stride"]):
            for page in range(first, o["pages"], o["stride"] * o["every"]):
                t.touch("w" if first % 2 == 0 else "r", BASE + page)


def hotcold(t, o, rng):
    for n in range(o["accesses"]):
        hot = rng.randrange(10) > 0
        page = rng.randrange(o["hot"]) if hot else o["hot"] + rng.randrange(o["pages"])
        t.touch("w" if rng.randrange(4) == 0 else "r", BASE + page)


def readonly(t, o, rng):
    for turn in range(o["rounds"]):
        for page in range(0, o["pages"], 5):
            t.touch("r", BASE + page)
    for page in range(0, o["pages"], 50):
        t.touch("w", BASE + page)
    for page in range(0, o["pages"], 5):
        t.touch("r", BASE + page)


def zeroes(t, o, rng):
    """One page of each region is written, all are read, then pieces are paged out."""
    regions = o["pages"] // REGION
    for _ in range(o["rounds"]):
        for region in range(regions):
            t.touch("w", BASE + region * REGION + 3)
        for region in range(regions):
            t.add("advise", BASE + region * REGION + 100, 50, "cold")
            t.add("advise", BASE + region * REGION + 300, 20, "pageout")
        for page in range(0, regions * REGION, 25):
            t.touch("r", BASE + page)


def fork(t, o, rng):
    for page in range(o["pages"]):
        t.touch("w", BASE + page)
    t.add("fork", 0, 0, 2)
    for n in range(o["accesses"]):
        t.touch("w" if rng.randrange(3) == 0 else "r", BASE + rng.randrange(o["pages"]),
                1 + rng.randrange(2))
        if n == o["accesses"] // 2:
            t.add("advise", BASE, o["pages"] // 2, "pageout")
    t.add("exit", 0, 0, None, 1)
    for page in range(0, o["pages"], 3):
        t.touch("w", BASE + page, 2)


def processes(t, o, rng):
    for page in range(o["pages"]):
        for pid in (1, 2):
            t.touch("w", BASE + page * pid, pid)
    for n in range(o["accesses"]):
        t.touch("r", BASE + rng.randrange(o["pages"]), 1 + n // 100 % 2)


def bursts(t, o, rng):
    for n in range(o["accesses"]):
        if n % 500 == 0:
            t.time += 200000
        start = n // 500 * 400
        t.touch("w" if n % 2 else "r", BASE + (start + rng.randrange(1200)) % o["pages"])


def pinned(t, o, rng):
    """One page between all others; a set in order of recency would lose it when it is thinned."""
    for n in range(o["accesses"] // 2):
        t.touch("w", BASE)
        t.touch("w", BASE + REGION * (1 + n % 12))


def small(t, o, rng):
    """VMAs of anonymous memory with less than 2 MiB, a stack, a file and a private mapping."""
    for n in range(12):
        t.add("map", BASE + n * 1024 + 17, 480, "anon")
    t.add("map", BASE + 20 * 1024, 1024, "stack")
    t.add("map", BASE + 22 * 1024, 1024, "file")
    t.add("map", BASE + 24 * 1024, 1024, "private")
    for n in range(o["accesses"]):
        place = rng.randrange(15)
        at = (BASE + place * 1024 + 17 + rng.randrange(480) if place < 12 else
              BASE + (20 + 2 * (place - 12)) * 1024 + rng.randrange(1024))
        t.touch("w" if rng.randrange(4) else "r", at)


def advise(t, o, rng):
    t.add("map", BASE, o["pages"], "anon")
    t.add("advise", BASE, o["pages"] // 2, "hugepage")
    t.add("advise", BASE + o["pages"] * 3 // 4, o["pages"] // 4, "nohugepage")
    for n in range(o["accesses"]):
        t.touch("w" if rng.randrange(2) else "r", BASE + rng.randrange(o["pages"]))
        if n % 200 == 199:
            start = rng.randrange(o["pages"] - 900)
            t.add("advise", BASE + start, rng.randrange(1, 900),
                  ("cold", "free", "pageout", "dontneed")[n // 200 % 4])


class Chaos:
    """Every operation in any order, on a few regions of a few processes."""
    PLACES = 10

    def __init__(self, t, rng):
        self.t, self.rng = t, rng
        self.maps = {1: {}}     # pid -> page -> kind

    def span(self):
        place = BASE + self.rng.randrange(self.PLACES) * REGION
        if self.rng.randrange(2):
            return place, REGION * self.rng.randrange(1, 4)
        return place + self.rng.randrange(REGION), self.rng.randrange(1, 700)

    def step(self):
        rng, t = self.rng, self.t
        pid = rng.choice(sorted(self.maps))
        mine = self.maps[pid]
        start, pages = self.span()
        span = range(start, start + pages)
        what = rng.randrange(40)
        if what < 6:
            kind = rng.choice(("anon",) * 5 + ("private", "file", "stack"))
            t.add("map", start, pages, kind, pid)
            mine.update((page, kind) for page in span)
        elif what < 7:
            t.add("unmap", start, pages, None, pid)
            for page in span:
                mine.pop(page, None)
        elif what < 9:
            to = BASE + (self.PLACES + 4 + rng.randrange(self.PLACES)) * REGION
            to += rng.choice((0, 0, 5))
            t.add("remap", start, pages, "0x%x" % (to * 4096), pid)
            for page in range(to, to + pages):
                mine.pop(page, None)
            for page in span:
                if page in mine:
                    mine[to + page - start] = mine.pop(page)
        elif what < 15:
            t.add("advise", start, pages, rng.choice(
                ("hugepage", "nohugepage", "dontneed", "free", "cold", "pageout", "pageout")), pid)
        elif what < 16 and len(self.maps) < 4:
            child = min(set(range(1, 9)) - set(self.maps))
            t.add("fork", 0, 0, child, pid)
            self.maps[child] = dict(mine)
        elif what < 17 and len(self.maps) > 1:
            t.add(rng.choice(("exit", "exec")), 0, 0, None, pid)
            del self.maps[pid]
        elif mine:
            pages = sorted(mine)
            first = rng.randrange(len(pages))
            stride = rng.choice((1, 1, 1, 3, 40))
            op = rng.choice("rww")
            for page in pages[first:first + 150 * stride:stride]:
                t.touch(op, page, pid)
        t.time += rng.choice((0, 0, 50, 3000))


def chaos(t, o, rng):
    mess = Chaos(t, rng)
    for _ in range(o["operations"]):
        mess.step()


SHAPES = {f.__name__: f for f in (sequential, backward, uniform, strided, hotcold, readonly, zeroes,
                                  fork, processes, bursts, pinned, small, advise, chaos)}


def generate(shape, **numbers):
    options = dict(DEFAULTS, **numbers)
    trace = Trace(options["gap"])
    SHAPES[shape](trace, options, random.Random(options["seed"]))
    return trace.lines


def main(arguments):
    if not arguments or arguments[0] not in SHAPES:
        print("usage: generate.py %s [key=number]..." % "|".join(SHAPES), file=sys.stderr)
        return 2
    numbers = dict((key, int(value)) for key, value in (a.split("=") for a in arguments[1:]))
    print("\n".join(generate(arguments[0], **numbers)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
