# SPDX-License-Identifier: GPL-2.0-only
"""Processes: their VMAs, their page tables, their faults: sections 7 and 8 of the model."""
from .trace import PMD_PAGES, Refused

EVERYTHING = 1 << 52
HITS_MAX = 63


class Present:
    """A PTE or PMD that maps page i of a folio."""
    __slots__ = ("folio", "i", "writable", "dirty", "accessed", "exclusive")

    def __init__(self, folio, i, exclusive):
        self.folio = folio
        self.i = i
        self.writable = self.exclusive = exclusive
        self.dirty = self.accessed = False

    def copy(self, i):
        other = Present(self.folio, i, self.exclusive)
        other.writable, other.dirty, other.accessed = self.writable, self.dirty, self.accessed
        return other


class Swap:
    """A PTE or PMD swap entry."""
    __slots__ = ("slot", "exclusive")

    def __init__(self, slot, exclusive):
        self.slot = slot
        self.exclusive = exclusive


ZERO = object()     # the zero page, and as a PMD the huge one


class Region:
    """Either a PMD entry or a table of PTEs, which may be empty."""
    __slots__ = ("pmd", "table")

    def __init__(self):
        self.pmd = None
        self.table = {}


class Vma:
    def __init__(self, start, end, kind, advice=None, readahead=(0, 0, 4), fresh=False):
        self.start = start
        self.end = end
        self.kind = kind
        self.advice = advice
        self.readahead = readahead      # last place, last size, hits
        self.fresh = fresh

    def part(self, start, end):
        return Vma(start, end, self.kind, self.advice, self.readahead, self.fresh)


