"""One profile's credits, moved as docs/concepts.md says: what each ledger row has to be.

This is the model of ``tests/laws`` once more, lean enough for a million rows: integers, no copies,
and the order of the calls is taken from the ledger. ``test_checker_model`` holds the two against
each other. It knows the calls that the workload makes; a free job has no hold here.

The ledger does not say everything. The moment at which a paid pack was reopened lies between two
known moments, so the expiry of such a pack is an interval, ``soonest`` to ``latest``, and where it
matters which, both outcomes are right. What a job drew from which pack is taken from the draws and
held against the burning order.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from fire.checker.books import DrawRow, JobRow, Key, PackRow, ProfileBooks, RenewalRow

ENDED = {"refund": "refunded", "rollback": "rolled_back", "expire": "expired"}


@dataclass(slots=True)
class Pack:
    seq: int
    remaining: int
    soonest: int
    latest: int
    priority: int
    kind: str

    def surely_before(self, other: Pack) -> bool:
        """Whether it burns first, whatever the moments were exactly."""
        if self.priority != other.priority:
            return self.priority < other.priority
        if self.soonest == self.latest == other.soonest == other.latest:
            return self.seq < other.seq
        return self.latest < other.soonest


@dataclass(slots=True)
class Segment:
    """Credits drawn in one piece; ``pack`` None: of the monthly bucket or the perpetual rest."""

    monthly: bool
    amount: int
    period: int | None = None
    pack: int | None = None
    time_left: int = 0


@dataclass(slots=True)
class Job:
    row: JobRow
    state: str = "reserved"
    held: list[Segment] = field(default_factory=list)
    deducted: tuple[int, int] = (0, 0)
    refunded: tuple[int, int] = (0, 0)
    shortfall: int = 0
    settled_cost: int | None = None
    late: bool = False
    # From which seq on it was in which state, holding how much.
    story: list[tuple[int, str, int]] = field(default_factory=list)
    # What ended it, by the seq of the answer: the key of the call and its answer.
    endings: dict[int, tuple[str, list[Any]]] = field(default_factory=dict)

    def out(self) -> int:
        return sum(segment.amount for segment in self.held)

    def out_by_bucket(self) -> tuple[int, int]:
        monthly = sum(segment.amount for segment in self.held if segment.monthly)
        return monthly, self.out() - monthly

    def held_until_expiry(self) -> int:
        """What the expiry of its hold gave back."""
        kind, answer = next(iter(self.endings.values()), ("", [0]))
        return answer[0] if kind == "expire" else 0

    def has_open_hold(self) -> bool:
        return self.state == "reserved" and self.row.hold_expires is not None


@dataclass(slots=True)
class Returned:
    """What a return moved; ``unsure``: parts that may or may not have lapsed."""

    monthly: int = 0
    addon: int = 0
    monthly_lapsed: int = 0
    addon_lapsed: int = 0
    unsure: list[tuple[Pack, int]] = field(default_factory=list)


class Wallet:
    def __init__(self, books: ProfileBooks, lapse: bool, blame: Callable[[str, str], None]) -> None:
        self.books = books
        self.monthly = 0
        self.perpetual = 0
        self.in_packs = 0
        self.period: int | None = None
        self.packs: dict[int, Pack] = {}
        self.filled: dict[int, Pack] = {}  # those with credits in them
        self.jobs: dict[Key, Job] = {}
        self.renewals: list[list[int]] = []  # period, cap, unused, carried
        self.held = 0
        self._holds: list[tuple[int, Key]] = []
        self._lapse = lapse
        self._blame = blame

    @property
    def addon(self) -> int:
        return self.perpetual + self.in_packs

    # --- taking -------------------------------------------------------------------------------

    def split(self, cost: int) -> tuple[int, int, int]:
        monthly = min(self.monthly, cost)
        addon = min(self.addon + self.books.overdraft, cost - monthly)
        return monthly, addon, cost - monthly - addon

    def draw(self, key: Key, job: Job, monthly: int, addon: int, number: int, at: int) -> None:
        """``at``: the latest moment at which it can have been."""
        if monthly > 0:
            self.monthly -= monthly
            job.held.append(Segment(True, monthly, self.period))
        left = addon
        for row in self.books.draws.get((key, number), ()):
            left -= self._burn(key, job, row, left, at)
        if left > 0:
            if self.filled:
                self._blame("C1", f"job {key} drew perpetual credits before those of a pack")
            self.perpetual -= left
            job.held.append(Segment(False, left))

    def _burn(self, key: Key, job: Job, row: DrawRow, left: int, at: int) -> int:
        pack = self.filled.get(row.pack)
        if pack is None:
            self._blame("C1", f"job {key} drew from pack {row.pack}, which was empty")
            return 0
        for other in self.filled.values():
            if other is not pack and other.surely_before(pack):
                self._blame("C1", f"job {key} drew from pack {pack.seq} before {other.seq}")
        part = min(left, pack.remaining)
        if part != row.amount:
            self._blame("C1", f"job {key} drew {row.amount} from pack {pack.seq}, and not {part}")
        if pack.soonest - row.time_left > at:
            self._blame("C1", f"draw of job {key} from pack {pack.seq}: {row.time_left} us left")
        self._put(pack, -part)
        job.held.append(Segment(False, part, pack=pack.seq, time_left=row.time_left))
        return part

    def _put(self, pack: Pack, amount: int) -> None:
        pack.remaining += amount
        self.in_packs += amount
        if pack.remaining > 0:
            self.filled[pack.seq] = pack
        else:
            self.filled.pop(pack.seq, None)

    # --- giving back --------------------------------------------------------------------------

    def give_back(self, job: Job, amount: int, earliest: int, latest: int) -> Returned:
        """Pops credits off the end of what the job holds, as of a moment between the two. What
        lapses stays in the bucket until ``lapse_returned`` takes it."""
        returned = Returned()
        while amount > 0 and job.held:
            segment = job.held[-1]
            part = min(segment.amount, amount)
            amount -= part
            segment.amount -= part
            if segment.amount == 0:
                job.held.pop()
            if segment.monthly:
                self.monthly += part
                returned.monthly += part
                if self._lapse and segment.period != self.period:
                    returned.monthly_lapsed += part - self._stays(part, segment.period)
            else:
                returned.addon += part
                self._to_addon(segment, part, earliest, latest, returned)
        return returned

    def _to_addon(
        self, segment: Segment, part: int, earliest: int, latest: int, returned: Returned
    ) -> None:
        if segment.pack is None:
            self.perpetual += part
            return
        pack = self.packs[segment.pack]
        surely_over = pack.latest <= earliest
        maybe_over = pack.soonest <= latest
        if pack.kind == "promo" and maybe_over:
            self.perpetual += part
            if surely_over:
                returned.addon_lapsed += part
            else:
                returned.unsure.append((pack, part))
            return
        if maybe_over:
            soonest, until = earliest + segment.time_left, latest + segment.time_left
            if surely_over:
                pack.soonest = max(pack.soonest, soonest)
            pack.latest = max(pack.latest, until)
        self._put(pack, part)

    def settle_doubts(self, returned: Returned, lapsed: int) -> None:
        """Decides what was unsure by what did lapse."""
        missing = lapsed - returned.addon_lapsed
        for size in range(len(returned.unsure) + 1):
            for chosen in combinations(returned.unsure, size):
                if sum(part for _, part in chosen) == missing:
                    returned.addon_lapsed += missing
                    self._rejoin([u for u in returned.unsure if u not in chosen])
                    return
        self._rejoin(returned.unsure)

    def _rejoin(self, parts: list[tuple[Pack, int]]) -> None:
        for pack, part in parts:
            self.perpetual -= part
            self._put(pack, part)

    def _stays(self, part: int, period: int | None) -> int:
        """How much of it the rollovers since would have carried."""
        for renewal in self.renewals:
            if part == 0:
                break
            if period is None or renewal[0] > period:
                carried = min(renewal[2] + part, renewal[1])
                extra = carried - renewal[3]
                renewal[2] += part
                renewal[3] = carried
                part = extra
        return part

    def lapse_returned(self, returned: Returned) -> None:
        self.monthly -= returned.monthly_lapsed
        self.perpetual -= returned.addon_lapsed

    # --- deadlines ----------------------------------------------------------------------------

    def hold(self, key: Key, deadline: int) -> None:
        heapq.heappush(self._holds, (deadline, key))

    def next_hold(self) -> tuple[int, Key] | None:
        """The open hold that ends first."""
        while self._holds:
            deadline, key = self._holds[0]
            if self.jobs[key].has_open_hold():
                return deadline, key
            heapq.heappop(self._holds)
        return None

    def overdue(self, at: int) -> str:
        """What should have been worked off before this moment; empty: nothing."""
        hold = self.next_hold()
        if hold is not None and hold[0] <= at:
            return f"the hold of job {hold[1]}"
        for pack in self.filled.values():
            if pack.latest <= at:
                return f"pack {pack.seq}"
        return ""

    def lapse_problem(self, seq: int | None, amount: int, at: int) -> str:
        """Why this pack cannot have been the next to lapse; empty: it can."""
        pack = self.filled.get(seq or 0)
        if pack is None or pack.remaining != amount:
            return f"pack {seq} has not {amount} left, but {pack}"
        if pack.soonest > at:
            return f"pack {seq} was not over: {pack}"
        for other in self.filled.values():
            if other.latest < pack.soonest:
                return f"pack {other.seq} ended before {seq}"
        hold = self.next_hold()
        if hold is not None and hold[0] < pack.soonest:
            return f"the hold of job {hold[1]} ended before pack {seq}"
        return ""

    def lapse(self, seq: int | None) -> None:
        pack = self.filled.get(seq or 0)
        if pack is not None:
            self._put(pack, -pack.remaining)

    # --- new credits --------------------------------------------------------------------------

    def grant(self, amount: int, row: PackRow | None) -> None:
        if row is None:
            self.perpetual += amount
            return
        until = row.granted_until
        pack = Pack(row.seq, 0, until, until, row.priority, row.kind)
        self.packs[row.seq] = pack
        self._put(pack, amount)

    def renew(self, row: RenewalRow) -> tuple[int, int]:
        """What is carried over, and what was unused."""
        unused = self.monthly
        carried = min(unused, row.cap)
        if self.period is not None and row.period <= self.period:
            self._blame("C1", f"period {row.period} began after {self.period}")
        self.period = row.period
        self.monthly = row.allowance + carried
        self.renewals.append([row.period, row.cap, unused, carried])
        return carried, unused

    def adopt(self, monthly: int, addon: int) -> None:
        """Goes on from what is stored, after a difference."""
        self.monthly = monthly
        self.perpetual = addon - self.in_packs
