"""Real time: what must have come before what on one profile, in two arrays and one sweep.

A row of the ledger was asked for at one moment and known to somebody at another. Later rows cannot
have been known before an earlier one was asked for, and a read shows what was known when it began
and nothing that was asked for after it ended.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right

NEVER = 1 << 62


class Order:
    """Of one profile with ``rows`` ledger rows, which are numbered from 1."""

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self._asked = [0] * (rows + 1)
        self._known = [NEVER] * (rows + 2)

    def asked(self, seq: int, at: int) -> None:
        """A row that a call wrote was not on its way before this moment."""
        self._asked[seq] = max(self._asked[seq], at)

    def known(self, seq: int, at: int | None) -> None:
        """Somebody had an answer that shows this row."""
        if at is not None and 0 <= seq <= self.rows:
            self._known[seq] = min(self._known[seq], at)

    def sweep(self) -> None:
        """Makes the arrays monotonic: call it once, when all is said."""
        latest = 0
        for seq in range(self.rows + 1):
            latest = self._asked[seq] = max(latest, self._asked[seq])
        earliest = NEVER
        for seq in range(self.rows + 1, -1, -1):
            earliest = self._known[seq] = min(earliest, self._known[seq])

    def known_before(self, seq: int, at: int) -> bool:
        """Whether this row, or a later one, was known before a moment."""
        return seq <= self.rows and self._known[seq] < at

    def asked_after(self, seq: int, at: int) -> bool:
        """Whether this row, or an earlier one, was asked for only after a moment."""
        return self._asked[seq] > at

    def window(self, begin: int, end: int) -> tuple[int, int]:
        """The least and the greatest seq that can have been the newest in between."""
        least = bisect_left(self._known, begin, 0, self.rows + 1) - 1
        greatest = bisect_right(self._asked, end) - 1
        return max(0, least), max(greatest, least, 0)
