"""The databases of the shards: making them, and which shard each of them says it is.

A database knows its number by its setting ``pgcredits.shard``, so that a map that confuses two of
them is noticed before a customer has credits in both.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import asyncpg

from pgcredits import __version__
from pgcredits._call import IS_PROXY
from pgcredits._server.database import Connection, connected
from pgcredits._server.failures import CannotRunError
from pgcredits._shards.map import ShardMap

_Result = TypeVar("_Result")

MARK = "pgcredits.shard"


@dataclass(frozen=True, slots=True)
class Outcome(Generic[_Result]):
    """What came of the work on one shard: a result, or a failure."""

    shard: int
    server: str
    result: _Result | None = None
    failure: Exception | None = None


async def on_each(
    shard_map: ShardMap,
    work: Callable[[int], Awaitable[_Result]],
    *,
    at_once: int,
    tell: Callable[[Outcome[_Result]], None],
) -> list[Outcome[_Result]]:
    """Works on every shard, on at most ``at_once`` at the same time, whatever becomes of others.

    ``tell``: called with each outcome, in the order of the shards.
    """
    room = asyncio.Semaphore(at_once)

    async def one(shard: int) -> Outcome[_Result]:
        server = shard_map.server_of(shard).name
        async with room:
            try:
                return Outcome(shard, server, result=await work(shard))
            except Exception as failure:
                return Outcome(shard, server, failure=failure)

    tasks = [asyncio.create_task(one(shard)) for shard in range(len(shard_map.urls))]
    try:
        outcomes = []
        for task in tasks:
            outcomes.append(await task)
            tell(outcomes[-1])
        return outcomes
    finally:
        for task in tasks:
            task.cancel()


@asynccontextmanager
async def shard_connected(
    shard_map: ShardMap, shard: int, *, seconds: float | None = None
) -> AsyncIterator[Connection]:
    """A connection to a shard. Raises as ``connected`` does, and where another shard is there."""
    async with connected(shard_map.urls[shard], seconds=seconds) as connection:
        await check_mark(connection, shard, len(shard_map.urls))
        yield connection


async def check_mark(connection: Connection, shard: int, count: int) -> None:
    """Makes sure that a database does not say that it is another shard.

    Raises ``CannotRunError``.
    """
    mark = await connection.fetchval("select pg_catalog.current_setting($1, true)", MARK)
    if mark and mark != marked(shard, count):
        raise CannotRunError(
            f"The map says that this is shard {marked(shard, count)}, and the database says that "
            f"it is shard {mark}: correct the map."
        )


async def check_proxy(connection: Connection) -> None:
    """Makes sure that a database is a proxy whose calls get to the shards that they are for.

    Raises ``CannotRunError``.
    """
    if not await connection.fetchval(IS_PROXY):
        raise CannotRunError("This database is no proxy: run pgcredits shards migrate.")
    try:
        await connection.execute("select credits_proxy.check_versions($1)", __version__)
    except asyncpg.PostgresError as error:
        raise CannotRunError(f"Its calls do not get to the shards: {error.args[0]}.") from error


def marked(shard: int, count: int) -> str:
    """What a database says of itself: 7 of 64."""
    return f"{shard} of {count}"


def database_of(url: str) -> str:
    """The name of the database in a URL."""
    return unquote(urlsplit(url).path.strip("/"))


def with_database(url: str, name: str) -> str:
    """The URL of another database on the same server."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{quote(name, safe='')}"))


async def make_databases(
    shard_map: ShardMap, maintenance: str, tell: Callable[[str], None]
) -> tuple[int, int]:
    """Makes what is missing of the databases of the shards and the proxy, and marks the shards.

    Goes on from where it was stopped. ``maintenance``: a database that each server has.
    ``tell``: called with the name of each new one. Returns how many are new, and how many were
    there. Raises ``CannotRunError`` and errors of asyncpg.
    """
    new = there = 0
    for server in shard_map.servers:
        wanted = [(server.url_of(shard), shard) for shard in server.shards]
        made = await _make(wanted, len(shard_map.urls), maintenance, tell)
        new, there = new + made, there + len(wanted) - made
    if shard_map.proxy_url:
        made = await _make([(shard_map.proxy_url, None)], 0, maintenance, tell)
        new, there = new + made, there + 1 - made
    return new, there


async def _make(
    wanted: Iterable[tuple[str, int | None]],
    count: int,
    maintenance: str,
    tell: Callable[[str], None],
) -> int:
    made = 0
    for url, shard in wanted:
        async with connected(with_database(url, maintenance)) as connection:
            name = database_of(url)
            if await make_database(connection, name):
                tell(name)
                made += 1
            if shard is not None:
                await mark_database(connection, name, shard, count)
    return made


async def make_database(connection: Connection, name: str) -> bool:
    """Makes a database, unless it is there; whether it is new."""
    if await database_exists(connection, name):
        return False
    quoted = await connection.fetchval("select pg_catalog.quote_ident($1)", name)
    try:
        await connection.execute(f"create database {quoted}")
    except (asyncpg.DuplicateDatabaseError, asyncpg.UniqueViolationError):
        return False  # somebody else has made it meanwhile
    return True


async def database_exists(connection: Connection, name: str) -> bool:
    """Whether a server has a database."""
    return bool(
        await connection.fetchval(
            "select exists (select from pg_catalog.pg_database d where d.datname = $1)", name
        )
    )


async def mark_database(connection: Connection, name: str, shard: int, count: int) -> None:
    """Lets a database know which shard it is. Raises ``CannotRunError`` where it is another one."""
    found = await connection.fetchval(
        "select pg_catalog.split_part(s.setting, '=', 2)"
        "  from pg_catalog.pg_db_role_setting r"
        "  join pg_catalog.pg_database d on d.oid = r.setdatabase"
        " cross join pg_catalog.unnest(r.setconfig) s (setting)"
        " where d.datname = $1 and r.setrole = 0 and s.setting like $2",
        name,
        f"{MARK}=%",
    )
    wanted = marked(shard, count)
    if found and found != wanted:
        raise CannotRunError(
            f"The database {name} says that it is shard {found}, not shard {wanted}: "
            "the map is wrong, or the database is of another one."
        )
    if not found:
        statement = await connection.fetchval(
            "select pg_catalog.format('alter database %I set " + MARK + " = %L', $1::text,"
            " $2::text)",
            name,
            wanted,
        )
        await connection.execute(statement)
