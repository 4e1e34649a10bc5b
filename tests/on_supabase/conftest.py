"""A server with the roles of Supabase, which belong to a whole server, and projects on it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import asyncpg
import psycopg
import pytest
from supabase_project import IMPORT, Rest, as_user, example, execute, make_project, mirror

from pgcredits._server.local_server import LocalServer
from pgcredits._server.migrate import migrate


@pytest.fixture(scope="package")
def supabase() -> Iterator[LocalServer]:
    """Its database `old` has the application's tables, `moved` also the schema, the functions and
    the mirror, and its customers are imported."""
    with LocalServer() as server:
        execute(make_project(server, "old"), example("old_tables.sql"))
        with psycopg.connect(server.url(), autocommit=True) as connection:
            connection.execute("create database moved template old owner developer")
        url = as_user(server.url("moved"), "developer")
        migrate(url)
        execute(url, mirror())
        execute(url, example("job_functions.sql"))
        execute(url, IMPORT)
        yield server


def _copy(server: LocalServer, template: str) -> Iterator[str]:
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute(f"create database own template {template} owner developer")
        yield as_user(server.url("own"), "developer")
        connection.execute("drop database own with (force)")


@pytest.fixture
def old_url(supabase: LocalServer) -> Iterator[str]:
    """The application as it was; the developer's URL."""
    yield from _copy(supabase, "old")


@pytest.fixture
def moved_url(supabase: LocalServer) -> Iterator[str]:
    """The application after its customers were imported, with a mirror; the developer's URL."""
    yield from _copy(supabase, "moved")


@pytest.fixture
async def moved_pool(moved_url: str) -> AsyncIterator[asyncpg.Pool]:
    async with asyncpg.create_pool(as_user(moved_url, "authenticator"), min_size=1) as pool:
        yield pool


@pytest.fixture
def service(moved_pool: asyncpg.Pool) -> Rest:
    """Requests of the application's server, once its customers have moved."""
    return Rest(moved_pool)
