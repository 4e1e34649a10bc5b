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
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from pgcredits._server.database import Connection, connected, migrate_database
from pgcredits._server.failures import CannotRunError, UnreachableError
from pgcredits._shards.copying import Copying, drop_slot, slot_of
from pgcredits._shards.databases import check_mark, database_of, make_database, mark_database
from pgcredits._shards.map import ShardMap, change, with_moved
from pgcredits._shards.places import (
    ARRIVING,
    MOVED,
    PUBLICATION,
    Place,
    beside,
    let_in,
    open_gate,
    read_place,
    set_mark,
)
from pgcredits._shards.requirements import (
    check_logins,
    check_source,
    check_two_servers,
    check_version,
)
from pgcredits._shards.switching import Switch

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
    def _copying(self) -> Copying:
        return Copying(self.shard, self.tell)

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
        await self._tell_proxy()  # or it is refused, as with a map that is not the newest
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
                    await check_version(source)
                    silent_since = await self._hand_over(source, server, new, slot_of(old.oid))
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

    async def _hand_over(
        self, source: Connection, server: Connection, new: Place, slot: str
    ) -> float:
        """Lets the new database fill, until the old one takes no more; since when nobody writes."""
        await check_source(source, leave_tables=self.leave_tables)
        await self._make(source, new)
        await self._copying.publish(source)
        async with connected(self._new) as target:
            await check_version(target)
            await check_logins(source, target)
            await self._make_door(source, target)
            await self._copying.begin(target, source, slot, self._reach())
            return await Switch(source, server, slot, self.silence, self.tell).run(
                ready=lambda: self._copying.follow(target, source, slot),
                decide=lambda: set_mark(source, self._old, MOVED, self.target),
            )

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
            if await self._copying.is_running(target):
                return  # whose logic may be created again, and whose tables may not
        await asyncio.to_thread(migrate_database, self._new)

    async def _make_door(self, source: Connection, target: Connection) -> None:
        """A shard behind a proxy has a door for its calls."""
        from pgcredits._shards.behind_proxy import door_user, make_door

        if user := await door_user(source):
            await make_door(target, self.shard, self._count, user)

    def _reach(self) -> str:
        """How the new server reaches the old one: with the password of this command, if any."""
        url = self.reach or self._old
        if password := os.environ.get("PGPASSWORD"):
            url += f"{'&' if '?' in url else '?'}password={quote(password, safe='')}"
        return url

    # --- after the point of no return -------------------------------------------------------------

    async def _take_over(self) -> None:
        """The old database is closed, the new one opened, and then the map changed."""
        async with beside(self._old, self.maintenance) as server:
            await let_in(server, self._old, anybody=False)
        async with connected(self._new) as target, self._deciding(target) as arriving:
            if arriving == _UNDONE:
                raise CannotRunError("Another command is undoing this move.")
            if arriving is not None:
                await self._copying.pause(target)
                await open_gate(target)
                await set_mark(target, self._new, ARRIVING, None)
        change(self.map_file, lambda text: with_moved(text, self.shard, self.target))
        self._map = ShardMap.read(self.map_file)
        await self._tell_proxy()

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

    async def _tell_proxy(self) -> None:
        from pgcredits._shards.behind_proxy import tell_proxy

        if self._map.proxy_url is not None:
            await asyncio.to_thread(tell_proxy, self._map.proxy_url, self._map, moving=[self.shard])

    async def _finish_where_it_is(self) -> Moved | None:
        """What is left of a move whose map was changed already."""
        for server in self._map.servers:
            if server.name == self.target:
                continue
            self._source = server.name
            async with beside(self._old, self.maintenance) as connection:
                old = await read_place(connection, self._old)
            if old.moved == self.target:
                await self._tell_proxy()
                await self._clear_away(server.name)
                name = database_of(self._old)
                return Moved(self.shard, server.name, self.target, name, None)
        return None

    async def _clear_away(self, source: str) -> None:
        """The copying ends; the old server keeps no more of its log for it."""
        async with connected(self._new) as target:
            await self._copying.end(target)
        async with beside(self._url(source), self.maintenance) as server:
            place = await read_place(server, self._url(source))
            await drop_slot(server, slot_of(place.oid))

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
                await drop_slot(source, slot_of(old.oid))
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
                await self._copying.end(target)
            name = await server.fetchval(
                "select pg_catalog.quote_ident($1)", database_of(self._new)
            )
            await server.execute(f"drop database if exists {name} with (force)")
