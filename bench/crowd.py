"""Python programs that reserve at the same time: several processes, several connections each.

One Python process is busy before the server is, so there may be several.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from bench import old_way
from bench.budget import Budget
from bench.errors import BenchError
from bench.site import FIRST, Database

_PATIENCE = 120
_WAYS: dict[str, Callable[..., Awaitable[int]]] = {
    "client": old_way.through_client,
    "transaction": old_way.in_transaction,
    "autocommit": old_way.in_autocommit,
}


def _from_afar(method: Callable[..., Awaitable[Any]]) -> Any:
    async def call(self: Distant, *arguments: Any, **options: Any) -> Any:
        await asyncio.sleep(self.round_trip)
        return await method(self, *arguments, **options)

    return call


class Distant(asyncpg.Connection):
    """A connection to a server that is further away than this machine."""

    round_trip = 0.0  # seconds
    execute = _from_afar(asyncpg.Connection.execute)
    fetch = _from_afar(asyncpg.Connection.fetch)
    fetchrow = _from_afar(asyncpg.Connection.fetchrow)
    fetchval = _from_afar(asyncpg.Connection.fetchval)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Reservations made, attempts that were lost on the way, and reservations a second."""

    made: int
    lost: int
    rate: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """Who reserves: how many connections and processes, where, which way, for how long.

    ``round_trip``: seconds that the network adds to each statement, 0 for this machine.
    """

    url: str
    way: str
    clients: int
    processes: int
    spread: int
    seconds: float
    round_trip: float = 0.0

    @classmethod
    def of(
        cls, database: Database, budget: Budget, way: str, spread: int, *, round_trip: float = 0.0
    ) -> Crowd:
        """As large as the budget says, and for as long."""
        return cls(
            url=database.url,
            way=way,
            clients=budget.python_clients,
            processes=budget.python_processes,
            spread=spread,
            seconds=budget.python_seconds,
            round_trip=round_trip,
        )

    def run(self) -> Outcome:
        """Each connection first makes one reservation more, which is not counted."""
        results = self._in_processes() if self.processes > 1 else [self._here()]
        return Outcome(
            sum(made for made, _, _ in results),
            sum(lost for _, lost, _ in results),
            sum(made / seconds for made, _, seconds in results),
        )

    def _here(self) -> tuple[int, int, float]:
        return asyncio.run(_reserve(self, self.clients, None))

    def _in_processes(self) -> list[tuple[int, int, float]]:
        context = multiprocessing.get_context("spawn")
        gate, answers = context.Barrier(self.processes), context.Queue()
        shares = [
            self.clients // self.processes + (number < self.clients % self.processes)
            for number in range(self.processes)
        ]
        workers = [
            context.Process(target=_work, args=(self, share, gate, answers), daemon=True)
            for share in shares
        ]
        for worker in workers:
            worker.start()
        try:
            results = [answers.get(timeout=_PATIENCE + self.seconds) for _ in workers]
        finally:
            for worker in workers:
                worker.join(10)
                worker.kill()
        if wrong := [result for result in results if isinstance(result, str)]:
            raise BenchError(f"A Python client failed: {wrong[0]}")
        return results


def _work(crowd: Crowd, clients: int, gate: Barrier, answers: Queue[Any]) -> None:
    try:
        answers.put(asyncio.run(_reserve(crowd, clients, gate)))
    except Exception as error:
        gate.abort()
        answers.put(repr(error))


async def _reserve(crowd: Crowd, clients: int, gate: Barrier | None) -> tuple[int, int, float]:
    connections = [await _connect(crowd) for _ in range(clients)]
    for connection in connections:  # statements are prepared before the clock runs
        await _one(crowd, connection)
    if gate is not None:
        gate.wait(_PATIENCE)
    begun = time.perf_counter()
    totals = await asyncio.gather(
        *(_until(crowd, connection, begun + crowd.seconds) for connection in connections)
    )
    seconds = time.perf_counter() - begun
    for connection in connections:
        await connection.close()
    return sum(made for made, _ in totals), sum(lost for _, lost in totals), seconds


async def _connect(crowd: Crowd) -> asyncpg.Connection:
    if not crowd.round_trip:
        return await asyncpg.connect(crowd.url)
    connection: Distant = await asyncpg.connect(crowd.url, connection_class=Distant)
    connection.round_trip = crowd.round_trip
    return connection


async def _until(crowd: Crowd, connection: Any, end: float) -> tuple[int, int]:
    made = lost = 0
    while time.perf_counter() < end:
        lost += await _one(crowd, connection)
        made += 1
    return made, lost


async def _one(crowd: Crowd, connection: Any) -> int:
    number = FIRST + random.randrange(crowd.spread)  # noqa: S311
    profile_id = UUID(f"00000000-0000-4000-8000-{number}")
    return await _WAYS[crowd.way](connection, profile_id, uuid4(), random.randint(1, 9))  # noqa: S311
