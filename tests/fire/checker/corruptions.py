"""What corruptions are made with: a copy of a part of a run, and ways to damage it.

A corruption changes history and books as a certain bug would have left them: sums that can be kept
are kept, so that only the rule in question stands between the bug and a good verdict.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from fire.checker.books import Books, Entry, ProfileBooks
from fire.checker.calls import KEYED, SWEEPS
from fire.checker.history import Attempt, Call, History
from fire.checker.refusals import key_of

Key = Any
_SECOND_NS = 1_000_000_000


class NoCandidate(Exception):  # noqa: N818
    """The run has nothing that this corruption could be made of."""


@dataclass
class Case:
    """A part of a run that may be damaged; ``healthy_ns`` goes to the check."""

    books: Books
    history: History
    chance: random.Random
    healthy_ns: int | None = None

    def pick(self, candidates: Iterable[Any]) -> Any:
        found = list(candidates)
        if not found:
            raise NoCandidate
        return self.chance.choice(found)

    def profiles(self) -> Iterable[ProfileBooks]:
        return self.books.profiles.values()

    def rows(self, *kinds: str) -> list[tuple[ProfileBooks, Entry]]:
        return [
            (profile, row)
            for profile in self.profiles()
            for row in profile.ledger
            if not kinds or row.kind in kinds
        ]

    def answered(self, *methods: str, replayed: bool | None = None) -> list[Call]:
        """Calls that were answered, at the first attempt."""
        return [
            call
            for call in self.history
            if (call.method in methods if methods else call.method in KEYED)
            and len(call.attempts) == 1
            and call.last.outcome == "ok"
            and (replayed is None or call.last.result[-1] is replayed)
        ]

    def alone(self, *methods: str) -> list[Call]:
        """Calls that were answered as new, and whose key no other call has."""
        keys: dict[Any, int] = {}
        for call in self.history:
            if call.method in KEYED:
                keys[key_of(call)] = keys.get(key_of(call), 0) + 1
        return [c for c in self.answered(*methods, replayed=False) if keys[key_of(c)] == 1]


def part_of(books: Books, history: History, profiles: set[Key], seed: int) -> Case:
    """A copy of these profiles and their calls, to be damaged."""
    some = Books(
        {key: _copy_books(books.profiles[key]) for key in profiles},
        books.closed_period_refund,
    )
    calls = {}
    for call in history:
        if call.profile in profiles or call.method == "bank":
            calls[call.op] = _copy(call, call.attempts)
        elif call.method in SWEEPS:
            attempts = [
                attempt._replace(result=[kept for kept in attempt.result if kept[0] in profiles])
                if attempt.outcome == "ok"
                else attempt
                for attempt in call.attempts
            ]
            calls[call.op] = _copy(call, attempts)
    return Case(some, History(calls, history.headers), random.Random(seed))  # noqa: S311


def _copy_books(books: ProfileBooks) -> ProfileBooks:
    """Rows are never changed, only replaced."""
    return replace(
        books,
        ledger=list(books.ledger),
        jobs=dict(books.jobs),
        packs=dict(books.packs),
        draws=dict(books.draws),
        renewals=dict(books.renewals),
        changes=dict(books.changes),
        revocations=list(books.revocations),
    )


def _copy(call: Call, attempts: list[Attempt]) -> Call:
    return Call(call.op, call.method, call.profile, list(call.args), list(attempts), call.sent)


def change(call: Call, **changes: Any) -> None:
    call.attempts[-1] = call.attempts[-1]._replace(**changes)


def change_result(call: Call, place: int, value: Any) -> None:
    result = list(call.last.result)
    result[place] = value
    change(call, result=result)


def shift(profile: ProfileBooks, seq: int, monthly: int, addon: int) -> None:
    """Row ``seq`` moves so much more; all sums from there on follow."""
    for place in range(seq - 1, len(profile.ledger)):
        row = profile.ledger[place]
        first = place == seq - 1
        profile.ledger[place] = row._replace(
            monthly=row.monthly + monthly * first,
            addon=row.addon + addon * first,
            monthly_balance=row.monthly_balance + monthly,
            addon_balance=row.addon_balance + addon,
        )
    profile.monthly += monthly
    profile.addon += addon


def append(profile: ProfileBooks, kind: str, monthly: int, addon: int, **more: Any) -> None:
    """One more row, with all sums right."""
    last = profile.ledger[-1]
    row = last._replace(
        seq=last.seq + 1,
        kind=kind,
        monthly=monthly,
        addon=addon,
        monthly_balance=last.monthly_balance + monthly,
        addon_balance=last.addon_balance + addon,
        **{"job": None, "reference": None, "pack": None, **more},
    )
    profile.ledger.append(row)
    profile.monthly += monthly
    profile.addon += addon
    profile.seq += 1


Corruption = tuple[str, str, Callable[[Case], None]]
CORRUPTIONS: list[Corruption] = []


def corruption(rule: str, name: str) -> Callable[[Callable[[Case], None]], Callable[[Case], None]]:
    def add(function: Callable[[Case], None]) -> Callable[[Case], None]:
        CORRUPTIONS.append((rule, name, function))
        return function

    return add
