"""The share of `make test`: every named interleaving at READ COMMITTED, and a choice of the rest.

``PYTHONPATH=tests python -m fire.interleavings`` plays all of them.
"""

from __future__ import annotations

import asyncio
from random import Random

import pytest

from fire.interleavings.calls import LEVELS
from fire.interleavings.drive import Item, Tally, named_items, pair_items, play_all, shuffled
from fire.interleavings.lanes import PreparingServer
from fire.interleavings.named import NAMED, NUMBERS
from fire.interleavings.pairs import WRITERS
from fire.interleavings.sessions import Lane
from pgcredits._server.migrate import migrate

SEED = "make test"
STRICTER = 70
PAIRS = 150


async def play(lane: Lane, items: list[Item]) -> Tally:
    tally = await play_all(lane, Tally(), [(SEED, item) for item in items])
    assert not tally.kinds, "\n\n".join([str(dict(tally.kinds)), *tally.notes])
    assert tally.met["40001 seen"] == tally.met["40001 resolved"]
    assert tally.met["interleavings"] == len(items)
    return tally


@pytest.mark.parametrize("kept", [True, False], ids=["the first commits", "the first is undone"])
async def test_named_ones_at_read_committed(lane: Lane, kept: bool) -> None:
    rng = Random(SEED)  # noqa: S311
    items = [
        Item(named, LEVELS[0], "commit" if kept else rng.choice(named.endings[-2:]))
        for named in NAMED
        if not named.prepares and (not kept or "commit" in named.endings)
    ]
    tally = await play(lane, items)
    assert tally.met["waits seen"] > 80
    if kept:
        assert sum(tally.met[f"replayed: {name}"] > 0 for name in WRITERS) == 20


async def test_a_choice_of_named_ones_above_read_committed(lane: Lane) -> None:
    items = [item for item in named_items(prepares=False) if item.level != LEVELS[0]]
    tally = await play(lane, shuffled(items, SEED)[:STRICTER])
    assert tally.met["40001 seen"] >= 5


async def test_a_choice_of_pairs(lane: Lane) -> None:
    tally = await play(lane, pair_items(SEED)[:PAIRS])
    assert tally.met["waits seen"] >= 30
    assert tally.met["40001 seen"] >= 5


def test_a_prepared_transaction_that_nobody_ends() -> None:
    """Needs a server that allows them."""

    async def play_it(url: str) -> None:
        async with Lane(url) as lane:
            items = named_items(prepares=lane.prepares)
            await play(lane, [item for item in items if str(item).startswith("32 ")])

    with PreparingServer() as server:
        migrate(server.url())
        asyncio.run(play_it(server.url()))


def test_the_list_has_every_number() -> None:
    assert sorted({named.number for named in NAMED}) == NUMBERS
    assert len({str(named) for named in NAMED}) == len(NAMED)


async def test_the_pairs_have_every_writer(lane: Lane) -> None:
    volatile = await lane.observer.fetch(
        "select f.proname::text from pg_proc f "
        "where f.pronamespace = 'credits'::regnamespace and f.provolatile = 'v' "
        "and f.proname !~ '^_'"
    )
    # A batch equals its elements (tests/batches); batches, top-ups and consumers of events meet in
    # tests/concurrency. A preview waits for the same as get_balance, in the same way.
    elsewhere = {"preview_reserve", "set_topup", "decline_topup", "watch_profiles"}
    elsewhere |= {"claim_events", "finish_events", "fail_events"}
    elsewhere.add("new_job_id")  # writes nothing
    singles = [n for (n,) in volatile if not n.endswith("_many") and n not in elsewhere]
    assert sorted(singles) == WRITERS
