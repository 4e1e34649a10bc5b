"""Two lanes at once, each a process with a database of its own, on a server of their own."""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor

import psycopg

from fire.interleavings.drive import (
    Item,
    Tally,
    named_items,
    pair_items,
    play_all,
    rounds,
    shuffled,
)
from fire.interleavings.sessions import Lane
from pgcredits._server.local_server import LocalServer
from pgcredits._server.migrate import migrate

LANES = 2


class PreparingServer(LocalServer):
    """Allows prepared transactions, which a server does not by default."""

    def _initialise(self) -> None:
        super()._initialise()
        with (self.data / "postgresql.conf").open("a", encoding="utf-8") as settings:
            settings.write("max_prepared_transactions = 8\n")


def play_lane(url: str, seed: int, number: int, until: float, only: str) -> Tally:
    """One lane, in a process of its own."""

    async def play() -> Tally:
        async with Lane(url) as lane:

            def items(round_seed: str) -> list[Item]:
                named = shuffled(named_items(prepares=lane.prepares), round_seed)
                chosen = [*named, *pair_items(round_seed)]
                return [item for item in chosen if only in str(item)][number::LANES]

            return await play_all(lane, Tally(), rounds(items, seed, until))

    return asyncio.run(play())


def play(seconds: float, seed: int, only: str) -> Tally:
    tally = Tally()
    with PreparingServer() as server:
        migrate(server.url())
        names = [f"lane_{number}" for number in range(LANES)]
        with psycopg.connect(server.url("template1"), autocommit=True) as connection:
            for name in names:
                connection.execute(f"create database {name} template postgres")
        until = time.monotonic() + seconds
        spawn = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(LANES, mp_context=spawn) as pool:
            lanes = [
                pool.submit(play_lane, server.url(name), seed, number, until, only)
                for number, name in enumerate(names)
            ]
            for lane in lanes:
                tally.add(lane.result())
    return tally
