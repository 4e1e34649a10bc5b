"""What refunds and disputes take back of a grant or of the allowance of a month: one after another,
each open until it has ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from fire.checker.books import RevocationRow

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

    def revoke(self, row: RevocationRow, there: int, lapsed: int) -> Revocation:
        """``there``: what is left of it; ``lapsed``: what of it has ended unspent."""
        others = self.revocations.values()
        left = self.amount - sum(other.amount for other in others)
        amount = left if row.requested is None else min(row.requested, left)
        collected = min(amount, there)
        # What was spent goes first to those who came first, and so does what has lapsed.
        spent = self.amount - there - lapsed - sum(o.amount - o.lapsed for o in others)
        lapsed -= sum(other.lapsed for other in others)
        lapsed = max(0, min(lapsed, amount - collected - max(0, spent)))
        made = Revocation(self, row, amount, collected, lapsed, opened=row.opened)
        self.revocations[row.id] = made
        return made

    def reinstate(self, row: RevocationRow) -> tuple[Revocation, int]:
        """The revocation, which may be opened only later, and what it had collected."""
        ended = self.revocations.setdefault(row.id, Revocation(self, row, 0, 0, 0))
        back = ended.collected
        ended.amount = ended.collected = ended.lapsed = 0
        ended.ended = True
        return ended, back


@dataclass(slots=True, eq=False)
class Revocation:
    source: Source
    row: RevocationRow
    amount: int
    collected: int
    lapsed: int
    opened: int | None = None
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
        stored = (row.amount, row.collected, row.lapsed, row.opened, row.seq, row.ended)
        wanted = (self.amount, self.collected, self.lapsed, self.opened, self.seq, self.ended)
        if stored == wanted and self._has_left(row.time_left):
            return ""
        return f"{row}, not {wanted} with {self.time_left} us left"

    def _has_left(self, time: int | None) -> bool:
        if time is None or self.time_left is None:
            return time is self.time_left
        return self.time_left[0] <= time <= self.time_left[1]
