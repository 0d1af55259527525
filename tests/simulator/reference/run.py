# SPDX-License-Identifier: GPL-2.0-only
"""One run of a trace, and its report: sections 1 and 9 of the model."""
from .machine import Machine, STALL_PARTS
from .process import Present, Swap, System
from .trace import PMD_PAGES, Refused

COUNTERS = (
    "accesses", "faults", "minor_faults", "major_faults", "refaults", "first_touches",
    "pmd_faults", "pmd_maps", "splits", "cow_copies", "swap_freed", "pages_read", "pages_zero",
    "pages_written", "readahead_pages", "readahead_hits", "thp_allocated", "thp_fallback",
    "zero_page_maps")


def set_up_records(records, skip):
    """How many records --skip leaves out of the counters."""
    if skip is None:
        return 0
    if skip.endswith("%"):
        return len(records) * int(skip[:-1]) // 100
    for number, record in enumerate(records):
        if record.time_us >= int(skip):
            return number
    return len(records)


def counters_of(machine):
    counters = {name: machine.stats.get(name, 0) for name in COUNTERS}
    for part in STALL_PARTS:
        name = "stall_%s_ns" % part
        counters[name] = machine.stats.get(name, 0)
    counters["stall_ns"] = machine.stall
    counters["splits_by_reason"] = dict(machine.splits_by_reason)
    counters["per_process"] = {str(pid): dict(stats)
                               for pid, stats in machine.per_process.items()}
    return counters


def subtract(now, before):
    """What was counted since; groups without anything in them stay out."""
    left = {}
    for name, value in now.items():
        if isinstance(value, dict):
            left[name] = subtract(value, before.get(name, {}))
        else:
            left[name] = value - before.get(name, 0)
    return left


def check(system):
    """Conservation: pages, slots, entries and stall add up."""
    machine = system.machine
    slots = machine.slots
    folios = {}
    counts = [0] * slots.nr
    for process in system.processes.values():
        for number, region in process.regions.items():
            assert not (region.pmd and region.table)
            entries = [(region.pmd, number, PMD_PAGES)] if region.pmd else [
                (pte, number * PMD_PAGES + i, 1) for i, pte in region.table.items()]
            for entry, where, n in entries:
                if isinstance(entry, Swap):
                    for slot in range(entry.slot, entry.slot + n):
                        counts[slot] += 1
                elif isinstance(entry, Present):
                    folios[entry.folio] = True
                    users = entry.folio.pmds if n > 1 else entry.folio.ptes[entry.i]
                    assert (process, where) in users
                    assert entry.exclusive or not entry.writable
                    assert not entry.exclusive or len(users) == 1
    assert counts == slots.count
    for slot, folio in enumerate(slots.cache):
        if folio is not None:
            assert folio.slot <= slot < folio.slot + folio.n
            folios[folio] = True
    listed = list(machine.active.folios) + list(machine.inactive.folios)
    written = [write[2] for write in machine.writes]
    assert set(folios) == set(listed) | set(written)
    assert len(folios) == len(listed) + len(written)
    assert machine.used == sum(folio.n for folio in folios)
    assert 0 <= machine.used <= machine.pages
    assert machine.coming == sum(folio.n for folio in written if not folio.mapped())
    assert all(folio.writeback == (folio in written) for folio in folios)
    assert machine.active.pages + machine.inactive.pages == sum(folio.n for folio in listed)
    free = [not counts[slot] and slots.cache[slot] is None for slot in range(slots.nr)]
    assert slots.free == sum(free) == sum(len(cluster) for cluster in slots.clusters)
    assert all(free[slot] for cluster in slots.clusters for slot in cluster)
    stats = machine.stats
    assert machine.stall == sum(stats.get("stall_%s_ns" % part, 0) for part in STALL_PARTS)
    assert machine.stall == sum(p["stall_ns"] for p in machine.per_process.values())
    assert stats.get("faults", 0) == stats.get("minor_faults", 0) + stats.get("major_faults", 0)
    assert stats.get("faults", 0) == sum(p["faults"] for p in machine.per_process.values())
    assert stats.get("splits", 0) == sum(machine.splits_by_reason.values())


def state_of(system):
    machine = system.machine
    slots = machine.slots
    by_pmd = {region.pmd.folio for process in system.processes.values()
              for region in process.regions.values() if isinstance(region.pmd, Present)}
    pinned = sum(1 for count, folio in zip(slots.count, slots.cache)
                 if not count and folio is not None)
    return {
        "resident_pages": machine.used,
        "resident_by_pmd": sum(folio.n for folio in by_pmd),
        "slots_used": slots.nr - slots.free,
        "slots_pinned": pinned,
    }


def run(records, regions, settings, profile, policy, check_every=0):
    """The report of one policy: a dict with the keys that reference.py lists."""
    missing = (regions + 2) * PMD_PAGES - settings.memory * 256
    if missing > 0:
        raise Refused("--memory: %d MiB are missing; the trace needs %d" % (
            -(-missing // 256), (regions + 2) * 2))
    machine = Machine(settings, profile, policy, regions)
    system = System(machine, any(record.op == "map" for record in records))
    skipped = set_up_records(records, settings.skip)
    before = counters_of(machine)
    begin = 0
    for number, record in enumerate(records):
        if number == skipped and skipped:
            before = counters_of(machine)
            begin = record.time_us
        system.run(record)
        if check_every and number % check_every == 0:
            check(system)
    if skipped and skipped == len(records):
        before = counters_of(machine)
        begin = records[-1].time_us
    check(system)
    report = {"policy": policy}
    report.update(subtract(counters_of(machine), before))
    report["program_ns"] = 1000 * (records[-1].time_us - begin) if records else 0
    report.update(state_of(system))
    return report