class Readahead:
    """The window of section 7, [__swapin_nr_pages()]."""

    @staticmethod
    def size(place, last_place, last_size, hits, page_cluster):
        pages = hits + 2
        if pages == 2:
            if abs(place - last_place) != 1:
                pages = 1
        else:
            pages = max(4, 1 << (pages - 1).bit_length())
        return max(min(pages, 1 << page_cluster), last_size // 2)


class System:
    """The processes over one machine, and what a trace's records do to them."""

    def __init__(self, machine, has_maps):
        self.machine = machine
        self.has_maps = has_maps
        self.processes = {}
        self.cluster = (0, 0, 0)    # last place, last size, hits

    def process(self, pid):
        if pid not in self.processes:
            self.processes[pid] = Process(self, pid)
        return self.processes[pid]

    def run(self, record):
        machine = self.machine
        machine.pid = record.pid
        machine.set_time(record.time_us)
        machine.process_stats()
        process = self.process(record.pid)
        if record.op in ("r", "w"):
            machine.count("accesses")
            for page in range(record.start, record.end):
                machine.catch_up()
                process.access(page, record.op == "w")
            return
        machine.catch_up()
        if record.op == "fork":
            process.fork(record.argument)
        elif record.op in ("exec", "exit"):
            process.leave()
        else:
            getattr(process, "do_" + record.op)(record)


class Process:
    def __init__(self, system, pid):
        self.system = system
        self.machine = system.machine
        self.pid = pid
        self.regions = {}
        self.vmas = []
        self.forget_vmas()

    def forget_vmas(self):
        self.vmas = [] if self.system.has_maps else [Vma(0, EVERYTHING, "anon")]

    # VMAs

    def find_vma(self, page):
        for vma in self.vmas:
            if vma.start <= page < vma.end:
                return vma
        return None

    def cut_vmas(self, start, end):
        """No VMA crosses start or end afterwards."""
        pieces = []
        for vma in self.vmas:
            edges = [vma.start] + [e for e in (start, end) if vma.start < e < vma.end] + [vma.end]
            pieces += [vma.part(*edge) for edge in zip(edges, edges[1:])]
        self.vmas = pieces

    def vmas_in(self, start, end):
        return [vma for vma in self.vmas if vma.start < end and start < vma.end]

    def merge_vmas(self):
        self.vmas.sort(key=lambda vma: vma.start)
        merged = []
        for vma in self.vmas:
            last = merged[-1] if merged else None
            if (last and last.end == vma.start and last.kind == vma.kind == "anon" and
                    last.advice == vma.advice):
                if last.fresh:
                    last.readahead, last.fresh = vma.readahead, vma.fresh
                last.end = vma.end
            else:
                merged.append(vma)
        for vma in merged:
            vma.fresh = False
        self.vmas = merged

    def may_be_thp(self, vma, region):
        if vma.kind != "anon" or self.machine.settings.thp == "never":
            return False
        if vma.start > region * PMD_PAGES or vma.end < (region + 1) * PMD_PAGES:
            return False
        if self.machine.settings.thp == "always":
            return vma.advice != "nohugepage"
        return vma.advice == "hugepage"

    # Page tables

    def region(self, number):
        if number not in self.regions:
            self.regions[number] = Region()
        return self.regions[number]

    def entry(self, page):
        region = self.regions.get(page // PMD_PAGES)
        if region is None:
            return None
        return region.pmd or region.table.get(page % PMD_PAGES)

    def set_pte(self, page, folio, i, exclusive):
        entry = Present(folio, i, exclusive)
        self.region(page // PMD_PAGES).table[page % PMD_PAGES] = entry
        self.machine.add_pte(folio, i, (self, page))

    def split_pmd(self, number):
        region = self.regions[number]
        pmd, region.pmd = region.pmd, None
        first = number * PMD_PAGES
        for i in range(PMD_PAGES):
            if pmd is ZERO:
                region.table[i] = ZERO
            elif isinstance(pmd, Swap):
                region.table[i] = Swap(pmd.slot + i, pmd.exclusive)
            else:
                region.table[i] = pmd.copy(i)
                self.machine.add_pte(pmd.folio, i, (self, first + i))
        if isinstance(pmd, Present):
            self.machine.remove_pmd(pmd.folio, (self, number), pmd.dirty)

    def pmd_to_swap(self, number, slot):
        """For reclaim, which counts; returns whether the mapping was dirty."""
        region = self.regions[number]
        pmd, region.pmd = region.pmd, None
        if slot is None:
            pass
        elif self.machine.policy == "pte":
            region.table = {i: Swap(slot + i, pmd.exclusive) for i in range(PMD_PAGES)}
        else:
            region.pmd = Swap(slot, pmd.exclusive)
        return pmd.dirty

    def pte_to_swap(self, page, slot):
        table = self.regions[page // PMD_PAGES].table
        pte = table.pop(page % PMD_PAGES)
        if slot is not None:
            table[page % PMD_PAGES] = Swap(slot, pte.exclusive)
        return pte.dirty

    def numbers_in(self, start, end):
        return [number for number in sorted(self.regions)
                if number * PMD_PAGES < end and start < (number + 1) * PMD_PAGES]

    @staticmethod
    def is_whole(number, start, end):
        return start <= number * PMD_PAGES and (number + 1) * PMD_PAGES <= end

    def split_partial(self, start, end):
        """A PMD that the range covers in part becomes PTEs."""
        for number in self.numbers_in(start, end):
            if self.regions[number].pmd and not self.is_whole(number, start, end):
                self.split_pmd(number)

    def pages_in(self, start, end):
        """The pages of the range that have a PTE."""
        for number in self.numbers_in(start, end):
            for i in sorted(self.regions[number].table):
                if start <= number * PMD_PAGES + i < end:
                    yield number * PMD_PAGES + i

    def zap_pmd(self, number):
        region = self.regions[number]
        pmd, region.pmd = region.pmd, None
        if isinstance(pmd, Present):
            self.machine.remove_pmd(pmd.folio, (self, number), pmd.dirty)
        elif isinstance(pmd, Swap):
            self.machine.put_entries(pmd.slot, PMD_PAGES)

    def zap_pte(self, page):
        pte = self.regions[page // PMD_PAGES].table.pop(page % PMD_PAGES)
        if isinstance(pte, Present):
            self.machine.remove_pte(pte.folio, pte.i, (self, page), pte.dirty)
        elif isinstance(pte, Swap):
            self.machine.put_entries(pte.slot, 1)

    def zap(self, start, end):
        self.split_partial(start, end)
        for number in self.numbers_in(start, end):
            if self.regions[number].pmd:
                self.zap_pmd(number)
        for page in list(self.pages_in(start, end)):
            self.zap_pte(page)

    # VMA lines

    def drop_vmas(self, start, end):
        self.zap(start, end)
        self.cut_vmas(start, end)
        inside = self.vmas_in(start, end)
        self.vmas = [vma for vma in self.vmas if vma not in inside]
        return inside

    def do_map(self, record):
        self.drop_vmas(record.start, record.end)
        self.vmas.append(Vma(record.start, record.end, record.argument, fresh=True))
        self.merge_vmas()

    def do_unmap(self, record):
        self.drop_vmas(record.start, record.end)

    def do_remap(self, record):
        to = record.argument >> 12
        shift = to - record.start
        if not shift:
            return
        if abs(shift) < record.end - record.start:
            raise Refused("remap: the new range overlaps the old one")
        self.drop_vmas(to, to + record.end - record.start)
        self.move_entries(record.start, record.end, shift)
        for vma in self.drop_vmas(record.start, record.end):
            vma.start += shift
            vma.end += shift
            vma.fresh = True
            self.vmas.append(vma)
        self.merge_vmas()

    def move_entries(self, start, end, shift):
        for number in self.numbers_in(start, end):
            if not self.regions[number].pmd:
                continue
            if shift % PMD_PAGES or not self.is_whole(number, start, end):
                self.split_pmd(number)
                continue
            target = number + shift // PMD_PAGES
            pmd, self.regions[number].pmd = self.regions[number].pmd, None
            self.region(target).pmd = pmd
            if isinstance(pmd, Present):
                pmd.folio.pmds.remove((self, number))
                pmd.folio.pmds.add((self, target))
        for page in list(self.pages_in(start, end)):
            pte = self.regions[page // PMD_PAGES].table.pop(page % PMD_PAGES)
            self.region((page + shift) // PMD_PAGES).table[(page + shift) % PMD_PAGES] = pte
            if isinstance(pte, Present):
                pte.folio.ptes[pte.i].remove((self, page))
                pte.folio.ptes[pte.i].add((self, page + shift))

    def do_advise(self, record):
        start, end, advice = record.start, record.end, record.argument
        if advice in ("hugepage", "nohugepage"):
            self.cut_vmas(start, end)
            for vma in self.vmas_in(start, end):
                vma.advice = advice
            self.merge_vmas()
        elif advice == "dontneed":
            self.zap(start, end)
        elif advice == "free":
            for vma in self.vmas_in(start, end):
                if vma.kind in ("anon", "stack"):
                    self.madvise_free(max(start, vma.start), min(end, vma.end))
        else:
            self.madvise_reclaim(start, end, advice == "pageout")

    def madvise_free(self, start, end):
        self.split_partial(start, end)
        for number in self.numbers_in(start, end):
            pmd = self.regions[number].pmd
            if isinstance(pmd, Swap):
                self.zap_pmd(number)
            elif isinstance(pmd, Present) and self.may_free_lazily(pmd.folio):
                pmd.dirty = False
                pmd.folio.lazy = [True] * PMD_PAGES
        for page in list(self.pages_in(start, end)):
            pte = self.entry(page)
            if isinstance(pte, Swap):
                self.zap_pte(page)
            elif isinstance(pte, Present) and self.may_free_lazily(pte.folio):
                pte.dirty = False
                pte.folio.lazy[pte.i] = True

    def may_free_lazily(self, folio):
        if self.is_shared(folio):
            return False
        return folio.slot is None or self.machine.free_swap(folio)

    def is_shared(self, folio):
        return (any(process is not self for process, _ in folio.pmds) or
                any(process is not self for users in folio.ptes.values() for process, _ in users))

    def folios_in(self, start, end):
        """The folios the range maps, in ascending order, with the number of their pages it maps."""
        found = {}
        for number in self.numbers_in(start, end):
            pmd = self.regions[number].pmd
            if isinstance(pmd, Present):
                found[pmd.folio] = PMD_PAGES
            for page in self.pages_in(max(start, number * PMD_PAGES),
                                      min(end, (number + 1) * PMD_PAGES)):
                pte = self.entry(page)
                if isinstance(pte, Present):
                    found[pte.folio] = found.get(pte.folio, 0) + 1
        return found

    def is_left_alone(self, folio):
        return (folio.writeback or folio.arrives > self.machine.now or self.is_shared(folio))

    def madvise_reclaim(self, start, end, pageout):
        self.split_partial(start, end)
        for folio, mapped in self.folios_in(start, end).items():
            if mapped < folio.n and not self.is_left_alone(folio):
                self.machine.split_folio(folio)
        for folio in self.folios_in(start, end):
            if self.is_left_alone(folio):
                continue
            if pageout:
                self.machine.swap_out(folio)
                continue
            for _, number in folio.pmds:
                self.regions[number].pmd.accessed = False
            for users in folio.ptes.values():
                for _, page in users:
                    self.entry(page).accessed = False
            folio.referenced = False
            self.machine.move(folio, self.machine.inactive, old=True)

    def fork(self, pid):
        old = self.system.processes.get(pid)
        if old is self or (old and (old.regions or (self.system.has_maps and old.vmas))):
            raise Refused("fork: process %d exists already" % pid)
        child = self.system.processes[pid] = Process(self.system, pid)
        child.vmas = [vma.part(vma.start, vma.end) for vma in self.vmas]
        for number, region in self.regions.items():
            copy = child.region(number)
            copy.pmd = self.share(region.pmd, child, number, PMD_PAGES)
            for i, pte in region.table.items():
                copy.table[i] = self.share(pte, child, number * PMD_PAGES + i, 1)

    def share(self, entry, child, where, n):
        if isinstance(entry, Swap):
            entry.exclusive = False
            for slot in range(entry.slot, entry.slot + n):
                self.machine.slots.count[slot] += 1
            return Swap(entry.slot, False)
        if not isinstance(entry, Present):
            return entry
        entry.exclusive = entry.writable = False
        copy = entry.copy(entry.i)
        copy.accessed = False
        if n == 1:
            self.machine.add_pte(entry.folio, entry.i, (child, where))
        else:
            self.machine.add_pmd(entry.folio, (child, where))
        return copy

    def leave(self):
        self.zap(0, EVERYTHING)
        self.regions = {}
        self.forget_vmas()

    # Accesses

    def access(self, page, write):
        vma = self.find_vma(page)
        if vma is None:
            raise Refused("process %d: page 0x%x is in no VMA" % (self.pid, page))
        if vma.kind == "file":
            return
        if vma.kind == "private" and not write and self.entry(page) is None:
            return
        self.machine.recent.touch((self.pid, page // PMD_PAGES))
        while not self.is_satisfied(page, write):
            self.machine.count("faults")
            self.machine.process_stats()["faults"] += 1
            major = self.fault(vma, page, write)
            self.machine.count("major_faults" if major else "minor_faults")

    def is_satisfied(self, page, write):
        """What the processor does: the accessed and the dirty bit."""
        entry = self.entry(page)
        if entry is ZERO:
            return not write
        if not isinstance(entry, Present):
            return False
        entry.accessed = True
        if not write:
            return True
        if not entry.writable:
            return False
        entry.dirty = True
        entry.folio.zero[page % PMD_PAGES if entry.i is None else entry.i] = False
        if entry.i is None:
            entry.folio.lazy = [False] * PMD_PAGES
        else:
            entry.folio.lazy[entry.i] = False
        return True

    def fault(self, vma, page, write):
        """Returns whether it was a major one."""
        entry = self.entry(page)
        if isinstance(entry, Swap):
            self.machine.count("refaults")
            if self.region(page // PMD_PAGES).pmd:
                return self.pmd_swap_fault(vma, page // PMD_PAGES, entry, write)
            return self.pte_swap_fault(vma, page, entry, write)
        self.machine.pay("fault", self.machine.costs["minor_fault_ns"])
        if isinstance(entry, Present):
            self.write_protect_fault(page)
            return False
        if entry is None:
            self.machine.count("first_touches")
        if write:
            self.write_nothing(vma, page)
        else:
            self.read_nothing(vma, page)
        return False

    def read_nothing(self, vma, page):
        region = self.region(page // PMD_PAGES)
        self.machine.count("zero_page_maps")
        if self.may_be_thp(vma, page // PMD_PAGES) and not region.table:
            region.pmd = ZERO
        else:
            region.table[page % PMD_PAGES] = ZERO

    def write_nothing(self, vma, page):
        machine = self.machine
        number = page // PMD_PAGES
        region = self.region(number)
        if self.may_be_thp(vma, number) and not region.table:
            folio, _ = machine.allocate_block(self.pid, number, vma.advice == "hugepage")
            if folio:
                machine.pay("zero", PMD_PAGES * machine.costs["clear_page_ns"])
                region.pmd = Present(folio, None, True)
                machine.add_pmd(folio, (self, number))
                machine.inactive.add(folio)
                return
        if region.pmd is ZERO:
            self.split_pmd(number)
        folio = machine.allocate_page()
        machine.pay("zero", machine.costs["clear_page_ns"])
        self.set_pte(page, folio, 0, True)
        machine.inactive.add(folio)

    # Writes to what is mapped

    def write_protect_fault(self, page):
        number = page // PMD_PAGES
        if self.region(number).pmd:
            if self.reuse_pmd(self.region(number).pmd):
                return
            self.split_pmd(number)
        self.write_protect_pte(page)

    def free_cache(self, folio):
        """True if the folio is not in the swap cache afterwards."""
        if folio.slot is None:
            return True
        if not self.machine.free_swap(folio):
            return False
        self.machine.count("swap_freed", folio.n)
        return True

    def reuse_pmd(self, pmd):
        if not pmd.exclusive:
            if pmd.folio.mapcount() > 1 or not self.free_cache(pmd.folio):
                return False
            pmd.exclusive = True
        pmd.writable = True
        return True

    def may_reuse_page(self, folio):
        if folio.n == 1:
            return folio.mapcount() == 1 and self.free_cache(folio)
        if folio.pmds or folio.mapcount() <= 1 or self.is_shared(folio):
            return False
        return self.free_cache(folio)

    def write_protect_pte(self, page):
        machine = self.machine
        pte = self.entry(page)
        if pte.exclusive or self.may_reuse_page(pte.folio):
            pte.exclusive = pte.writable = True
            return
        copy = machine.allocate_page()
        machine.pay("copy", machine.costs["copy_page_ns"])
        machine.count("cow_copies")
        copy.zero = [pte.folio.zero[pte.i]]
        self.zap_pte(page)
        self.set_pte(page, copy, 0, True)
        machine.inactive.add(copy)

    # Swap-in

    def keeps_exclusive(self, entry, folio):
        return entry.exclusive and not (folio.writeback and self.machine.costs["stable_writes"])

    def swap_is_full(self):
        return self.machine.slots.free * 2 < self.machine.slots.nr

    def pte_swap_fault(self, vma, page, entry, write):
        machine = self.machine
        machine.pay("fault", machine.costs["swap_fault_ns"])
        folio = machine.slots.cache[entry.slot]
        major = folio is None
        if major:
            folio = self.read_with_readahead(vma, page, entry.slot)
        else:
            self.found_in_cache(vma, page, folio)
        machine.wait_for(folio)
        exclusive = self.keeps_exclusive(entry, folio)
        for i in self.batch(page, entry, folio):
            here = page + i - (entry.slot - folio.slot)
            self.set_pte(here, folio, i, exclusive)
            machine.put_entries(folio.slot + i, 1)
        # Before anything reclaims: the page must not go again within its own fault.
        self.entry(page).accessed = True
        if machine.synchronous or self.swap_is_full() or (write and exclusive):
            self.free_cache(folio)
        if write and not exclusive:
            self.write_protect_pte(page)
        return major

    def batch(self, page, entry, folio):
        """The pages of the folio that this fault maps: all of them if all entries are its own."""
        i = entry.slot - folio.slot
        first = page - i
        if folio.n > 1 and first % PMD_PAGES == 0:
            table = self.region(first // PMD_PAGES).table
            entries = [table.get(k) for k in range(folio.n)]
            if all(isinstance(other, Swap) and other.slot == folio.slot + k and
                   other.exclusive == entry.exclusive for k, other in enumerate(entries)):
                return range(folio.n)
        return (i,)

    def pmd_swap_fault(self, vma, number, entry, write):
        machine = self.machine
        machine.pay("fault", machine.costs["pmd_fault_ns"])
        machine.count("pmd_faults")
        source, what = self.choose_source(entry)
        major = source == "read"
        folio = what
        if major:
            folio, what = machine.allocate_block(self.pid, number, vma.advice == "hugepage")
        if folio is None or source == "split":
            machine.count("splits")
            machine.splits_by_reason[what] = machine.splits_by_reason.get(what, 0) + 1
            self.split_pmd(number)
            return False
        if major:
            machine.enter_cache(folio, entry.slot)
            machine.list_read_folio(folio)
            machine.read(folio)
        machine.wait_for(folio)
        self.map_pmd(number, entry, folio, write)
        return major

    def choose_source(self, entry):
        slots = self.machine.slots
        cached = slots.cache[entry.slot:entry.slot + PMD_PAGES]
        first = cached[0]
        mixed = len(set(slots.zeromap[entry.slot:entry.slot + PMD_PAGES])) > 1
        if first is not None and first.n == PMD_PAGES:
            return "map", first
        if self.machine.policy == "reviewed":
            if any(cached):
                return "split", "partly_cached"
            return ("split", "mixed_zeromap") if mixed else ("read", None)
        if first is not None:
            return "split", "not_pmd_sized"
        if any(cached) or mixed:
            return "split", "busy"
        return "read", None

    def map_pmd(self, number, entry, folio, write):
        machine = self.machine
        exclusive = self.keeps_exclusive(entry, folio)
        pmd = self.region(number).pmd = Present(folio, None, exclusive)
        pmd.accessed = True
        machine.add_pmd(folio, (self, number))
        machine.put_entries(entry.slot, PMD_PAGES)
        machine.count("pmd_maps")
        if machine.policy == "reviewed":
            no_use = write and exclusive
        else:
            no_use = write and not exclusive and folio.mapcount() == 1
        if machine.synchronous or self.swap_is_full() or no_use:
            self.free_cache(folio)
        if write and not exclusive and not self.reuse_pmd(pmd):
            self.split_pmd(number)

    # Readahead

    def found_in_cache(self, vma, page, folio):
        if folio.n > 1:
            return
        hit = folio.ahead
        folio.ahead = False
        if hit:
            self.machine.count("readahead_hits")
        if self.machine.settings.readahead == "vma":
            vma.readahead = (page, vma.readahead[1], min(vma.readahead[2] + hit, HITS_MAX))
        else:
            place, size, hits = self.system.cluster
            self.system.cluster = (place, size, hits + hit)

    def read_with_readahead(self, vma, page, slot):
        """Reads the slot of the page, and others of the window; returns the page's own folio."""
        own = None
        for other in self.window(vma, page, slot):
            if other is None:
                continue
            if other != slot and not self.may_read(other):
                continue
            folio = self.read_slot(other, other != slot)
            if other == slot:
                own = folio
        return own

    def may_read(self, slot):
        slots = self.machine.slots
        return slots.count[slot] > 0 and slots.cache[slot] is None

    def read_slot(self, slot, ahead):
        machine = self.machine
        if not ahead:
            folio = machine.allocate_page()
        elif not machine.allocate(1, True) or not self.may_read(slot):
            return None
        else:
            folio = machine.new_folio(1)
            folio.ahead = True
            machine.count("readahead_pages")
        machine.enter_cache(folio, slot)
        machine.list_read_folio(folio)
        machine.read(folio)
        return folio

    def window(self, vma, page, slot):
        """Slots, in their order; looked up one by one, for reading one may change the next."""
        settings = self.machine.settings
        if (self.machine.synchronous or settings.readahead == "none" or
                not settings.page_cluster):
            yield slot
        elif settings.readahead == "vma":
            for other in self.vma_window(vma, page):
                entry = self.entry(other)
                yield entry.slot if isinstance(entry, Swap) else None
        else:
            yield from self.cluster_window(slot)

    def vma_window(self, vma, page):
        place, size, hits = vma.readahead
        size = Readahead.size(page, place, size, hits, self.machine.settings.page_cluster)
        vma.readahead = (page, size, 0)
        if size == 1:
            return range(page, page + 1)
        if page == place + 1:
            left = page
        elif page == place - 1:
            left = page - size + 1
        else:
            left = page - (size - 1) // 2
        region = page // PMD_PAGES * PMD_PAGES
        return range(max(left, vma.start, region),
                     min(left + size, vma.end, region + PMD_PAGES))

    def cluster_window(self, slot):
        place, size, hits = self.system.cluster
        size = Readahead.size(slot, place, size, hits, self.machine.settings.page_cluster)
        self.system.cluster = (place if hits else slot, size, 0)
        first = slot // size * size
        return range(first, min(first + size, self.machine.slots.nr))
