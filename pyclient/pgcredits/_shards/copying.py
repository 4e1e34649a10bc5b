"""Copies the tables of a shard to another server, and all that is written to them meanwhile.

By logical replication: a publication at the old place, a subscription at the new one, and a slot
that makes the old server keep its log until the new one has confirmed it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

import asyncpg

from pgcredits._server.database import Connection
from pgcredits._server.failures import CannotRunError
from pgcredits._shards.places import PUBLICATION, TABLES, close_gate, open_gate

_PAUSE = 0.2  # between two looks at how far it has come
_TOLD_EVERY = 10.0
_NEAR_BYTES = 1 << 20  # so little is left to copy that writers may wait for it


def slot_of(oid: int) -> str:
    """The slot of a database that is copied: slots belong to the whole server."""
    return f"credits_move_{oid}"


@dataclass(frozen=True, slots=True)
class Copying:
    """The copying of a shard, for whoever begins it, follows it or ends it.

    ``tell``: called with how far it has come.
    """

    shard: int
    tell: Callable[[str], None]

    @property
    def name(self) -> str:
        """Of the subscription."""
        return f"credits_move_{self.shard}"

    async def publish(self, source: Connection) -> None:
        """Lets the old database tell of all its tables. Raises ``CannotRunError``."""
        tables = {row["name"] for row in await source.fetch(TABLES)}
        found = {
            row["tablename"]
            for row in await source.fetch(
                "select t.tablename::text from pg_catalog.pg_publication_tables t"
                " where t.pubname = $1",
                PUBLICATION,
            )
        }
        if found and found != tables:
            raise CannotRunError("The tables have changed since the move began: --undo it.")
        if not found:
            names = ", ".join(f"credits.{name}" for name in sorted(tables))
            await source.execute(f"drop publication if exists {PUBLICATION}")
            await source.execute(f"create publication {PUBLICATION} for table {names}")

    async def is_running(self, target: Connection) -> bool:
        """Whether a new database has begun to fill."""
        found = await target.fetchval(
            "select exists (select from pg_catalog.pg_subscription s"
            "  join pg_catalog.pg_database d on d.oid = s.subdbid"
            " where s.subname = $1 and d.datname = pg_catalog.current_database())",
            self.name,
        )
        return bool(found)

    async def begin(self, target: Connection, source: Connection, slot: str, reach: str) -> None:
        """Lets the new database fill, and nothing else write to it. Raises ``CannotRunError``.

        ``reach``: the URL by which the new server reaches the old database.
        """
        if await self.is_running(target):
            return
        await drop_slot(source, slot)  # of a run that was stopped between the two servers
        async with target.transaction():
            await open_gate(target)
            for table in await target.fetch(TABLES):
                name = f"credits.{table['name']}"
                if table["has_rows"]:  # the migrations' own: the old database's come instead
                    await target.execute(f"delete from {name}")  # noqa: S608
                elif await target.fetchval(f"select exists (select from {name})"):  # noqa: S608
                    raise CannotRunError(
                        f"{name} has rows at the new place that nobody copies: --undo the move."
                    )
            await close_gate(target, also_for_copying=False)
        self.tell(f"Copying shard {self.shard}.")
        statement = await target.fetchval(
            "select pg_catalog.format('create subscription %I connection %L publication %I with"
            " (slot_name = %I, synchronous_commit = ''on'', disable_on_error = true)',"
            " $1::text, $2::text, $3::text, $4::text)",
            self.name,
            reach,
            PUBLICATION,
            slot,
        )
        await target.execute(statement)

    async def follow(self, target: Connection, source: Connection, slot: str) -> None:
        """Waits until all tables are copied, and the rest is small."""
        told = time.monotonic()
        while True:
            left = await target.fetchval(
                "select count(*) filter (where r.srsubstate <> 'r')"
                " from pg_catalog.pg_subscription_rel r"
                " join pg_catalog.pg_subscription s on s.oid = r.srsubid"
                " where s.subname = $1",
                self.name,
            )
            if not await target.fetchval(
                "select s.subenabled from pg_catalog.pg_subscription s where s.subname = $1",
                self.name,
            ):
                raise CannotRunError(
                    "Copying has failed: the log of the new server says why. Put it right, and "
                    "--undo the move."
                )
            behind = await _behind(source, slot)
            if not left and behind is not None and behind < _NEAR_BYTES:
                return
            if time.monotonic() - told > _TOLD_EVERY:
                told = time.monotonic()
                self.tell(f"{left} tables are still being copied; {behind or 0:,} bytes behind.")
            await asyncio.sleep(_PAUSE)

    async def pause(self, target: Connection) -> None:
        """Lets nothing more arrive. Goes with the transaction."""
        if await self.is_running(target):
            await target.execute(f"alter subscription {self.name} disable")

    async def end(self, target: Connection) -> None:
        """Forgets the copying, without asking the old server, which may be closed, or gone."""
        if await self.is_running(target):
            await self.pause(target)
            await target.execute(f"alter subscription {self.name} set (slot_name = none)")
            await target.execute(f"drop subscription {self.name}")


async def _behind(source: Connection, slot: str) -> int | None:
    """How much of the log the new server has not confirmed; None while it is not connected."""
    behind: int | None = await source.fetchval(
        "select pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(),"
        " s.confirmed_flush_lsn)::bigint"
        " from pg_catalog.pg_replication_slots s where s.slot_name = $1 and s.active",
        slot,
    )
    return behind


async def drop_slot(source: Connection, slot: str) -> None:
    """Lets a server keep no more of its log; waits for the end of who still reads it."""
    for attempt in range(100):
        try:
            await source.execute(
                "select pg_catalog.pg_drop_replication_slot(s.slot_name)"
                " from pg_catalog.pg_replication_slots s where s.slot_name = $1",
                slot,
            )
            return
        except asyncpg.ObjectInUseError:
            if attempt == 50:  # its reader has not noticed that nobody listens
                await source.execute(
                    "select pg_catalog.pg_terminate_backend(s.active_pid)"
                    " from pg_catalog.pg_replication_slots s where s.slot_name = $1",
                    slot,
                )
            await asyncio.sleep(0.1)
    raise CannotRunError(f"The old server still uses the replication slot {slot}: drop it there.")
