"""Consumers of events who are hit by the faults like everybody else: what they were told is held
against what the books say was to be told."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg
import psycopg

_TABLE = """
create table public.delivered (
  place bigint generated always as identity, event_id text not null, profile_id uuid not null,
  occurred_at timestamptz not null
);
grant insert on public.delivered to public;
update credits.settings set event_attempts = 100000
"""
_CLAIM = "select * from credits.claim_events(20, '1 second')"
_DELIVER = """
insert into public.delivered (event_id, profile_id, occurred_at)
select e.event_id, e.profile_id, e.occurred_at
  from unnest($1::text[], $2::uuid[], $3::timestamptz[]) e (event_id, profile_id, occurred_at)
"""
_FINISH = "select credits.finish_events($1)"
_PATIENCE_SECONDS = 2.5
# A connection that is cut in the middle of a transaction ends in any of these.
_LOST = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
    TimeoutError,
)
_EVENTS = """
select concat_ws(':', e.profile_id, e.seq, e.kind, nullif(e.subject, '')), e.finished_at is not null
  from credits.events e
"""
_LEFT = "select exists (select from credits.events where finished_at is null)"
_OUT_OF_ORDER = """
select d.event_id
  from public.delivered d
 where exists (select from public.delivered o
                where o.profile_id = d.profile_id and o.place < d.place
                  and o.occurred_at > d.occurred_at)
"""


class Consumers:
    """One delivers into a table and finishes in the same transaction: exactly once. The other one
    delivers elsewhere, where only the id of an event tells that it has come before."""

    def __init__(self, url: Callable[[], str]) -> None:
        self.url = url
        self._done = threading.Event()
        self.elsewhere: Counter[str] = Counter()
        self.failures = 0
        self.told = 0  # in the end
        self._threads = [
            threading.Thread(target=lambda way=way: asyncio.run(self._work(within=way)))
            for way in (True, False)
        ]

    @contextmanager
    def at_work(self) -> Iterator[None]:
        for thread in self._threads:
            thread.start()
        try:
            yield
        finally:
            self.stop()

    def stop(self) -> None:
        self._done.set()
        for thread in self._threads:
            thread.join()

    async def _work(self, *, within: bool) -> None:
        while not self._done.is_set():
            connection = None
            try:
                connection = await asyncpg.connect(
                    self.url(), timeout=2, command_timeout=_PATIENCE_SECONDS
                )
                while not self._done.is_set():
                    await self.deliver(connection, within=within)
                    await asyncio.sleep(0.05)
            except _LOST:
                self.failures += 1
                await asyncio.sleep(0.1)
            finally:
                if connection is not None:
                    connection.terminate()

    async def deliver(self, connection: asyncpg.Connection, *, within: bool) -> None:
        async with connection.transaction():
            events = await connection.fetch(_CLAIM)
            ids = [event["event_id"] for event in events]
            if within and events:
                names = ("event_id", "profile_id", "occurred_at")
                columns = [[event[name] for event in events] for name in names]
                await connection.execute(_DELIVER, *columns)
                await connection.execute(_FINISH, ids)
        if not within and events:
            self.elsewhere.update(ids)
            await connection.execute(_FINISH, ids)


def prepare(connection: psycopg.Connection[Any]) -> None:
    connection.execute(_TABLE)


def what_was_told(
    consumers: Consumers, connection: psycopg.Connection[Any]
) -> dict[str, list[str]]:
    """What is wrong once all is over: lost, doubled, invented, out of order, left."""
    asyncio.run(_drain(consumers))
    events = dict(connection.execute(_EVENTS).fetchall())
    consumers.told = len(events)
    delivered = Counter(
        row[0] for row in connection.execute("select event_id from public.delivered").fetchall()
    )
    anywhere = {*delivered, *consumers.elsewhere}
    return {
        "events that nobody was told": sorted(events.keys() - anywhere),
        "events that did not happen": sorted(anywhere - events.keys()),
        "events delivered twice in one database": [
            e for e, often in delivered.items() if often > 1
        ],
        "events out of order": [row[0] for row in connection.execute(_OUT_OF_ORDER).fetchall()],
        "events that were never finished": [e for e, finished in events.items() if not finished],
    }


async def _drain(consumers: Consumers) -> None:
    """Until nothing is left: leases of consumers that were killed may still run."""
    connection = await asyncpg.connect(consumers.url())
    for _ in range(300):
        await consumers.deliver(connection, within=True)
        if not await connection.fetchval(_LEFT):
            break
        await asyncio.sleep(0.1)
    await connection.close()
