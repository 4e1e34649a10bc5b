"""The checker checked: a good run is damaged in one place, and the rule for that must say so."""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from fire.checker import corruptions, damage_books, damage_calls
from fire.checker.books import Books
from fire.checker.check import check
from fire.checker.corruptions import CORRUPTIONS, NoCandidate, part_of
from fire.checker.history import History

Key = Any
_MOST_ROWS = 1500
__all__ = ["CORRUPTIONS", "Finding", "corruptions", "damage_books", "damage_calls", "self_test"]


@dataclass(frozen=True)
class Finding:
    """What became of one corruption: ``flagged``: the rules that objected."""

    name: str
    rule: str
    flagged: tuple[str, ...]
    possible: bool = True

    @property
    def caught(self) -> bool:
        return self.rule in self.flagged


def self_test(books: Books, history: History, seed: int) -> list[Finding]:
    """Damages the run in every way that there is, and says what the check made of each."""
    profiles = _some_profiles(books, seed)
    sound = part_of(books, history, profiles, seed)
    verdict = check(sound.books, sound.history)
    assert not verdict.violations, f"not a good run: {verdict.violations[:3]}"
    findings = []
    for number, (rule, name, function) in enumerate(CORRUPTIONS):
        case = part_of(books, history, profiles, seed + number)
        try:
            function(case)
        except NoCandidate:
            findings.append(Finding(name, rule, (), possible=False))
            continue
        verdict = check(case.books, case.history, healthy_ns=case.healthy_ns)
        flagged = tuple(sorted({violation.rule for violation in verdict.violations}))
        findings.append(Finding(name, rule, flagged))
    return findings


def _some_profiles(books: Books, seed: int) -> set[Key]:
    """Profiles with a few hundred rows each or less, a few thousand rows in all."""
    own = [key for key in books.profiles if isinstance(key, int)]
    random.Random(seed).shuffle(own)  # noqa: S311
    own.sort(key=lambda key: abs(len(books.profiles[key].ledger) - 300))
    rows = accumulate(len(books.profiles[key].ledger) for key in own)
    return {key for key, sum_of_rows in zip(own, rows, strict=True) if sum_of_rows < _MOST_ROWS}
