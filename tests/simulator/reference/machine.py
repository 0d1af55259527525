# SPDX-License-Identifier: GPL-2.0-only
"""The clock, the swap device, the memory and its reclaim: sections 2 to 6 of the model."""
import heapq
from collections import OrderedDict, deque
from math import isqrt

from .trace import PMD_PAGES, RecentRegions, Refused

SWAP_CLUSTER_MAX = 32
MASK64 = (1 << 64) - 1
NEVER = float("inf")
STALL_PARTS = ("fault", "read", "decompress", "zero", "copy", "write", "wait")


def mix(x):
    """The finaliser of splitmix64, after its increment."""
    x = (x + 0x9e3779b97f4a7c15) & MASK64
    x = ((x ^ x >> 30) * 0xbf58476d1ce4e5b9) & MASK64
    x = ((x ^ x >> 27) * 0x94d049bb133111eb) & MASK64
    return x ^ x >> 31


def block_is_refused(seed, percent, pid, region, attempt):
    return mix(mix(mix(mix(seed) ^ pid) ^ region) ^ attempt) % 100 < percent


class Folio:
    """pmds holds (process, region), ptes holds for a page index the set of (process, page)."""
    __slots__ = ("n", "slot", "zero", "lazy", "dirty", "pmds", "ptes", "writeback", "arrives",
                 "ahead", "referenced", "home")

    def __init__(self, n):
        self.n = n
        self.slot = None        # the first of its slots while in the swap cache
        self.zero = [True] * n  # never written to
        self.lazy = [False] * n # MADV_FREE, and not written since
        self.dirty = True       # differs from its slots, or has none
        self.pmds = set()
        self.ptes = {}
        self.writeback = False
        self.arrives = 0
        self.ahead = False
        self.referenced = False
        self.home = None

    def mapped(self):
        return bool(self.pmds) or bool(self.ptes)

    def partly_mapped(self):
        return self.n > 1 and not self.pmds and 0 < len(self.ptes) < self.n

    def mapcount(self):
        return len(self.pmds) + sum(len(users) for users in self.ptes.values())


class FolioList:
    """The young end is at the end, the old end at the beginning."""

    def __init__(self):
        self.folios = OrderedDict()
        self.pages = 0

    def add(self, folio, old=False):
        self.folios[folio] = True
        if old:
            self.folios.move_to_end(folio, last=False)
        self.pages += folio.n
        folio.home = self

    def remove(self, folio):
        del self.folios[folio]
        self.pages -= folio.n
        folio.home = None

    def oldest(self):
        return next(iter(self.folios))


