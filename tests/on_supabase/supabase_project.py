"""A database as Supabase makes it, and requests to it as PostgREST makes them."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import psycopg

from client.rest import json_server, refused
from pgcredits._legacy.mirror import mirror_sql
from pgcredits._legacy.names import names_of
from pgcredits._server.local_server import LocalServer

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "docs" / "examples" / "supabase"
PAGE = ROOT / "docs" / "supabase.md"
ADA = "11111111-1111-4111-8111-111111111111"
BEN = "22222222-2222-4222-8222-222222222222"
CLEO = "33333333-3333-4333-8333-333333333333"
# What `pgcredits import` does, in one statement.
IMPORT = """
select credits.import_profile(p.id, p.credits_remaining, p.addon_credits,
  array(select row(j.id, j.status, j.meta_json, j.created_at)::credits.legacy_job
          from public.jobs j where j.user_id = p.id order by j.created_at, j.id),
  array(select row(l.id, l.ts, null, null, l.delta, l.reason)::credits.legacy_entry
          from public.ledger l where l.user_id = p.id order by l.ts, l.id))
  from public.profiles p
"""
# `developer` stands for the role `postgres` there, which is no superuser either.
ROLES = """
create role developer login createrole createdb replication bypassrls;
create role anon nologin noinherit;
create role authenticated nologin noinherit;
create role service_role nologin noinherit bypassrls;
create role authenticator login noinherit;
grant anon, authenticated, service_role to authenticator;
grant anon, authenticated, service_role to developer;
"""
DEFAULTS = """
grant usage on schema public to anon, authenticated, service_role;
alter default privileges for role developer in schema public
  grant all on tables to anon, authenticated, service_role;
alter default privileges for role developer in schema public
  grant all on functions to anon, authenticated, service_role;
alter default privileges for role developer in schema public
  grant all on sequences to anon, authenticated, service_role;
"""


def make_project(server: LocalServer, name: str) -> str:
    """A new database; the developer's URL of it."""
    with psycopg.connect(server.url(), autocommit=True) as connection:
        if connection.execute("select to_regrole('developer')").fetchone() == (None,):
            connection.execute(ROLES)
        connection.execute(f"create database {name} owner developer")
    with psycopg.connect(server.url(name)) as connection:
        connection.execute(DEFAULTS)
    return as_user(server.url(name), "developer")


def as_user(url: str, user: str) -> str:
    """The URL of the same database for another user."""
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{user}@{rest.partition('@')[2]}"


def mirror(*columns: str, schema: str = "public", table: str = "profiles") -> str:
    """What `pgcredits mirror` prints."""
    return mirror_sql(names_of(schema, [f"profiles={table}"], columns, (), ledger=True))


def execute(url: str, sql: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql)


def example(name: str) -> str:
    return (EXAMPLES / name).read_text("utf-8")


def code(language: str, number: int) -> str:
    """One of the page's blocks of a language."""
    found = re.findall(rf"^```{language}\n(.*?)^```", PAGE.read_text("utf-8"), re.M | re.DOTALL)
    return str(found[number])


class Rest:
    """PostgREST over a pool of its authenticator: a request is a transaction in a web role."""

    def __init__(self, pool: asyncpg.Pool, role: str = "service_role", subject: str = "") -> None:
        self._pool = pool
        self._role = role
        self._claims = json.dumps({"role": role, **({"sub": subject} if subject else {})})

    @asynccontextmanager
    async def request(self) -> AsyncIterator[asyncpg.Connection]:
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(
                "select set_config('search_path', 'public', true), set_config('role', $1, true),"
                " set_config('request.jwt.claims', $2, true)",
                self._role,
                self._claims,
            )
            yield connection

    async def table(self, statement: str, *values: Any) -> list[asyncpg.Record]:
        """What a request to a table becomes."""
        async with self.request() as connection:
            return await connection.fetch(statement, *values)

    async def rpc(self, name: str, arguments: Mapping[str, Any], *, schema: str = "public") -> Any:
        """What a call of a function becomes: the arguments are one JSON document."""
        async with self.request() as connection:
            types = await connection.fetchrow(
                "select p.proargnames, p.proargtypes::regtype[]::text[] as types from pg_proc p"
                " where p.pronamespace = $1::text::regnamespace and p.proname = $2",
                schema,
                name,
            )
            known = dict(zip(types["proargnames"], types["types"], strict=False))
            record = ", ".join(f'"{key}" {known[key]}' for key in arguments)
            given = ", ".join(f'"{key}" := pgrst_body."{key}"' for key in arguments)
            body = await connection.fetchval(
                "with pgrst_source as (select pgrst_call.* from"
                " (select $1::json as json_data) pgrst_payload,"
                " lateral (select * from json_to_record(pgrst_payload.json_data)"
                f" as _({record}) limit 1) pgrst_body,"
                f' lateral "{schema}"."{name}"({given}) pgrst_call)'
                " select coalesce(json_agg(_postgrest_t)->0, 'null')::text"
                " from (select * from pgrst_source) _postgrest_t",
                json.dumps(arguments, default=str),
            )
            return json.loads(body)


@asynccontextmanager
async def serve(rest: Rest) -> AsyncIterator[str]:
    """The address where functions are called over HTTP, for the time of the block."""
    loop = asyncio.get_running_loop()

    def answer(function: str, body: str) -> tuple[int, Any]:
        call = rest.rpc(function, json.loads(body))
        try:
            return 200, asyncio.run_coroutine_threadsafe(call, loop).result()
        except asyncpg.PostgresError as error:
            about = {"message": error.args[0], "details": error.detail, "hint": error.hint}
            return refused(error.sqlstate, **about)

    with json_server(answer) as address:
        yield address
