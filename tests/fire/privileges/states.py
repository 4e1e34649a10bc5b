"""A server of its own, and databases in the states that the matrix must hold in.

Roles belong to a whole server, so none of this can be done on the server that other tests share.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from pgcredits._server.local_server import LocalServer
from pgcredits._server.migrate import migrate
from pgcredits._server.schema import migration_files
from support import pg_dump, program

WEB_ROLES = ("anon", "authenticated", "service_role")
# As Supabase makes them.
ROLES = """
create role anon nologin noinherit;
create role authenticated nologin noinherit;
create role service_role nologin inherit bypassrls;
create role probe nologin;
create role stranger nologin;
create role hostile login;
"""
# What somebody, some day, may have granted. The next migration takes all of it away.
OPENED = """
grant execute on all functions in schema credits to public, anon, authenticated, service_role;
grant insert, update, delete, truncate, references, trigger
  on all tables in schema credits to public, authenticated;
grant all on all tables in schema credits to anon, service_role;
drop function credits.get_balance(uuid);
create function credits._left_behind(amount bigint) returns bigint
  language sql security definer as 'select amount';
create function credits.get_balance(profile_id uuid, of text) returns bigint
  language sql security definer as 'select 1::bigint';
drop view credits.balances;
alter table credits.ledger disable trigger user;
"""


@contextmanager
def a_server() -> Iterator[LocalServer]:
    with LocalServer() as server:
        with psycopg.connect(server.url(), autocommit=True) as connection:
            connection.execute(ROLES)
        yield server


def _database(server: LocalServer, name: str) -> str:
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute(f"create database {name}")
        connection.execute(f"grant create on database {name} to hostile")
    return server.url(name)


def fresh(server: LocalServer) -> str:
    url = _database(server, "fresh")
    migrate(url)
    return url


def again(server: LocalServer) -> str:
    """Opened wide, functions dropped and left over, and migrated again."""
    url = _database(server, "again")
    migrate(url)
    with psycopg.connect(url) as connection:
        connection.execute(OPENED)
    migrate(url)
    return url


def older(server: LocalServer) -> str:
    """A database of an earlier version, open to everybody as PostgreSQL leaves new functions."""
    url = _database(server, "older")
    with psycopg.connect(url) as connection:
        for file in migration_files()[:3]:
            connection.execute(file.read_bytes())
        connection.execute(
            "create function credits.reserve_credits(profile_id uuid, job_id uuid, cost bigint) "
            "returns bigint language sql security definer as 'select 1::bigint'; "
            "grant all on all tables in schema credits to anon, service_role"
        )
    migrate(url)
    return url


def restored(server: LocalServer) -> str:
    """Dumped and restored into a new database."""
    url = _database(server, "restored")
    dump = subprocess.run(
        [pg_dump(server.url("fresh"), restores=True), server.url("fresh")],
        check=True,
        capture_output=True,
    )
    subprocess.run(
        [program("psql"), "-Xq1", "-v", "ON_ERROR_STOP=1", url],
        check=True,
        input=dump.stdout,
        stdout=subprocess.DEVNULL,
    )
    return url


def people(server: LocalServer) -> str:
    """People may read their own rows, and a migration leaves it so."""
    url = _database(server, "people")
    migrate(url)
    with psycopg.connect(url) as connection:
        connection.execute(_documented_grants())
    migrate(url)
    return url


def supabase(server: LocalServer) -> str:
    """Everything new is granted to the web roles, and service_role inherits nothing."""
    url = _database(server, "supabase")
    roles = ", ".join(WEB_ROLES)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("alter role service_role noinherit")
        for what in ("schemas", "tables", "sequences", "functions", "types"):
            connection.execute(f"alter default privileges grant all on {what} to {roles}")
    migrate(url)
    return url


STATES: dict[str, Callable[[LocalServer], str]] = {
    "fresh": fresh,
    "again": again,
    "older": older,
    "restored": restored,
    "people": people,
    "supabase": supabase,  # the last: it changes a role
}


def _documented_grants() -> bytes:
    text = (Path(__file__).parents[3] / "docs" / "operations.md").read_bytes()
    section = text.split(b"**Let people see their own rows.**")[1]
    return section.split(b"```sql\n")[1].split(b"```")[0]
