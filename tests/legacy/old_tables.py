"""Old tables for the tests, by hand or made up, and what is in a database before and after."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

import asyncpg
import psycopg
from psycopg.rows import tuple_row

from cli.cli_tools import execute, fetch
from pgcredits._legacy.example.tables import generate, load_legacy_profiles
from pgcredits._legacy.example.truth import LegacyPlan, LegacyProfile
from pgcredits._legacy.importer import ACCEPTING

ALL_ACCEPTED = [option for kind in ACCEPTING for option in ("--accept", kind)]
# Every kind of damage that the example knows, and a few profiles without any.
DAMAGED_YEAR = LegacyPlan(profiles=40, jobs_per_profile=8, damaged_share=0.5, truncated_share=0.2)
# What the clock decides, in tables whose other columns it does not.
_CLOCK = {
    "profiles": "{created_at,changed_at}",
    "ledger": "{ts}",
    "legacy_profiles": "{imported_at}",
}


def load(
    url: str, profiles: Iterable[LegacyProfile] = (), *, plan: LegacyPlan | None = None
) -> list[LegacyProfile]:
    """Loads profiles, or those of a plan, into the schema legacy."""
    loaded = list(generate(plan) if plan else profiles)

    async def run() -> None:
        connection = await asyncpg.connect(url)
        try:
            await load_legacy_profiles(connection, loaded)
        finally:
            await connection.close()

    asyncio.run(run())
    return loaded


def make_tables(
    url: str, schema: str = "legacy", *, ids: str = "uuid", meta: str = "jsonb"
) -> None:
    """Empty old tables without any index. ``ids`` and ``meta`` are types."""
    execute(
        url,
        f"""
        create schema if not exists {schema};
        create table {schema}.profiles (id {ids}, credits_remaining bigint, addon_credits bigint);
        create table {schema}.jobs (
          id {ids}, user_id {ids}, status text, meta_json {meta}, created_at timestamptz);
        create table {schema}.ledger (
          id bigint, user_id {ids}, delta bigint, reason text, ts timestamptz);
        """,
    )


def insert(url: str, table: str, *rows: tuple[object, ...]) -> None:
    """Puts rows into a table, in the order of its columns."""
    with psycopg.connect(url) as connection:
        for row in rows:
            marks = ", ".join(["%s"] * len(row))
            connection.execute(f"insert into {table} values ({marks})", row)


def rows_of(url: str, schema: str) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of a schema's tables, with its place and the transaction that wrote it."""
    return {
        table: fetch(url, f"select t.ctid::text, t.xmin::text, t::text from {schema}.{table} t")
        for table in _tables(url, schema)
    }


def books(url: str) -> dict[str, list[str]]:
    """Every row of our own tables, without what the clock decides."""
    return {
        table: [
            row
            for (row,) in fetch(
                url,
                f"select (to_jsonb(t) - '{_CLOCK.get(table, '{}')}'::text[])::text"
                f" from credits.{table} t order by 1",
            )
        ]
        for table in _tables(url, "credits")
    }


def _tables(url: str, schema: str) -> list[str]:
    with psycopg.connect(url, row_factory=tuple_row) as connection:
        found = connection.execute(
            "select tablename from pg_catalog.pg_tables where schemaname = %s order by 1",
            [schema.strip(chr(34))],
        )
        return [name for (name,) in found]


def transactions(url: str, rows: str) -> int:
    """How many transactions wrote rows: the table, and a condition if there is one."""
    ((count,),) = fetch(url, f"select count(distinct xmin::text) from {rows}")
    return int(count)
