"""Customers who are charged all the while: what they were told, to be looked for afterwards."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from pgcredits import Credits, Retry
from pgcredits._shards.map import ShardMap

PROFILES = [UUID(int=number, version=4) for number in range(1, 13)]
WORKERS = 4
_THINKING = 0.01  # seconds between two jobs of a worker: others need the processors too


class Router:
    """A pool that takes its connections from where the map says that the shard is now."""

    def __init__(self, map_file: Path, shard: int) -> None:
        self._file = map_file
        self._shard = shard
        self._pools: dict[str, asyncpg.Pool] = {}
        self._pool_of: dict[int, asyncpg.Pool] = {}

    async def acquire(self) -> Any:
        url = ShardMap.read(self._file).urls[self._shard]
        if url not in self._pools:
            self._pools[url] = asyncpg.create_pool(url, min_size=0, max_size=WORKERS)
        pool = await self._pools[url]  # it is made once
        connection = await pool.acquire()
        self._pool_of[id(connection)] = pool
        return connection

    async def release(self, connection: Any, *, timeout: float | None = None) -> None:  # noqa: ASYNC109
        await self._pool_of.pop(id(connection)).release(connection, timeout=timeout)

    def terminate(self) -> None:
        for pool in self._pools.values():
            with suppress(asyncpg.InterfaceError):
                pool.terminate()


class Load:
    """``kept``: jobs that were acknowledged and what they hold; ``slowest``: of all calls."""

    def __init__(self, router: Router) -> None:
        self.client = Credits(Retry(router, seconds=120, attempts=10_000, longest_pause=0.1))
        self.kept: dict[UUID, int] = {}
        self.calls = 0
        self.slowest = 0.0
        self._stopping = False
        self._called = asyncio.Condition()

    async def open(self) -> None:
        for profile in PROFILES:
            await self.client.open_profile(
                profile, credits_remaining=10_000, addon_credits=1_000_000
            )

    async def work(self, seed: int) -> None:
        chance = random.Random(seed)  # noqa: S311 - not secret
        while not self._stopping:
            job, cost = uuid4(), chance.randint(1, 9)
            await self._timed(self.client.reserve_credits(chance.choice(PROFILES), job, cost))
            self.kept[job] = cost
            if chance.random() < 0.7:
                back = chance.randint(1, cost)
                await self._timed(self.client.refund_job(job, amount=back, refund_id="half"))
                self.kept[job] -= back
            await asyncio.sleep(_THINKING)

    async def _timed(self, call: Any) -> None:
        begun = asyncio.get_running_loop().time()
        await call
        self.slowest = max(self.slowest, asyncio.get_running_loop().time() - begun)
        self.calls += 1
        async with self._called:
            self._called.notify_all()

    async def more(self, calls: int) -> None:
        """Waits until so many more calls were answered."""
        wanted = self.calls + calls
        async with self._called:
            await self._called.wait_for(lambda: self.calls >= wanted)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Charges for as long as the block. Raises where a call has failed, or is unknown."""
        async with asyncio.TaskGroup() as workers:
            for seed in range(WORKERS):
                workers.create_task(self.work(seed))
            yield
            self._stopping = True


async def held(url: str) -> dict[UUID, int]:
    """What each job of a database holds."""
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch(
            "select j.id, j.monthly_deducted + j.addon_deducted - j.monthly_refunded"
            " - j.addon_refunded as held from credits.jobs j"
        )
        return {row["id"]: row["held"] for row in rows}
    finally:
        await connection.close()