class Slots:
    """The swap area: for each slot the number of entries that name it and what is cached there."""

    def __init__(self, nr):
        self.nr = nr
        self.count = [0] * nr
        self.cache = [None] * nr
        self.zero = [False] * nr
        self.zeromap = [False] * nr
        self.age = [None] * nr
        self.clusters = [list(range(first, first + PMD_PAGES))
                         for first in range(0, nr, PMD_PAGES)]
        self.free = nr

    def take_cluster(self):
        for cluster in self.clusters:
            if len(cluster) == PMD_PAGES:
                first = cluster[0]
                cluster.clear()
                self.free -= PMD_PAGES
                return first
        return None

    def take_one(self):
        whole = None
        for cluster in self.clusters:
            if 0 < len(cluster) < PMD_PAGES:
                break
            if cluster and whole is None:
                whole = cluster
        else:
            cluster = whole
        if cluster is None:
            return None
        self.free -= 1
        return heapq.heappop(cluster)

    def give_back(self, slot):
        """A slot without entries and cache."""
        self.age[slot] = None
        self.zero[slot] = self.zeromap[slot] = False
        heapq.heappush(self.clusters[slot // PMD_PAGES], slot)
        self.free += 1


class Device:
    """Section 3, the asynchronous kind: one queue, one link."""

    def __init__(self, profile):
        self.profile = profile
        self.ends = deque(maxlen=profile["queue_depth"])
        self.link = 0

    def submit(self, at, kind, n):
        if len(self.ends) == self.ends.maxlen:
            at = max(at, self.ends[0])
        self.link = (max(at + self.profile[kind + "_request_ns"], self.link) +
                     n * self.profile[kind + "_page_ns"])
        self.ends.append(self.link)
        return self.link


class Machine:
    """What exists once: memory, lists, swap, clock, kswapd, counters."""

    def __init__(self, settings, profile, policy, regions):
        self.settings = settings
        self.costs = profile
        self.policy = policy
        self.synchronous = bool(profile["synchronous"])
        self.pages = settings.memory * 256
        self.used = 0
        self.coming = 0         # under writeback and mapped by nobody: free soon
        self.linux = settings.lru == "linux"
        self.active = FolioList()
        self.inactive = FolioList()
        self.age = 0
        self.recent = RecentRegions(regions)
        self.slots = Slots(settings.swap * 256 // PMD_PAGES * PMD_PAGES)
        self.device = Device(profile)
        self.writes = []        # (end, order of submission, folio)
        self.order = 0
        self.attempts = {}
        self.base = self.now = self.stall = 0
        self.by_kswapd = False
        self.kswapd_awake = False
        self.kswapd_clock = self.kswapd_cost = 0
        self.pid = None
        self.stats = {}
        self.splits_by_reason = {}
        self.per_process = {}
        self.set_watermarks()

    def set_watermarks(self):
        if self.settings.limit == "memcg":
            self.min = self.low = self.high = 0
            return
        self.min = max(isqrt(16 * 4 * self.pages) // 4, 32)
        if self.settings.thp != "never":
            self.min = max(self.min, min(11 * PMD_PAGES, self.pages // 20))
        gap = max(self.min // 4, self.pages // 1000)
        self.low = self.min + gap
        self.high = self.min + 2 * gap

    # Counters and time

    def count(self, name, by=1):
        self.stats[name] = self.stats.get(name, 0) + by

    def process_stats(self):
        return self.per_process.setdefault(self.pid, {"faults": 0, "stall_ns": 0})

    def pay(self, part, ns):
        if self.by_kswapd:
            self.kswapd_cost += ns
            return
        self.count("stall_%s_ns" % part, ns)
        self.process_stats()["stall_ns"] += ns
        self.stall += ns
        self.now = self.base + self.stall

    def time(self):
        return self.kswapd_clock if self.by_kswapd else self.now

    def set_time(self, time_us):
        self.base = 1000 * time_us
        self.now = self.base + self.stall

    def catch_up(self):
        """Whatever the device and kswapd do until now."""
        while True:
            device = self.writes[0][0] if self.writes else NEVER
            kswapd = self.kswapd_clock if self.kswapd_awake else NEVER
            if min(device, kswapd) > self.now:
                return
            if device <= kswapd:
                self.end_write()
            else:
                self.run_kswapd()

    # Folios

    def free(self):
        return self.pages - self.used

    def new_folio(self, n):
        self.used += n
        return Folio(n)

    def unlist(self, folio):
        if folio.home is not None:
            folio.home.remove(folio)

    def move(self, folio, to, old=False):
        self.unlist(folio)
        to.add(folio, old)

    def drop_cache(self, folio):
        for slot in range(folio.slot, folio.slot + folio.n):
            self.slots.cache[slot] = None
            if not self.slots.count[slot]:
                self.slots.give_back(slot)
        folio.slot = None

    def free_folio(self, folio):
        self.unlist(folio)
        if folio.slot is not None:
            self.drop_cache(folio)
        self.used -= folio.n

    def has_entries(self, folio):
        """Does a swap entry name one of its slots?"""
        return (folio.slot is not None and
                any(self.slots.count[folio.slot:folio.slot + folio.n]))

    def free_if_idle(self, folio):
        if not folio.mapped() and not folio.writeback and not self.has_entries(folio):
            self.free_folio(folio)

    def free_swap(self, folio):
        """A try; what is in memory is the only copy afterwards."""
        if folio.writeback or self.has_entries(folio):
            return False
        self.drop_cache(folio)
        folio.dirty = True
        return True

    def enter_cache(self, folio, slot):
        folio.slot = slot
        for i in range(folio.n):
            self.slots.cache[slot + i] = folio

    def put_entries(self, slot, n):
        """n swap entries are gone."""
        cached = set()
        for i in range(slot, slot + n):
            self.slots.count[i] -= 1
            if self.slots.cache[i] is not None:
                cached.add(self.slots.cache[i])
            elif not self.slots.count[i]:
                self.slots.give_back(i)
        for folio in cached:
            self.free_if_idle(folio)

    def evict(self, folio):
        """Its memory becomes free by reclaim, its slots stay with their entries."""
        if self.has_entries(folio):
            self.age += folio.n
            for slot in range(folio.slot, folio.slot + folio.n):
                if self.slots.count[slot]:
                    self.slots.age[slot] = self.age
        self.free_folio(folio)

    def list_read_folio(self, folio):
        age = self.slots.age[folio.slot]
        if self.linux and age is not None and self.age - age <= self.active.pages:
            self.active.add(folio)
            self.age += folio.n
        else:
            self.inactive.add(folio)

    # Mappings, as the folio sees them

    def now_mapped(self, folio, was):
        if folio.writeback and not was:
            self.coming -= folio.n

    def now_unmapped(self, folio):
        if folio.mapped():
            return
        if folio.writeback:
            self.coming += folio.n
        else:
            self.free_if_idle(folio)

    def add_pmd(self, folio, where):
        was = folio.mapped()
        folio.pmds.add(where)
        self.now_mapped(folio, was)

    def add_pte(self, folio, i, where):
        was = folio.mapped()
        folio.ptes.setdefault(i, set()).add(where)
        self.now_mapped(folio, was)

    def remove_pmd(self, folio, where, dirty):
        folio.dirty |= dirty
        folio.pmds.remove(where)
        self.now_unmapped(folio)

    def remove_pte(self, folio, i, where, dirty):
        folio.dirty |= dirty
        folio.ptes[i].remove(where)
        if not folio.ptes[i]:
            del folio.ptes[i]
        self.now_unmapped(folio)

    # The device

    def end_write(self):
        folio = heapq.heappop(self.writes)[2]
        folio.writeback = False
        if folio.mapped():
            self.inactive.add(folio)
            return
        self.coming -= folio.n
        self.evict(folio)

    def synchronous_cost(self, kind, slots):
        return self.costs[kind + "_request_ns"] + sum(
            self.costs["zero_page_ns" if self.slots.zero[slot] else kind + "_page_ns"]
            for slot in slots)

    def write(self, folio):
        """Dirty and unmapped."""
        slots = range(folio.slot, folio.slot + folio.n)
        folio.dirty = False
        folio.lazy = [False] * folio.n
        for slot, zero in zip(slots, folio.zero):
            self.slots.zero[slot] = zero
            self.slots.zeromap[slot] = all(folio.zero)
        if all(folio.zero):
            self.evict(folio)
            return
        self.count("pages_written", folio.n)
        if self.synchronous:
            self.pay("write", self.synchronous_cost("write", slots))
            self.evict(folio)
            return
        self.unlist(folio)
        folio.writeback = True
        self.coming += folio.n
        self.order += 1
        end = self.device.submit(self.time(), "write", folio.n)
        heapq.heappush(self.writes, (end, self.order, folio))

    def read(self, folio):
        """Starts to read a folio that is in the swap cache; a synchronous device ends it."""
        slots = range(folio.slot, folio.slot + folio.n)
        folio.dirty = False
        folio.zero = [self.slots.zero[slot] for slot in slots]
        if self.slots.zeromap[folio.slot]:
            self.count("pages_zero", folio.n)
            self.pay("zero", folio.n * self.costs["clear_page_ns"])
            folio.arrives = self.now
            return
        self.count("pages_read", folio.n)
        if self.synchronous:
            self.pay("decompress", self.synchronous_cost("read", slots))
            folio.arrives = self.now
        else:
            folio.arrives = self.device.submit(self.now, "read", folio.n)

    def wait_for(self, folio):
        if folio.arrives > self.now:
            self.pay("read", folio.arrives - self.now)

    # Allocation

    def allocate(self, n, may_reclaim):
        """Is there room for n pages?"""
        if self.settings.limit == "machine" and self.free() - n < self.low:
            if not self.kswapd_awake:
                self.kswapd_awake = True
                self.kswapd_clock = max(self.kswapd_clock, self.now)
        if self.free() - n >= self.min:
            return True
        if may_reclaim:
            self.direct_reclaim(n)
            if self.free() - n >= self.min:
                return True
        return n == 1 and self.free() >= 1

    def allocate_page(self):
        if not self.allocate(1, True):
            raise Refused("out of memory and swap: 1 page is missing")
        return self.new_folio(1)

    def allocate_block(self, pid, region, advised):
        """A PMD-sized folio, or the reason why there is none."""
        attempt = self.attempts.get((pid, region), 0)
        self.attempts[pid, region] = attempt + 1
        if block_is_refused(self.settings.seed, self.settings.fragmentation, pid, region, attempt):
            self.count("thp_fallback")
            return None, "no_memory"
        defrag = self.settings.defrag
        if not self.allocate(PMD_PAGES, defrag == "always" or (defrag == "madvise" and advised)):
            self.count("thp_fallback")
            return None, "no_charge" if self.settings.limit == "memcg" else "no_memory"
        self.count("thp_allocated")
        return self.new_folio(PMD_PAGES), None

    # Reclaim

    def direct_reclaim(self, n):
        while True:
            need = n + self.min - self.free() - self.coming
            if need <= 0:
                break
            goal = max(need, SWAP_CLUSTER_MAX)
            while goal > 0:
                reclaimed = self.reclaim_step()
                if not reclaimed:
                    break
                goal -= reclaimed
            if goal > 0:
                break
        while self.free() - n < self.min and self.coming:
            end = self.writes[0][0]
            if end > self.now:
                self.pay("wait", end - self.now)
            self.end_write()

    def run_kswapd(self):
        if self.free() + self.coming >= self.high:
            self.kswapd_awake = False
            return
        self.by_kswapd = True
        self.kswapd_cost = 0
        reclaimed = self.reclaim_step()
        self.by_kswapd = False
        self.kswapd_clock += self.kswapd_cost
        if not reclaimed:
            self.kswapd_awake = False

    def scan(self, folio):
        """How many entries have the accessed bit? It is cleared."""
        found = 0
        entries = [(process.regions[region].pmd, (process.pid, region))
                   for process, region in folio.pmds]
        for users in folio.ptes.values():
            for process, page in users:
                region = page // PMD_PAGES
                entries.append((process.regions[region].table[page % PMD_PAGES],
                                (process.pid, region)))
        for entry, region in entries:
            if entry.accessed:
                found += 1
                if region not in self.recent:
                    entry.accessed = False
        return found

    def refill_inactive(self):
        if not self.linux:
            return
        gib = (self.active.pages + self.inactive.pages) >> 18
        ratio = isqrt(10 * gib) if gib else 1
        if self.inactive.pages * ratio >= self.active.pages:
            return
        moved = 0
        while moved < SWAP_CLUSTER_MAX and self.active.folios:
            folio = self.active.oldest()
            self.scan(folio)
            self.move(folio, self.inactive)
            moved += folio.n

    def reclaim_step(self):
        """Reclaims one folio and returns its pages, or 0 to give up."""
        looked = 0
        self.refill_inactive()
        while self.inactive.folios and looked <= 4 * self.used + 64:
            folio = self.inactive.oldest()
            looked += folio.n
            if folio.arrives > self.time():
                self.move(folio, self.inactive)
                continue
            accessed = self.scan(folio)
            if not accessed:
                folio.referenced = False
                n = folio.n
                if self.swap_out(folio):
                    return n
            elif not self.linux:
                self.move(folio, self.inactive)
            elif accessed == 1 and not folio.referenced:
                folio.referenced = True
                self.move(folio, self.inactive)
            else:
                folio.referenced = True
                self.move(folio, self.active)
                self.refill_inactive()
        return 0

    def swap_out(self, folio):
        self.pay("write", self.costs["reclaim_folio_ns"])
        if folio.partly_mapped():
            self.split_folio(folio)
            return False
        if folio.slot is None:
            if all(folio.lazy):
                self.unmap_folio(folio)
                self.free_folio(folio)
                return True
            slot = self.slots.take_one() if folio.n == 1 else self.slots.take_cluster()
            if slot is None and folio.n > 1:
                self.split_folio(folio)
                return False
            if slot is None:
                self.move(folio, self.active if self.linux else self.inactive)
                return False
            self.enter_cache(folio, slot)
        self.unmap_folio(folio)
        if folio.dirty:
            self.write(folio)
        else:
            self.evict(folio)
        return True

    def unmap_folio(self, folio):
        """Every entry becomes a swap entry, or nothing if there are no slots."""
        slot = folio.slot
        for process, region in folio.pmds:
            folio.dirty |= process.pmd_to_swap(region, slot)
            if slot is not None:
                for i in range(folio.n):
                    self.slots.count[slot + i] += 1
        for i, users in folio.ptes.items():
            for process, page in users:
                folio.dirty |= process.pte_to_swap(page, None if slot is None else slot + i)
                if slot is not None:
                    self.slots.count[slot + i] += 1
        folio.pmds = set()
        folio.ptes = {}

    def split_folio(self, folio):
        for process, region in list(folio.pmds):
            process.split_pmd(region)
        self.unlist(folio)
        for i in range(folio.n):
            users = folio.ptes.get(i, set())
            slot = None if folio.slot is None else folio.slot + i
            if not users and (slot is None or not self.slots.count[slot]):
                self.used -= 1
                if slot is not None:
                    self.slots.cache[slot] = None
                    self.slots.give_back(slot)
                continue
            page = Folio(1)
            page.zero = [folio.zero[i]]
            page.lazy = [folio.lazy[i]]
            page.dirty = folio.dirty
            if slot is not None:
                self.enter_cache(page, slot)
            for process, number in users:
                page.ptes.setdefault(0, set()).add((process, number))
                entry = process.regions[number // PMD_PAGES].table[number % PMD_PAGES]
                entry.folio, entry.i = page, 0
            self.inactive.add(page, old=True)
