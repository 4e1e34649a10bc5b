"""Which fault comes when: the same seed gives the same plan, also to a run that comes less far."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import NamedTuple

from fire.faults.faults import KINDS, Kind

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
    small = _deal(chance, [kind for kind in known if not kind.great])
    great = _deal(chance, [kind for kind in known if kind.great])
    passed = 0.0
    while True:
        pause = SMALL_PAUSE * 2 * chance.random()
        passed += pause
        if passed > GREAT_PAUSE:
            passed = 0.0
            yield Planned(pause, next(great).name)
        else:
            yield Planned(pause, next(small).name)


def _deal(chance: random.Random, kinds: list[Kind]) -> Iterator[Kind]:
    while True:
        deck = [kind for kind in kinds for _ in range(kind.weight)]
        chance.shuffle(deck)
        yield from deck
