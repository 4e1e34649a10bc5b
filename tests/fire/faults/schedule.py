"""Which fault comes when: the same seed gives the same plan, also to a run that comes less far."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TypeVar

from fire.faults.faults import KINDS, Kind

_Card = TypeVar("_Card")
# Seconds between two small faults, and between two great ones; on average.
SMALL_PAUSE = 0.4
GREAT_PAUSE = 2.5


class Planned(NamedTuple):
    """``pause``: seconds since the fault before it was over."""

    pause: float
    kind: str


def plan(seed: int, *, pooler: bool) -> Iterator[Planned]:
    """Without end. Each kind comes as often as its weight says, in each round of its like."""
    chance = random.Random(f"faults {seed}")  # noqa: S311
    known = [kind for kind in KINDS.values() if pooler or not kind.needs_pooler]
    small = _deal(chance, _deck(kind for kind in known if not kind.great))
    great = _deal(chance, _deck(kind for kind in known if kind.great))
    passed = 0.0
    while True:
        pause = SMALL_PAUSE * 2 * chance.random()
        passed += pause
        if passed > GREAT_PAUSE:
            passed = 0.0
            yield Planned(pause, next(great).name)
        else:
            yield Planned(pause, next(small).name)


def turns(chance: random.Random, names: Iterable[str], end: float) -> Iterator[str]:
    """All of them again and again, each time in another order, until a moment of ``monotonic``."""
    dealt = _deal(chance, list(names))
    while time.monotonic() < end:
        yield next(dealt)


def _deck(kinds: Iterable[Kind]) -> list[Kind]:
    return [kind for kind in kinds for _ in range(kind.weight)]


def _deal(chance: random.Random, deck: Sequence[_Card]) -> Iterator[_Card]:
    while True:
        dealt = list(deck)
        chance.shuffle(dealt)
        yield from dealt
