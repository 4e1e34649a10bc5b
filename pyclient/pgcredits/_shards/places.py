"""The two places of a shard that moves, as the catalogs of their servers tell them.

Nothing of a move is kept anywhere else, so that whoever looks sees how far it has come. Settings of
a database are read from another one of its server, so also of one that lets nobody in:
``pgcredits.arriving`` says of the new one from where it fills, ``pgcredits.moved`` of the old one
where its shard went.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from pgcredits._server.database import Connection, connected
from pgcredits._shards.databases import database_of, with_database

ARRIVING = "pgcredits.arriving"
MOVED = "pgcredits.moved"
PUBLICATION = "credits_move"
_GATE = Path(__file__).with_name("gate.sql")
# What yoyo writes down is of one database alone. Whoever makes it, a partition would not be copied.
TABLES = """
select c.oid, c.relname::text as name, c.relname = 'settings' as has_rows,
       exists (select from pg_catalog.pg_index i
                where i.indrelid = c.oid and i.indisprimary) as has_key
  from pg_catalog.pg_class c
 where c.relnamespace = 'credits'::regnamespace
   and c.relkind in ('r', 'p')
   and c.relname !~ 'yoyo'
 order by c.relname"""


@dataclass(frozen=True, slots=True)
class Place:
    """What a server says of the database that a shard has there, or had, or is to have.

    ``arriving``, ``moved``: the servers that the settings name; None where they are not set.
    """

    exists: bool
    oid: int = 0
    encoding: int = 0
    is_open: bool = False
    arriving: str | None = None
    moved: str | None = None


@asynccontextmanager
async def beside(url: str, maintenance: str) -> AsyncIterator[Connection]:
    """A connection to the maintenance database of the server in a URL."""
    async with connected(with_database(url, maintenance)) as connection:
        yield connection


async def read_place(connection: Connection, url: str) -> Place:
    """What a server says of the database of a URL. ``connection``: to any database there."""
    row = await connection.fetchrow(
        "select d.oid::bigint as oid, d.encoding, d.datallowconn as is_open,"
        " (select array_agg(s.setting) from pg_catalog.pg_db_role_setting r"
        "   cross join pg_catalog.unnest(r.setconfig) s (setting)"
        "   where r.setdatabase = d.oid and r.setrole = 0) as settings"
        " from pg_catalog.pg_database d where d.datname = $1",
        database_of(url),
    )
    if row is None:
        return Place(exists=False)
    settings = dict(each.partition("=")[::2] for each in row["settings"] or [])
    return Place(
        exists=True,
        oid=row["oid"],
        encoding=row["encoding"],
        is_open=row["is_open"],
        arriving=settings.get(ARRIVING),
        moved=settings.get(MOVED),
    )


async def set_mark(connection: Connection, url: str, name: str, value: str | None) -> None:
    """Sets one of the two settings of a database, or takes it back. Goes with the transaction."""
    await _format(
        connection,
        f"alter database %I {'reset' if value is None else 'set'} {name}"
        f"{'' if value is None else ' = %L'}",
        database_of(url),
        *([] if value is None else [value]),
    )


async def let_in(connection: Connection, url: str, *, anybody: bool) -> None:
    """Opens a database, or closes it and ends the sessions that it has, but for replication.

    ``connection``: to another database of its server.
    """
    name = database_of(url)
    await _format(connection, f"alter database %I allow_connections {str(anybody).lower()}", name)
    if not anybody:
        await connection.execute(
            "select pg_catalog.pg_terminate_backend(a.pid) from pg_catalog.pg_stat_activity a"
            " where a.datname = $1 and a.pid <> pg_catalog.pg_backend_pid()"
            " and a.backend_type <> 'walsender'",
            name,
        )


async def _format(connection: Connection, template: str, *values: str) -> None:
    marks = ", ".join(f"${number}::text" for number in range(2, len(values) + 2))
    statement = await connection.fetchval(
        f"select pg_catalog.format($1::text, {marks})", template, *values
    )
    await connection.execute(statement)


async def is_leaving(connection: Connection) -> bool:
    """Whether a database is being copied to another server. Its tables must stay as they are."""
    found = await connection.fetchval(
        "select exists (select from pg_catalog.pg_publication p where p.pubname = $1)", PUBLICATION
    )
    return bool(found)


async def close_gate(connection: Connection, *, also_for_copying: bool) -> None:
    """Lets the tables of the schema take no more writes. Goes with the transaction."""
    await connection.execute(_GATE.read_text("utf-8"))
    for table in await connection.fetch(TABLES):
        name = f"credits.{table['name']}"
        await connection.execute(
            f"create or replace trigger refuse_writes before insert or update or delete or truncate"
            f" on {name} for each statement execute function credits_move.refuse_writes()"
        )
        if also_for_copying:
            await connection.execute(f"alter table {name} enable always trigger refuse_writes")


async def open_gate(connection: Connection) -> None:
    """Lets the tables take writes again. Goes with the transaction."""
    await connection.execute("drop schema if exists credits_move cascade")


async def lock_tables(connection: Connection) -> None:
    """Keeps writers from all tables for the rest of the transaction; readers go on."""
    names = ", ".join(f"credits.{table['name']}" for table in await connection.fetch(TABLES))
    await connection.execute(f"lock table {names} in share row exclusive mode")
