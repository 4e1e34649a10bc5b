"""The conservation check: a profile's statement adds up to its balance, row by row.

It sees the database from outside, through ``get_statement`` and ``get_balance`` only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self
from uuid import UUID

from pgcredits import Balance, Credits, LedgerEntry
from pgcredits._signed import signed

_PAGE_SIZE = 1000
# The rows that a caller's own calls write, as the simulation makes them.
_OWN_KINDS = {"open", "grant", "reserve", "settle", "refund"}


@dataclass(slots=True)
class Amounts:
    """Credits of both buckets, added up."""

    monthly: int = 0
    addon: int = 0

    @classmethod
    def of(cls, balance: Balance) -> Self:
        """What a profile has."""
        return cls(balance.credits_remaining, balance.addon_credits)

    def add(self, monthly: int, addon: int) -> None:
        """Adds credits to both sums."""
        self.monthly += monthly
        self.addon += addon


class Tally(dict[str, Amounts]):
    """Credits that moved, added up for each kind of ledger row."""

    def add(self, kind: str, monthly: int, addon: int) -> None:
        """Adds the deltas of one operation."""
        self.setdefault(kind, Amounts()).add(monthly, addon)


class StatementCheck:
    """Checks a statement that is handed over newest row first, starting from the balance.

    ``rows``: how many there were; ``differences``: a sentence for everything that does not add up;
    ``of_others``: one for each kind of row that no call of the caller writes. Somebody else has
    changed the profile meanwhile, which is no fault of the books.
    """

    def __init__(self, balance: Balance) -> None:
        self.rows = 0
        self.differences: list[str] = []
        self.of_others: list[str] = []
        self._tally = Tally()
        self._profile = balance.profile_id
        # What the next row must say.
        self._seq = balance.seq
        self._monthly = balance.credits_remaining
        self._addon = balance.addon_credits

    def add(self, entry: LedgerEntry) -> None:
        """Takes the next older row."""
        self._compare(entry.seq, "seq", entry.seq, self._seq)
        self._compare(entry.seq, "monthly balance", entry.monthly_balance, self._monthly)
        self._compare(entry.seq, "addon balance", entry.addon_balance, self._addon)
        self._seq = entry.seq - 1
        self._monthly = entry.monthly_balance - entry.monthly_delta
        self._addon = entry.addon_balance - entry.addon_delta
        self._tally.add(entry.kind, entry.monthly_delta, entry.addon_delta)
        self.rows += 1

    def finish(self, answered: Tally) -> None:
        """Compares what can only be known once row 1 has been added.

        ``answered``: the deltas the caller's own calls were answered with.
        """
        self._compare(1, "seq before the first row", self._seq, 0)
        self._compare(1, "monthly balance before the first row", self._monthly, 0)
        self._compare(1, "addon balance before the first row", self._addon, 0)
        for kind in sorted({*self._tally, *answered}):
            found = self._tally.get(kind, Amounts())
            told = answered.get(kind, Amounts())
            if kind not in _OWN_KINDS:
                self.of_others.append(
                    f"profile {self._profile}: {kind} rows of somebody else, {_moved(found)}"
                )
            elif found != told:
                self._differ(
                    f"{kind} adds up to {_moved(found)} in the ledger, "
                    f"and to {_moved(told)} in the answers"
                )

    def _compare(self, seq: int, what: str, found: int, wanted: int) -> None:
        if found != wanted:
            self._differ(f"ledger row {seq:,}: {what} is {found:,}, should be {wanted:,}")

    def _differ(self, difference: str) -> None:
        self.differences.append(f"profile {self._profile}: {difference}")


def _moved(amounts: Amounts) -> str:
    return f"{signed(amounts.monthly)} monthly {signed(amounts.addon)} addon"


async def check_profile(
    client: Credits, profile_id: UUID, answered: Tally
) -> tuple[Balance, StatementCheck]:
    """Walks a profile's whole statement, page by page, against its balance and the caller's sums.

    Raises as ``get_balance`` and ``get_statement`` do.
    """
    balance = await client.get_balance(profile_id)
    check = StatementCheck(balance)
    before_seq: int | None = None
    while page := await client.get_statement(
        profile_id, before_seq=before_seq, page_size=_PAGE_SIZE
    ):
        for entry in page:
            check.add(entry)
        before_seq = page[-1].seq
    check.finish(answered)
    return balance, check
