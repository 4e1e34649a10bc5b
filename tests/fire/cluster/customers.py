"""Customers who use the client as the documents say: a pool, ``Retry``, and its defaults.

Each call is made once by the customer, whatever happens to the servers meanwhile. It must be
answered, and what was answered must be there.
"""

from __future__ import annotations

import asyncio
import threading
import time
from dataclasses import dataclass, field
from typing import Self
from uuid import UUID, uuid4

import asyncpg

from pgcredits import Credits, OutcomeUnknown, Retry, connect

_MONTHLY = 1_000_000


@dataclass
class Customers:
    """``url``: of all servers. Use it as a ``with`` block: at its end they finish what they do.

    ``slowest``: the longest that a call took, in seconds. ``jobs``: of each profile, those that are
    reserved for 7 credits and those that are refunded.
    """

    url: str
    count: int = 4
    answered: int = 0
    slowest: float = 0.0
    unknown: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    jobs: dict[UUID, tuple[list[UUID], list[UUID]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._stopped = threading.Event()
        self._begun = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._work()), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._begun.wait(60)
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join(200)

    async def _work(self) -> None:
        async with asyncpg.create_pool(
            self.url, connect=connect, min_size=1, max_size=self.count
        ) as pool:
            client = Credits(Retry(pool))
            await asyncio.gather(*(self._live(client) for _ in range(self.count)))

    async def _live(self, client: Credits) -> None:
        profile_id = uuid4()
        await client.open_profile(profile_id, credits_remaining=_MONTHLY)
        held, refunded = self.jobs.setdefault(profile_id, ([], []))
        self._begun.set()
        while not self._stopped.is_set():
            job_id, begun = uuid4(), time.monotonic()
            try:
                await client.reserve_credits(profile_id, job_id, 7)
                held.append(job_id)
                self.answered += 1
                if len(held) % 3 == 0:
                    await client.refund_job(job_id)
                    refunded.append(held.pop())
                    self.answered += 1
            except OutcomeUnknown as error:
                self.unknown.append(str(error))
            except Exception as error:
                self.errors.append(repr(error))
            self.slowest = max(self.slowest, time.monotonic() - begun)
            await asyncio.sleep(0.01)

    async def _look(self, url: str) -> list[str]:
        wrong = []
        connection = await connect(url)
        for profile_id, (held, refunded) in self.jobs.items():
            client = Credits(connection)
            left = (await client.get_balance(profile_id)).available
            if left != _MONTHLY - 7 * len(held):
                wrong.append(f"{profile_id} has {left}, after {len(held)} jobs of 7 credits")
            states = dict(
                await connection.fetch(
                    "select j.id, j.state from credits.jobs j where j.profile_id = $1", profile_id
                )
            )
            wrong += [f"{job} is lost" for job in held if states.pop(job, "") != "reserved"]
            wrong += [f"{job} is not back" for job in refunded if states.pop(job, "") != "refunded"]
            wrong += [f"{job} was never answered" for job in states]
            wrong += [str(finding) for finding in await client.check_integrity(profile_id)]
        await connection.close()
        return wrong

    def look(self, url: str) -> list[str]:
        """What is otherwise than they were told; for a role that may check."""
        return asyncio.run(self._look(url))
