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
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from fire.checker.books import (
    ChangeRow,
    DrawRow,
    Entry,
    JobRow,
    Key,
    PackRow,
    ProfileBooks,
    RenewalRow,
    RevocationRow,
)
from fire.checker.revocations import Revocation, Source, Span

ENDED = {"refund": "refunded", "rollback": "rolled_back", "expire": "expired"}


@dataclass(slots=True)
class Pack:
    seq: int
    remaining: int
    soonest: int
    latest: int
    priority: int
    kind: str
    lapsed: int = 0

    def surely_before(self, other: Pack) -> bool:
        """Whether it burns first, whatever the moments were exactly."""
        if self.priority != other.priority:
            return self.priority < other.priority
        if self.soonest == self.latest == other.soonest == other.latest:
            return self.seq < other.seq
        return self.latest < other.soonest


@dataclass(slots=True)
class Segment:
    """Credits drawn in one piece, by a ledger row; ``pack`` None: of the monthly bucket or the
    perpetual rest."""

    monthly: bool
    amount: int
    seq: int
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
    raised: int = 0
    shortfall: int = 0
    settled_cost: int | None = None
    late: bool = False
    # From which seq on it was in which state, holding how much, and how much of that of the month.
    story: list[tuple[int, str, int, int]] = field(default_factory=list)
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
class Month:
    period: int
    allowance: int
    cap: int
    unused: int
    carried: int
    # What lowering the allowance could not take, since it was spent.
    owed: int = 0


@dataclass(slots=True)
class Part:
    """What of a segment came back; ``lapsed``: how much of it lapses at once."""

    segment: Segment
    amount: int
    lapsed: int = 0


