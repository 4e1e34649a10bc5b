"""Customers who use the client as the documents say: a pool, ``Retry``, and its defaults.

Each call is made once by the customer, whatever happens to the servers meanwhile. It must be
answered, and what was answered must be there.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field
from typing import Self, TypeVar
from uuid import UUID, uuid4

import asyncpg
import psycopg

from pgcredits import (
    Credits,
    LockTimeout,
    OutcomeUnknown,
    Reservation,
    Retry,
    connect,
    new_job_id,
    shard_of,
)

_MONTHLY = 1_000_000_000
_COST = 7
_ABSENT = """
select j.id from unnest(%s::uuid[]) j (id)
 where not exists (select from credits.jobs k where k.id = j.id)"""
_STATES = "select j.id, j.state from credits.jobs j where j.profile_id = $1"
_Answer = TypeVar("_Answer")


@dataclass
class Customers:
    """``url``: of all servers, or of a proxy. Use it as a ``with`` block: at its end they finish
    what they do.

    ``answered``: calls. ``in_batches``: jobs that were reserved in batches. ``replayed``: jobs
    whose reservation had an answer before, which was lost. ``slowest``: the longest that a call
    took, in seconds. ``jobs``: of each profile, with the state that an answer gave them.
    """

    url: str
    count: int = 4
    answered: int = 0
    in_batches: int = 0
    replayed: int = 0
    slowest: float = 0.0
    unknown: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    jobs: dict[UUID, dict[UUID, str]] = field(default_factory=dict)

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
            self.url, connect=connect, min_size=1, max_size=self.count + 1
        ) as pool:
            client = Credits(Retry(pool))
            for profile_id in (uuid4() for _ in range(self.count)):
                await client.open_profile(profile_id, credits_remaining=_MONTHLY)
                self.jobs[profile_id] = {}
            self._begun.set()
            await asyncio.gather(
                self._live_in_batches(client), *(self._live(client, p) for p in self.jobs)
            )

    async def _live(self, client: Credits, profile_id: UUID) -> None:
        """One job after the other; each third one fails, and its credits go back."""
        jobs = self.jobs[profile_id]
        while not self._stopped.is_set():
            job_id = new_job_id(profile_id)
            held = await self._answer(client.reserve_credits(profile_id, job_id, _COST))
            if held is not None:
                jobs[job_id] = "reserved"
                self.replayed += held.replayed
                if len(jobs) % 3 == 0 and await self._answer(client.refund_job(job_id)):
                    jobs[job_id] = "refunded"
            await asyncio.sleep(0.01)

    async def _live_in_batches(self, client: Credits) -> None:
        """A job of each profile at once, whichever servers they are on."""
        while not self._stopped.is_set():
            jobs = [{"profile_id": p, "job_id": uuid4(), "cost": _COST} for p in self.jobs]
            answers = await self._answer(client.reserve_credits_many(jobs))
            for job, answer in zip(jobs, answers or (), strict=False):
                if isinstance(answer, Reservation):
                    self.jobs[job["profile_id"]][job["job_id"]] = "reserved"
                    self.in_batches += 1
                    self.replayed += answer.replayed
                elif isinstance(answer, OutcomeUnknown):
                    self.unknown.append(str(answer))
                elif not isinstance(answer, LockTimeout):  # nothing of it was done
                    self.errors.append(repr(answer))
            await asyncio.sleep(0.05)

    async def _answer(self, call: Awaitable[_Answer]) -> _Answer | None:
        """The answer to a call; None, with a note of why, where there is none."""
        begun = time.monotonic()
        try:
            answer = await call
        except OutcomeUnknown as error:
            self.unknown.append(str(error))
        except Exception as error:
            self.errors.append(repr(error))
        else:
            self.answered += 1
            return answer
        finally:
            self.slowest = max(self.slowest, time.monotonic() - begun)
        return None

    @property
    def figures(self) -> dict[str, int]:
        """What they did, for a report."""
        return {
            "calls of customers answered": self.answered,
            "jobs reserved in batches": self.in_batches,
            "calls whose first answer was lost": self.replayed,
            "longest call of a customer in ms": round(self.slowest * 1000),
        }

    def wrong(self, *urls: str) -> dict[str, list[str]]:
        """What must not be, once they have stopped; ``urls``: as in ``look``."""
        return {
            "outcomes that customers never learned": self.unknown,
            "calls of customers that failed": self.errors,
            "what customers were told and is not so": self.look(*urls),
        }

    def lost(self, *urls: str) -> tuple[int, list[str]]:
        """How many jobs were answered by now, and those of them that are not there.

        ``urls``: of the database, or of all shards.
        """
        known = {profile_id: list(jobs) for profile_id, jobs in self.jobs.items()}
        absent: list[str] = []
        for number, url in enumerate(urls):
            here = [
                job
                for profile_id, jobs in known.items()
                if shard_of(profile_id, len(urls)) == number
                for job in jobs
            ]
            with psycopg.connect(url, autocommit=True) as connection:
                absent += [str(job) for (job,) in connection.execute(_ABSENT, [here]).fetchall()]
        return sum(map(len, known.values())), absent

    def look(self, *urls: str) -> list[str]:
        """What is otherwise than they were told, once they have stopped; for roles that may check.

        ``urls``: of the database, or of all shards.
        """
        return asyncio.run(self._look(urls))

    async def _look(self, urls: Sequence[str]) -> list[str]:
        wrong = []
        for number, url in enumerate(urls):
            connection = await connect(url)
            for profile_id, jobs in self.jobs.items():
                if shard_of(profile_id, len(urls)) == number:
                    wrong += await _differences(connection, profile_id, jobs)
            await connection.close()
        return wrong


async def _differences(
    connection: asyncpg.Connection, profile_id: UUID, told: dict[UUID, str]
) -> list[str]:
    client, wrong = Credits(connection), []
    available = (await client.get_balance(profile_id)).available
    held = list(told.values()).count("reserved")
    if available != _MONTHLY - _COST * held:
        wrong.append(f"{profile_id} has {available}, after {held} jobs of {_COST} credits")
    states = dict(await connection.fetch(_STATES, profile_id))
    for job in told.keys() | states.keys():
        if told.get(job) != states.get(job):
            wrong.append(f"{job} was {told.get(job)} by its answer, and is {states.get(job)}")
    wrong += [str(finding) for finding in await client.check_integrity(profile_id)]
    return wrong
