"""What refunds and disputes take back of a grant or of the allowance of a month: one after another,
each open until it has ended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from fire.checker.books import RevocationRow

_NOBODY = RevocationRow(0, "", None, 0, 0, 0, 0, None, 0, False, None)
Span = tuple[int, int]  # between which two it is, where nobody knows exactly


@dataclass(slots=True)
class Source:
    """What can be taken back; ``name``: the reference of a grant or the start of a month."""

    seq: int
    amount: int
    name: str | int
    pack: int | None = None
    period: int | None = None
    revocations: dict[str, Revocation] = field(default_factory=dict)

    @property
    def what(self) -> str:
        return "grant" if self.period is None else "renewal"

    @property
    def kind(self) -> str:
        if self.period is not None:
            return "a month"
        return "a perpetual grant" if self.pack is None else "a pack"

    @property
    def revoked(self) -> int:
        return sum(revocation.amount for revocation in self.revocations.values())

    @property
    def collected(self) -> int:
        return sum(revocation.collected for revocation in self.revocations.values())

    def revoke(self, row: RevocationRow, there: int, lapsed: int) -> Revocation:
        """``there``: what there is to take; ``lapsed``: what of it has ended unspent."""
        others = self.revocations.values()
        left = self.amount - self.revoked
        amount = left if row.requested is None else min(row.requested, left)
        collected = min(amount, there)
        # What was spent goes first to those who came first, and so does what has lapsed.
        spent = self.amount - there - lapsed - sum(o.amount - o.lapsed for o in others)
        lapsed -= sum(other.lapsed for other in others)
        lapsed = max(0, min(lapsed, amount - collected - max(0, spent)))
        made = Revocation(self, row, amount, collected, lapsed, opened=row.opened)
        self.revocations[row.id] = made
        return made

    def reinstate(
        self, row: RevocationRow, perpetual: Iterable[Source]
    ) -> tuple[Revocation, int, list[Revocation]]:
        """The revocation, which may be opened only later, what of it comes back, and those that
        had asked for more than it had left them, and have it now. ``perpetual``: all grants that
        never expire."""
        ended = self.revocations.setdefault(row.id, Revocation(self, row, 0, 0, 0))
        passed = self.pass_on(ended, perpetual if self.kind == "a perpetual grant" else [self])
        back = ended.collected
        ended.amount = ended.collected = ended.lapsed = ended.newer = 0
        ended.ended = True
        return ended, back, passed

    def raise_by(self, amount: int) -> tuple[int, list[Revocation]]:
        """What is left of it when those have it that had asked for more, and who has. As if one
        were undone that had taken all of it."""
        self.amount += amount
        undone = Revocation(self, _NOBODY, amount, amount, 0)
        passed = self.pass_on(undone, [self])
        return undone.collected, passed

    def pass_on(self, ended: Revocation, beside: Iterable[Source]) -> list[Revocation]:
        """What one had taken goes to those of its own that had asked for more than it had left
        them, and to those ``beside`` it that were opened later and found it spent."""
        passed = []
        others = [each for source in beside for each in source.revocations.values()]
        for other in sorted(others, key=lambda each: each.opened or 0):
            if other is ended or other.ended or ended.amount == 0:
                continue
            asked = self.amount if other.row.requested is None else other.row.requested
            part = min(ended.amount, asked - other.amount) if other.source is self else 0
            late = 0
            if None not in (other.opened, ended.opened) and other.opened > ended.opened:
                late = min(other.uncollected, max(0, ended.collected - part))
            if part + late > 0:
                other.take_over(ended, part, late)
                passed.append(other)
        return passed


@dataclass(slots=True, eq=False)
class Revocation:
    source: Source
    row: RevocationRow
    amount: int
    collected: int
    lapsed: int
    opened: int | None = None
    # What jobs held of later months' allowances when it was opened, and have not given back.
    newer: int = 0
    seq: int = 0
    ended: bool = False
    balances: tuple[int, int] = (0, 0)
    # How long the pack still had to live when credits were collected from it.
    time_left: Span | None = None
    # How it stood from which seq on: what a replay is answered.
    story: list[tuple[int, list[Any]]] = field(default_factory=list)

    @property
    def uncollected(self) -> int:
        return self.amount - self.collected - self.lapsed

    def take_over(self, other: Revocation, part: int, late: int) -> None:
        """What was there, then what was spent, then what had lapsed. ``late``: what it has not
        collected so far, and the other one had."""
        collected = min(part, other.collected)
        lapsed = max(0, part - collected - other.uncollected)
        collected += late
        if collected > 0 and other.time_left is not None:
            self.leave_time(other.time_left)
        for revocation, sign in ((self, 1), (other, -1)):
            revocation.amount += sign * part
            revocation.collected += sign * collected
            revocation.lapsed += sign * lapsed

    def leave_time(self, left: Span) -> None:
        known = self.time_left or left
        self.time_left = (max(known[0], left[0]), max(known[1], left[1]))

    def tell(self, seq: int) -> None:
        self.story.append((seq, self.answer()))

    def answer(self) -> list[Any]:
        """What a call is answered, without ``replayed``."""
        return [
            *("ended" if self.ended else "open", self.row.requested, self.amount, self.collected),
            *(self.uncollected, self.lapsed, *self.balances, self.seq),
        ]

    def problem(self) -> str:
        """How what is stored differs; empty: it does not."""
        row = self.row
        stored = (row.amount, row.collected, row.lapsed, row.newer)
        stored += (row.opened, row.seq, row.ended)
        wanted = (self.amount, self.collected, self.lapsed, self.newer)
        wanted += (self.opened, self.seq, self.ended)
        if stored == wanted and self._has_left(row.time_left):
            return ""
        return f"{row}, not {wanted} with {self.time_left} us left"

    def _has_left(self, time: int | None) -> bool:
        if time is None or self.time_left is None:
            return time is self.time_left
        return self.time_left[0] <= time <= self.time_left[1]