@dataclass(slots=True)
class Returned:
    """What a return moved; ``unsure``: parts that may or may not have lapsed; ``collected``: what
    of which segment goes to revocations; ``changed``: those, and others for which it lapsed."""

    monthly: int = 0
    addon: int = 0
    monthly_lapsed: int = 0
    addon_lapsed: int = 0
    parts: list[Part] = field(default_factory=list)
    unsure: list[Part] = field(default_factory=list)
    collected: list[tuple[Segment, int]] = field(default_factory=list)
    changed: dict[Revocation, int] = field(default_factory=dict)
    paid: int = 0  # of what its month owed

    def revoked(self, *, monthly: bool) -> int:
        return sum(amount for segment, amount in self.collected if segment.monthly is monthly)


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
        self.months: list[Month] = []
        self.sources: dict[int, Source] = {}
        self.by_period: dict[int, Source] = {}
        self.waiting: list[Revocation] = []  # for what jobs give back, the oldest first
        self.owing: list[Month] = []
        self.held = 0
        # Of each job what it drew from packs and no row has told of yet, in its order.
        self.draws: dict[Key, deque[DrawRow]] = defaultdict(deque)
        for key, number in sorted(books.draws, key=lambda draw: draw[1]):
            self.draws[key] += books.draws[key, number]
        self._begun: dict[int, int] = {}  # allowances as they were when their months began
        for change in books.changes.values():
            self._begun.setdefault(change.period, change.previous)
        self._holds: list[tuple[int, Key]] = []
        self._lapse = lapse
        self._blame = blame

    @property
    def addon(self) -> int:
        return self.perpetual + self.in_packs

    # --- taking -------------------------------------------------------------------------------

    def _is_early(self, pack: int) -> bool:
        """Whether a pack burns before the month."""
        return pack in self.packs and self.packs[pack].priority < 0

    def split(self, cost: int) -> tuple[int, int, int]:
        early = min(sum(p.remaining for p in self.filled.values() if self._is_early(p.seq)), cost)
        monthly = min(self.monthly, cost - early)
        addon = min(self.addon + self.books.overdraft, cost - monthly)
        return monthly, addon, cost - monthly - addon

    def draw(self, key: Key, job: Job, monthly: int, addon: int, row: Entry) -> None:
        left = addon
        while left > 0 and any(map(self._is_early, self.filled)) and self.draws[key]:
            left -= self._burn(key, job, self.draws[key].popleft(), left, row)
        if monthly > 0:
            self.monthly -= monthly
            job.held.append(Segment(True, monthly, row.seq, self.period))
        while left > 0 and self.filled and self.draws[key]:
            left -= self._burn(key, job, self.draws[key].popleft(), left, row)
        if left > 0:
            if self.filled:
                self._blame("C1", f"job {key} drew perpetual credits before those of a pack")
            self.perpetual -= left
            job.held.append(Segment(False, left, row.seq))

    def _burn(self, key: Key, job: Job, drawn: DrawRow, left: int, row: Entry) -> int:
        pack = self.filled.get(drawn.pack)
        if pack is None:
            self._blame("C1", f"job {key} drew from pack {drawn.pack}, which was empty")
            return 0
        for other in self.filled.values():
            if other is not pack and other.surely_before(pack):
                self._blame("C1", f"job {key} drew from pack {pack.seq} before {other.seq}")
        part = min(left, pack.remaining)
        if part != drawn.amount:
            self._blame("C1", f"job {key} drew {drawn.amount} from pack {pack.seq}, not {part}")
        left_then = drawn.time_left
        if pack.soonest - left_then > row.ts:
            self._blame("C1", f"draw of job {key} from pack {pack.seq}: {left_then} us left")
        self._put(pack, -part)
        job.held.append(Segment(False, part, row.seq, pack=pack.seq, time_left=left_then))
        return part

    def _put(self, pack: Pack, amount: int) -> None:
        pack.remaining += amount
        self.in_packs += amount
        if pack.remaining > 0:
            self.filled[pack.seq] = pack
        else:
            self.filled.pop(pack.seq, None)

    # --- giving back --------------------------------------------------------------------------

    def give_back(self, job: Job, amount: int, at: Span) -> Returned:
        """Pops credits off the end of what the job holds, as of a moment. What lapses stays in the
        bucket until ``lapse_returned`` takes it."""
        returned = Returned()
        while amount > 0 and job.held:
            segment = job.held[-1]
            part = Part(segment, min(segment.amount, amount))
            returned.parts.append(part)
            amount -= part.amount
            segment.amount -= part.amount
            if segment.amount == 0:
                job.held.pop()
            if segment.monthly:
                self.monthly += part.amount
                returned.monthly += part.amount
                if self._lapse and segment.period != self.period:
                    part.lapsed = part.amount - self._stays(part.amount, segment.period)
                    returned.monthly_lapsed += part.lapsed
            else:
                returned.addon += part.amount
                self._to_addon(part, at, returned)
        return returned

    def _to_addon(self, part: Part, at: Span, returned: Returned) -> None:
        segment = part.segment
        if segment.pack is None:
            self.perpetual += part.amount
            return
        left = (segment.time_left, segment.time_left)
        lapses = self._fill(self.packs[segment.pack], part.amount, left, at)
        if lapses is not False:
            self.perpetual += part.amount
        if lapses is None:
            returned.unsure.append(part)
        elif lapses:
            self._lapse_part(part, returned)

    def _fill(self, pack: Pack, amount: int, left: Span, at: Span) -> bool | None:
        """Puts credits back into their pack, a paid one that is over reopened for the time that it
        had left. Whether they lapse instead; None: they may."""
        earliest, latest = at
        surely_over = pack.latest <= earliest
        maybe_over = pack.soonest <= latest
        if pack.kind == "promo" and maybe_over:
            return True if surely_over else None
        if maybe_over:
            if surely_over:
                pack.soonest = max(pack.soonest, earliest + left[0])
            pack.latest = max(pack.latest, latest + left[1])
        self._put(pack, amount)
        return False

    def _lapse_part(self, part: Part, returned: Returned) -> None:
        part.lapsed = part.amount
        returned.addon_lapsed += part.amount
        self.packs[part.segment.pack or 0].lapsed += part.amount

    def settle_doubts(self, returned: Returned, lapsed: int) -> None:
        """Decides what was unsure by what did lapse."""
        missing = lapsed - returned.addon_lapsed
        places = range(len(returned.unsure))
        for size in range(len(returned.unsure) + 1):
            for chosen in combinations(places, size):
                if sum(returned.unsure[place].amount for place in chosen) == missing:
                    for place in chosen:
                        self._lapse_part(returned.unsure[place], returned)
                    self._rejoin([part for part in returned.unsure if part.lapsed == 0])
                    return
        self._rejoin(returned.unsure)

    def _rejoin(self, parts: list[Part]) -> None:
        for part in parts:
            self.perpetual -= part.amount
            self._put(self.packs[part.segment.pack or 0], part.amount)

    def _stays(self, part: int, period: int | None) -> int:
        """How much of it the rollovers since would have carried."""
        for month in self.months:
            if part == 0:
                break
            if period is None or month.period > period:
                carried = min(month.unused + part, month.cap)
                extra = carried - month.carried
                month.unused += part
                month.carried = carried
                part = extra
        return part

    def lapse_returned(self, returned: Returned) -> None:
        self.monthly -= returned.monthly_lapsed
        self.perpetual -= returned.addon_lapsed

    # --- what refunds and disputes take back --------------------------------------------------

    def revoke(self, source: Source, row: RevocationRow, at: Span) -> Revocation:
        pack = self.packs.get(source.pack or 0)
        newer = 0
        if source.period is not None:
            there, lapsed, newer = self._left_of_month(source)
        elif pack is not None:
            there, lapsed = pack.remaining, pack.lapsed
        else:
            there, lapsed = max(0, self.perpetual), 0
        made = source.revoke(row, there, lapsed)
        made.newer = newer
        if pack is not None and made.collected > 0:
            made.leave_time((pack.soonest - at[1], pack.latest - at[0]))
        self._move(source.period is not None, source.pack, -made.collected)
        self._await(made)
        return made

    def _left_of_month(self, source: Source) -> tuple[int, int, int]:
        """What there is to take for it, how much of it no rollover kept, and what jobs hold of the
        allowances of later months: of what is in the bucket, as of what is carried over, the newest
        came in last."""
        left, newer, lapsed = source.amount, 0, 0
        held = 0
        for month in self.months:
            if month.period > (source.period or 0):
                left = min(left, max(0, month.unused - newer))
                kept = min(left, max(0, month.carried - newer))
                lapsed += left - kept
                left = kept
                newer = min(newer, month.carried)
                kept = month.allowance - self.by_period[month.period].revoked
                if month.owed > 0:  # jobs hold all of it, and more, which they give back first
                    held += kept
                else:
                    newer += kept
        there = min(source.amount - lapsed, max(0, self.monthly - newer))
        return there, lapsed, max(0, newer - self.monthly) + held

    def reinstate(
        self, source: Source, row: RevocationRow, at: Span, moved: int
    ) -> list[Revocation]:
        """The one that ended, and those that got something of it. ``moved``: what the ledger says,
        for a pack of which nobody knows whether it was over."""
        ended, back, passed = source.reinstate(
            row, [each for each in self.sources.values() if each.kind == "a perpetual grant"]
        )
        pack = self.packs.get(source.pack or 0)
        if source.period is not None:
            self.monthly += back - self._pay(source, back)
        elif pack is None or back == 0:
            self._move(False, None, back)
        else:
            lapses = self._fill(pack, back, ended.time_left or (0, 0), at)
            if lapses is None and moved != 0:
                self._put(pack, back)
            elif lapses is not False:
                pack.lapsed += back
        ended.time_left = None
        self._await(*passed)
        return [ended, *passed]

    def collect(self, returned: Returned, at: Span) -> None:
        """What came back goes to the oldest revocations that wait for it, and what of it lapses is
        not waited for any longer. It stays in its bucket until ``hand_over`` takes it."""
        if not self.waiting and not self.owing:
            return
        for part in returned.parts:
            stays, gone = part.amount - part.lapsed, part.lapsed
            for revocation in self._in_turn(part.segment):
                if isinstance(revocation, Month):
                    taken, lapsed = _paid_by_return(revocation, stays, gone)
                    returned.paid += taken
                    returned.collected += [(part.segment, taken)] * (taken > 0)
                    stays, gone = stays - taken, gone - lapsed
                    continue
                if not _waits_for(revocation, part.segment):
                    continue
                reach, own = self._reach(revocation, part.segment, stays)
                taken = min(reach, revocation.uncollected)
                revocation.collected += taken
                lapsed = min(gone, revocation.uncollected) if own else 0
                revocation.lapsed += lapsed
                stays, gone = stays - taken, gone - lapsed
                if taken + lapsed > 0:
                    before = returned.changed.get(revocation, 0)
                    returned.changed[revocation] = before + taken
                if taken > 0:
                    returned.collected.append((part.segment, taken))
                    pack = self.packs.get(part.segment.pack or 0)
                    if pack is not None:
                        revocation.leave_time((pack.soonest - at[1], pack.latest - at[0]))
        self._await()

    def _in_turn(self, segment: Segment) -> list[Revocation | Month]:
        """Revocations, the oldest first. If the segment's month owes something, this comes before
        those of later months: nobody else pays it."""
        owing = [
            month
            for month in self.owing
            if segment.monthly and month.period == segment.period and month.owed > 0
        ]
        if not owing:
            return [*self.waiting]
        later = [r for r in self.waiting if (r.source.period or 0) > owing[0].period]
        return [*(r for r in self.waiting if r not in later), *owing, *later]

    def _reach(self, revocation: Revocation, segment: Segment, stays: int) -> tuple[int, bool]:
        """How much of what stays a revocation may take at most, and whether what of it lapsed was
        its own. Jobs of later months give the allowances of these back first, and what is owed."""
        month = revocation.source.period
        if not segment.monthly or month is None:
            return stays, True
        if (segment.period or 0) <= month:
            return stays, segment.period == month
        owed = sum(other.owed for other in self.owing if other.period == segment.period)
        newer = min(max(0, stays - owed), revocation.newer)
        revocation.newer -= newer
        return stays - min(newer + owed, stays), False

    def _pay(self, source: Source, amount: int) -> int:
        """How much of what comes back to a month it owed."""
        month = next(each for each in reversed(self.months) if each.period == source.period)
        paid = min(month.owed, amount)
        month.owed -= paid
        self._hold_more(source, paid)
        return paid

    def _hold_more(self, source: Source, more: int, before: int | None = None) -> None:
        """Jobs hold more of a month's allowance, or less, than when earlier months were revoked, or
        those that were revoked ``before`` a row."""
        for revocation in self.waiting:
            opened = revocation.opened or 0
            if revocation.source.period is None or revocation.source.period >= (source.period or 0):
                continue
            if opened > source.seq and (before is None or opened < before):
                revocation.newer = max(0, revocation.newer + more)

    def change(self, row: ChangeRow) -> tuple[int, list[Revocation]]:
        """The allowance of the present month becomes another: how much more of it revocations have
        collected, and those that have changed."""
        month, source = self.months[-1], self.by_period[row.period]
        raised = row.allowance - month.allowance
        revoked, collected = source.revoked, source.collected
        month.allowance = row.allowance
        if raised > 0:
            moved, passed = source.raise_by(raised)
            paid = min(month.owed, moved)
            month.owed -= paid
            moved -= paid
        else:
            lowered, passed = self._lower(source, -raised)
            moved = -min(lowered, self.monthly)
            month.owed += lowered + moved
        self.monthly += moved
        self._hold_more(source, raised - (source.revoked - revoked) - moved)
        if month.owed > 0 and month not in self.owing:
            self.owing.append(month)
        self._await(*passed)
        return source.collected - collected, passed

    def _lower(self, source: Source, lowered: int) -> tuple[int, list[Revocation]]:
        """What of it is in the bucket or spent, and the revocations that had the rest: the newest
        lose it first."""
        source.amount -= lowered
        passed = []
        for revocation in sorted(source.revocations.values(), key=lambda r: -(r.opened or 0)):
            part = min(max(0, source.revoked - source.amount), revocation.amount)
            if part > 0:
                collected = min(part, revocation.collected)
                self._hold_more(source, collected - part, revocation.opened)
                revocation.amount -= part
                revocation.collected -= collected
                lowered -= collected
                passed.append(revocation)
        return lowered, passed

    def hand_over(self, returned: Returned) -> None:
        for segment, amount in returned.collected:
            self._move(segment.monthly, segment.pack, -amount)

    def _await(self, *made: Revocation) -> None:
        self.owing = [month for month in self.owing if month.owed > 0]
        waiting = {r: r.opened or 0 for r in (*self.waiting, *made) if r.uncollected > 0}
        self.waiting = sorted(waiting, key=lambda revocation: waiting[revocation])

    def _move(self, monthly: bool, pack: int | None, amount: int) -> None:
        if monthly:
            self.monthly += amount
        elif pack is not None:
            self._put(self.packs[pack], amount)
        else:
            self.perpetual += amount

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
            pack.lapsed += pack.remaining
            self._put(pack, -pack.remaining)

    # --- new credits --------------------------------------------------------------------------

    def grant(self, row: Entry, pack: PackRow | None) -> None:
        source = Source(row.seq, row.addon, row.reference or "")
        self.sources[row.seq] = source
        if pack is not None:
            until = pack.granted_until
            self.packs[row.seq] = Pack(row.seq, 0, until, until, pack.priority, pack.kind)
            source.pack = row.seq
        self._move(False, source.pack, row.addon)

    def renew(self, row: RenewalRow) -> tuple[int, int]:
        """What is carried over, and what was unused."""
        unused = self.monthly
        carried = min(unused, row.cap)
        if self.period is not None and row.period <= self.period:
            self._blame("C1", f"period {row.period} began after {self.period}")
        self.period = row.period
        allowance = self._begun.get(row.period, row.allowance)
        self.monthly = allowance + carried
        self.months.append(Month(row.period, allowance, row.cap, unused, carried))
        source = Source(row.seq, allowance, row.period, period=row.period)
        self.sources[row.seq] = self.by_period[row.period] = source
        return carried, unused

    def adopt(self, monthly: int, addon: int) -> None:
        """Goes on from what is stored, after a difference."""
        self.monthly = monthly
        self.perpetual = addon - self.in_packs


def _waits_for(revocation: Revocation, segment: Segment) -> bool:
    """Whether credits of this kind were taken back after these were drawn."""
    source = revocation.source
    if not segment.seq < (revocation.opened or 0):
        return False
    if segment.monthly:
        return source.period is not None
    return source.period is None and source.pack == segment.pack


def _paid_by_return(month: Month, stays: int, gone: int) -> tuple[int, int]:
    """How much of what its jobs gave back goes to what a month owes, and what of it lapsed."""
    lapsed = min(gone, month.owed)
    taken = min(stays, month.owed - lapsed)
    month.owed -= lapsed + taken
    return taken, lapsed
