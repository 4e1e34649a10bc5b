"""Moves one shard to another server while its customers are charged.

The new database fills by logical replication and takes no other write. Then the old tables are
locked, by a transaction that commits only once the new server has everything: if it ends in any
other way, nothing has happened. From its commit on the old database refuses all writes, for ever.
After that the old one is closed, the new one opened, and the map changed, in this order, so that
no read tells what is no longer so, and no moment has two databases that can be charged.

Each step looks first whether it was done, so that the same command goes on where another one was
stopped.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import asyncpg

from pgcredits._server.database import Connection, check_schema, connected, migrate_database
from pgcredits._server.failures import CannotRunError, UnreachableError
from pgcredits._shards.databases import (
    check_mark,
    database_of,
    make_database,
    mark_database,
)
from pgcredits._shards.map import ShardMap, replace, with_moved
from pgcredits._shards.places import (
    ARRIVING,
    MOVED,
    PUBLICATION,
    TABLES,
    Place,
    beside,
    close_gate,
    let_in,
    lock_tables,
    open_gate,
    read_place,
    set_mark,
)
from pgcredits._shards.requirements import check_logins, check_source, check_two_servers

_PAUSE = 0.2  # between two looks at how far it has come
_NEAR_BYTES = 1 << 20  # so little is left to copy that writers may wait for it
_LOCK_MS = 700  # all together, before another session takes the waiting for a deadlock
_LOCK_ATTEMPTS = 30
_SWITCH_ATTEMPTS = 5
_UNDONE = "(dropped)"  # a database that was to arrive, and is being dropped


@dataclass(frozen=True, slots=True)
class Moved:
    """A shard that has moved: from which server to which one, and how long nobody could write.

    ``silence_seconds``: None where an earlier run had made the switch. ``old_database`` is closed,
    and to be dropped by a person.
    """

    shard: int
    source: str
    target: str
    old_database: str
    silence_seconds: float | None


@dataclass(slots=True)
class Move:
    """A move of one shard. ``tell``: called with each step that takes time.

    ``maintenance``: a database that both servers have. ``reach``: the URL by which the new server
    reaches the old one, if not that of the map. ``silence``: how many seconds writers may have to
    wait, at most, for the switch.
    """

    map_file: Path
    shard: int
    target: str
    tell: Callable[[str], None]
    maintenance: str = "postgres"
    reach: str | None = None
    silence: float = 5.0
    leave_tables: bool = False
    apply_proxy: Callable[[ShardMap], None] | None = None
    _map: ShardMap = field(init=False)
    _source: str = field(init=False)

    def __post_init__(self) -> None:
        self._map = ShardMap.read(self.map_file)
        if not 0 <= self.shard < len(self._map.urls):
            raise CannotRunError(f"There is no shard {self.shard}: the map has {self._count}.")
        self._map.server(self.target)
        self._source = self._map.server_of(self.shard).name

    # --- where things are -------------------------------------------------------------------------

    @property
    def _count(self) -> int:
        return len(self._map.urls)

    def _url(self, server: str) -> str:
        return self._map.server(server).url_of(self.shard)

    @property
    def _old(self) -> str:
        return self._url(self._source)

    @property
    def _new(self) -> str:
        return self._url(self.target)

    @property
    def _subscription(self) -> str:
        return f"credits_move_{self.shard}"

    async def _places(self) -> tuple[Place, Place]:
        async with beside(self._old, self.maintenance) as connection:
            old = await read_place(connection, self._old)
        async with beside(self._new, self.maintenance) as connection:
            new = await read_place(connection, self._new)
        return old, new

    # --- forward ----------------------------------------------------------------------------------

    async def run(self) -> Moved | None:
        """Moves the shard, or goes on with it; None where nothing is left to do.

        Raises ``CannotRunError`` and errors of asyncpg.
        """
        if self._source == self.target:
            return await self._finish_where_it_is()
        with_moved(self.map_file.read_text("utf-8"), self.shard, self.target)  # or it is refused
        async with self._alone() as server:
            old, new = await self._places()
            if not old.exists:
                raise CannotRunError(f"The server {self._source} has no {database_of(self._old)}.")
            if old.moved is not None and old.moved != self.target:
                raise CannotRunError(
                    f"Shard {self.shard} is on its way to {old.moved}: go on with that, or --undo."
                )
            silent_since = None
            if old.moved is None:
                async with connected(self._old) as source:
                    await check_mark(source, self.shard, self._count)
                    await check_schema(source)
                    await self._fill(source, new)
                    silent_since = await self._switch(source, server)
            await self._take_over()
            silence = None if silent_since is None else time.monotonic() - silent_since
            await self._clear_away(self._source)
        return Moved(self.shard, self._source, self.target, database_of(self._old), silence)

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[Connection]:
        """A connection beside the old database, while no other command moves that."""
        async with beside(self._old, self.maintenance) as server:
            if not await server.fetchval(
                "select pg_catalog.pg_try_advisory_lock("
                "pg_catalog.hashtextextended('pgcredits.shards.move ' || $1, 0))",
                database_of(self._old),
            ):
                raise CannotRunError(f"Another command is moving shard {self.shard}.")
            yield server

    async def _fill(self, source: Connection, new: Place) -> None:
        """Lets the new database fill, until hardly anything is left to copy."""
        await check_source(source, leave_tables=self.leave_tables)
        await self._make(source, new)
        await self._publish(source)
        async with connected(self._new) as target:
            await check_schema(target)
            await check_logins(source, target)
            await self._subscribe(source, target)
            await self._follow(source, target)

    async def _make(self, source: Connection, new: Place) -> None:
        """The new database, with the schema, which nobody can write to but the copying."""
        async with beside(self._new, self.maintenance) as server:
            await check_two_servers(source, server)
            if new.exists and new.arriving != self._source:
                raise CannotRunError(
                    f"The server {self.target} has a database {database_of(self._new)} already, "
                    "which is not of this move: drop it there."
                )
            if not new.exists:
                self.tell(f"Creating {database_of(self._new)} on {self.target}.")
                # In this order: one without the setting is not ours to use, or to drop.
                await make_database(server, database_of(self._new))
                await set_mark(server, self._new, ARRIVING, self._source)
            await mark_database(server, database_of(self._new), self.shard, self._count)
            encoding = (await read_place(server, self._new)).encoding
        if encoding != (await read_place(source, self._old)).encoding:
            raise CannotRunError("The new server has another encoding for its databases.")
        async with connected(self._new) as target:
            if await self._is_subscribed(target):
                return  # whose logic may be created again, and whose tables may not
        await asyncio.to_thread(migrate_database, self._new)

    async def _publish(self, source: Connection) -> None:
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

    async def _is_subscribed(self, target: Connection) -> bool:
        found = await target.fetchval(
            "select exists (select from pg_catalog.pg_subscription s"
            "  join pg_catalog.pg_database d on d.oid = s.subdbid"
            " where s.subname = $1 and d.datname = pg_catalog.current_database())",
            self._subscription,
        )
        return bool(found)

    async def _slot(self, source: Connection) -> str:
        oid = await source.fetchval(
            "select d.oid::bigint from pg_catalog.pg_database d"
            " where d.datname = pg_catalog.current_database()"
        )
        return f"credits_move_{oid}"  # slots belong to the whole server

    async def _subscribe(self, source: Connection, target: Connection) -> None:
        if await self._is_subscribed(target):
            return
        slot = await self._slot(source)
        await _drop_slot(source, slot)  # of a run that was stopped between the two servers
        async with target.transaction():
            for table in await target.fetch(TABLES):
                name = f"credits.{table['name']}"
                if table["has_rows"]:  # the migrations' own: the old database's come instead
                    await target.execute("drop schema if exists credits_move cascade")
                    await target.execute(f"delete from {name}")  # noqa: S608
                elif await target.fetchval(f"select exists (select from {name})"):  # noqa: S608
                    raise CannotRunError(
                        f"{name} on {self.target} has rows that nobody copies: --undo the move."
                    )
            await close_gate(target, also_for_copying=False)
        self.tell(f"Copying shard {self.shard} from {self._source} to {self.target}.")
        statement = await target.fetchval(
            "select pg_catalog.format('create subscription %I connection %L publication %I with"
            " (slot_name = %I, synchronous_commit = ''on'', disable_on_error = true)',"
            " $1::text, $2::text, $3::text, $4::text)",
            self._subscription,
            self._conninfo(),
            PUBLICATION,
            slot,
        )
        await target.execute(statement)

    def _conninfo(self) -> str:
        """How the new server reaches the old one: with the password of this command, if any."""
        url = self.reach or self._old
        if password := os.environ.get("PGPASSWORD"):
            url += f"{'&' if '?' in url else '?'}password={quote(password, safe='')}"
        return url

    async def _follow(self, source: Connection, target: Connection) -> None:
        """Waits until all tables are copied, and the rest is small."""
        slot, told = await self._slot(source), time.monotonic()
        while True:
            left = await target.fetchval(
                "select count(*) filter (where r.srsubstate <> 'r')"
                " from pg_catalog.pg_subscription_rel r"
                " join pg_catalog.pg_subscription s on s.oid = r.srsubid"
                " where s.subname = $1",
                self._subscription,
            )
            behind = await self._behind(source, slot)
            if not left and behind is not None and behind < _NEAR_BYTES:
                return
            if not await target.fetchval(
                "select s.subenabled from pg_catalog.pg_subscription s where s.subname = $1",
                self._subscription,
            ):
                raise CannotRunError(
                    f"Copying has failed: the log of the server {self.target} says why. "
                    "Put it right, and --undo the move."
                )
            if time.monotonic() - told > 10:
                told = time.monotonic()
                self.tell(f"{left} tables are still being copied; {behind or 0:,} bytes behind.")
            await asyncio.sleep(_PAUSE)

    async def _behind(self, source: Connection, slot: str) -> int | None:
        """How much of the log the new server has not confirmed; None where it has not begun."""
        behind: int | None = await source.fetchval(
            "select pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(),"
            " s.confirmed_flush_lsn)::bigint"
            " from pg_catalog.pg_replication_slots s where s.slot_name = $1",
            slot,
        )
        return behind

    async def _switch(self, source: Connection, server: Connection) -> float:
        """Ends writing at the old place once the new one has everything; since when it waits.

        Raises ``CannotRunError`` where writers would have to wait for too long: then nothing has
        happened, and the copying goes on.
        """
        slot = await self._slot(source)
        for _ in range(_SWITCH_ATTEMPTS):
            transaction, since = await self._lock(source)
            try:
                if await self._is_complete(source, server, slot, since + self.silence):
                    await close_gate(source, also_for_copying=True)
                    await set_mark(source, self._old, MOVED, self.target)
                    await transaction.commit()
                    return since
                await transaction.rollback()
            except BaseException:
                with suppress(Exception):
                    await transaction.rollback()
                raise
            self.tell("The new server was not there in time: writers go on, and it catches up.")
            await asyncio.sleep(self.silence)
        raise CannotRunError(
            f"The new server does not keep up: it lacked something after {self.silence:g} seconds "
            f"of silence, {_SWITCH_ATTEMPTS} times. Run it again, or with a longer --silence."
        )

    async def _is_complete(
        self, source: Connection, server: Connection, slot: str, deadline: float
    ) -> bool:
        """Waits, while nobody can write, until the new server has all and will not forget it."""
        end = await source.fetchval("select pg_catalog.pg_current_wal_insert_lsn()::text")
        while time.monotonic() < deadline:
            # A commit of something else: what is in the log is sent on once it was flushed.
            await server.execute(
                "select pg_catalog.pg_logical_emit_message(true, 'pgcredits', 'moving')"
            )
            for _ in range(20):
                if await source.fetchval(
                    "select s.confirmed_flush_lsn >= $2::text::pg_catalog.pg_lsn"
                    " from pg_catalog.pg_replication_slots s where s.slot_name = $1",
                    slot,
                    end,
                ):
                    return True
                await asyncio.sleep(0.01)
        return False

    async def _lock(self, source: Connection) -> tuple[asyncpg.transaction.Transaction, float]:
        """Begins the transaction that keeps writers out; that, and since when they wait."""
        for _ in range(_LOCK_ATTEMPTS):
            transaction = source.transaction()
            await transaction.start()
            since = time.monotonic()
            try:
                # If this program is gone, the server lets the writers go on.
                await source.execute(
                    f"set local statement_timeout = {_LOCK_MS};"
                    f"set local idle_in_transaction_session_timeout = '{self.silence + 1:g}s';"
                    "set local synchronous_commit = on"
                )
                await lock_tables(source)
                await source.execute("set local statement_timeout = 0")
            except (asyncpg.QueryCanceledError, asyncpg.DeadlockDetectedError):
                await transaction.rollback()
                await asyncio.sleep(1)
            else:
                return transaction, since
        raise CannotRunError(
            "A transaction keeps writing to the old database, so that it cannot be locked: end it, "
            "and run this again."
        )

    # --- after the point of no return -------------------------------------------------------------

    async def _take_over(self) -> None:
        """The old database is closed, the new one opened, and then the map changed."""
        async with beside(self._old, self.maintenance) as server:
            await let_in(server, self._old, anybody=False)
        async with connected(self._new) as target, self._deciding(target) as arriving:
            if arriving == _UNDONE:
                raise CannotRunError("Another command is undoing this move.")
            if arriving is not None:
                if await self._is_subscribed(target):
                    await target.execute(f"alter subscription {self._subscription} disable")
                await open_gate(target)
                await set_mark(target, self._new, ARRIVING, None)
        text = self.map_file.read_text("utf-8")
        replace(self.map_file, with_moved(text, self.shard, self.target))
        self._map = ShardMap.read(self.map_file)
        self._tell_proxy()

    @asynccontextmanager
    async def _deciding(self, target: Connection) -> AsyncIterator[str | None]:
        """A transaction that decides alone whether the new database takes over or is dropped.

        From where it fills; None where it has taken over.
        """
        async with target.transaction():
            await target.execute(
                "select pg_catalog.pg_advisory_xact_lock("
                "pg_catalog.hashtextextended('pgcredits.shards.move', 0))"
            )
            yield (await read_place(target, self._new)).arriving

    def _tell_proxy(self) -> None:
        if self._map.proxy_url is not None and self.apply_proxy is not None:
            self.apply_proxy(self._map)

    async def _finish_where_it_is(self) -> Moved | None:
        """What is left of a move whose map was changed already."""
        for server in self._map.servers:
            if server.name == self.target:
                continue
            self._source = server.name
            async with beside(self._old, self.maintenance) as connection:
                old = await read_place(connection, self._old)
            if old.moved == self.target:
                self._tell_proxy()
                await self._clear_away(server.name)
                name = database_of(self._old)
                return Moved(self.shard, server.name, self.target, name, None)
        return None

    async def _clear_away(self, source: str) -> None:
        """The copying ends; the old server keeps no more of its log for it."""
        async with connected(self._new) as target:
            if await self._is_subscribed(target):
                await _drop_subscription(target, self._subscription)
        async with beside(self._url(source), self.maintenance) as server:
            place = await read_place(server, self._url(source))
            await _drop_slot(server, f"credits_move_{place.oid}")

    # --- back -------------------------------------------------------------------------------------

    async def undo(self) -> None:
        """Undoes a move that has not come to its end, as if it had never begun.

        Raises ``CannotRunError`` once the new database has taken over.
        """
        if self._source == self.target:
            raise CannotRunError(
                f"Shard {self.shard} is on {self.target}: move it back, with --to another server."
            )
        async with self._alone() as server:
            old = await read_place(server, self._old)
            try:
                await self._drop_new(old)
            except UnreachableError:
                if old.moved is not None:  # and may have been opened
                    raise
                self.tell(f"{self.target} cannot be reached: drop {database_of(self._new)} there.")
            if not old.is_open:
                await let_in(server, self._old, anybody=True)
            async with connected(self._old) as source:
                await _drop_slot(source, await self._slot(source))
                async with source.transaction():
                    await open_gate(source)
                    await set_mark(source, self._old, MOVED, None)
                    await source.execute(f"drop publication if exists {PUBLICATION}")

    async def _drop_new(self, old: Place) -> None:
        """Drops the database that was filling, unless it has taken over.

        Raises ``CannotRunError``.
        """
        async with beside(self._new, self.maintenance) as server:
            new = await read_place(server, self._new)
            if not new.exists or new.arriving is None:
                if old.moved is not None:
                    raise CannotRunError(
                        f"The new database on {old.moved} has taken over, or it is gone: the move "
                        f"can only go on, with --to {old.moved}."
                    )
                return
            if new.arriving not in (self._source, _UNDONE):
                raise CannotRunError(
                    f"{database_of(self._new)} on {self.target} fills from {new.arriving}."
                )
            async with connected(self._new) as target:
                async with self._deciding(target) as arriving:
                    if arriving is None:
                        raise CannotRunError("The new database has taken over meanwhile.")
                    await set_mark(target, self._new, ARRIVING, _UNDONE)
                if await self._is_subscribed(target):
                    await _drop_subscription(target, self._subscription)
            name = await server.fetchval(
                "select pg_catalog.quote_ident($1)", database_of(self._new)
            )
            await server.execute(f"drop database if exists {name} with (force)")


async def _drop_subscription(target: Connection, name: str) -> None:
    """Without asking the old server, which may be closed, or gone: its slot is dropped there."""
    await target.execute(f"alter subscription {name} disable")
    await target.execute(f"alter subscription {name} set (slot_name = none)")
    await target.execute(f"drop subscription {name}")


async def _drop_slot(source: Connection, slot: str) -> None:
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
