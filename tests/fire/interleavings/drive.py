"""Plays interleavings on a lane for as long as asked, and counts."""

from __future__ import annotations

import itertools
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from random import Random

from fire.interleavings.calls import LEVELS, Violation
from fire.interleavings.named import NAMED
from fire.interleavings.pairs import Pair, all_pairs, play_pair
from fire.interleavings.registry import Named
from fire.interleavings.scene import Scene
from fire.interleavings.sessions import Lane

LONGEST_NOTE = 3000
MOST_VIOLATIONS = 50


@dataclass(frozen=True)
class Item:
    """One interleaving: a named one at a level with an ending, or a pair."""

    what: Named | Pair
    level: str
    ending: str

    def __str__(self) -> str:
        if isinstance(self.what, Pair):
            return str(self.what)
        return f"{self.what}, at {self.level}, the first will {self.ending}"

    async def play(self, lane: Lane, seed: str) -> None:
        rng = Random(f"{seed}: {self}")  # noqa: S311
        if isinstance(self.what, Pair):
            await play_pair(lane, self.what, rng)
        else:
            await self.what.play(await Scene.new(lane, rng), self.level, self.ending)


def named_items(*, prepares: bool) -> list[Item]:
    return [
        Item(named, level, ending)
        for named, level in itertools.product(NAMED, LEVELS)
        for ending in named.endings
        if prepares or not named.prepares
    ]


def shuffled(items: Iterable[Item], seed: str) -> list[Item]:
    order = list(items)
    Random(seed).shuffle(order)  # noqa: S311
    return order


def pair_items(seed: str) -> list[Item]:
    """All of them; any two writers once before any two for the second time."""
    items = shuffled((Item(pair, pair.level, pair.ending) for pair in all_pairs()), seed)
    times: Counter[tuple[str, str]] = Counter()
    turns = {}
    for item in items:
        times[item.what.first, item.what.second] += 1
        turns[item] = times[item.what.first, item.what.second]
    return sorted(items, key=lambda item: turns[item])


@dataclass
class Tally:
    """What was played on a lane, and what must never have happened."""

    met: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    named: set[str] = field(default_factory=set)
    numbers: set[int] = field(default_factory=set)
    pairs: set[str] = field(default_factory=set)

    def count(self, item: Item) -> None:
        self.met["interleavings"] += 1
        self.met[f"at {item.level}"] += 1
        if isinstance(item.what, Pair):
            self.met["pairs"] += 1
            self.pairs.add(f"{item.what.first} | {item.what.second}")
        else:
            self.met["named"] += 1
            self.named.add(str(item))
            self.numbers.add(item.what.number)

    def violated(self, item: Item, seed: str, kind: str, text: str) -> None:
        self.kinds[kind] += 1
        self.notes.append(f"{item}; seed {seed!r}\n{text}"[:LONGEST_NOTE])

    def add(self, other: Tally) -> None:
        self.met += other.met
        self.kinds += other.kinds
        self.notes += other.notes
        self.named |= other.named
        self.numbers |= other.numbers
        self.pairs |= other.pairs


async def play_all(lane: Lane, tally: Tally, items: Iterable[tuple[str, Item]]) -> Tally:
    """Each under its seed. What goes wrong is written down, and the next one is played."""
    for seed, item in items:
        tally.count(item)
        try:
            await item.play(lane, seed)
        except Violation as violation:
            tally.violated(item, seed, violation.kind, str(violation))
            await lane.reconnect()
        except Exception:
            tally.violated(item, seed, "other errors", traceback.format_exc())
            await lane.reconnect()
        if sum(tally.kinds.values()) >= MOST_VIOLATIONS:
            break
    tally.met += lane.met
    lane.met.clear()
    return tally


def rounds(
    items: Callable[[str], list[Item]], seed: int, until: float
) -> Iterator[tuple[str, Item]]:
    """All of them in an order of its own, again and again, until the time is over."""
    for number in itertools.count(1):
        for item in items(f"{seed}/{number}"):
            if time.monotonic() > until:
                return
            yield f"{seed}/{number}", item
