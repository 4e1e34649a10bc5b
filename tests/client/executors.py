"""Clients over every driver that the tests can have, all with the face of the asynchronous one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from typing import Any

import asyncpg
import psycopg
import psycopg2
from sqlalchemy import create_engine
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import Session

import pgcredits.sync
from client.rest import rest_server
from pgcredits import Credits
from support import django_database

AUTOCOMMIT = {"isolation_level": "AUTOCOMMIT"}


class Waiting:
    """The methods of a client that waits, each of which is awaited: they run in a thread."""

    def __init__(self, client: pgcredits.sync.Credits, run: Callable[..., Any]) -> None:
        self._client = client
        self._run = run

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._client, name)
        return lambda *given, **named: self._run(method, *given, **named)


@asynccontextmanager
async def one_thread() -> AsyncIterator[Callable[..., Any]]:
    """``await run(function, ...)``: always in the same thread, which has no event loop."""
    with ThreadPoolExecutor(1) as thread:

        def run(function: Callable[..., Any], *given: Any, **named: Any) -> Any:
            loop = asyncio.get_running_loop()
            return loop.run_in_executor(thread, lambda: function(*given, **named))

        yield run


# Asynchronous ones


@asynccontextmanager
async def asyncpg_pool(url: str) -> AsyncIterator[Any]:
    async with asyncpg.create_pool(url, min_size=1) as pool:
        yield pool


@asynccontextmanager
async def asyncpg_connection(url: str) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(url)
    yield connection
    await connection.close()


@asynccontextmanager
async def psycopg_async(url: str) -> AsyncIterator[Any]:
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        yield connection


@asynccontextmanager
async def psycopg_async_pool(url: str) -> AsyncIterator[Any]:
    import psycopg_pool

    async with psycopg_pool.AsyncConnectionPool(url, min_size=1, open=False) as pool:
        yield pool


def async_engine(driver: str, url: str, **options: Any) -> Any:
    connect = {"asyncpg": asyncpg.connect, "psycopg": psycopg.AsyncConnection.connect}[driver]
    return create_async_engine(
        f"postgresql+{driver}://", async_creator=lambda *_, **__: connect(url), **options
    )


@asynccontextmanager
async def sqlalchemy_asyncpg(url: str) -> AsyncIterator[Any]:
    engine = async_engine("asyncpg", url, **AUTOCOMMIT)
    async with engine.connect() as connection:
        yield connection
    await engine.dispose()


@asynccontextmanager
async def sqlalchemy_psycopg_async(url: str) -> AsyncIterator[Any]:
    engine = async_engine("psycopg", url, **AUTOCOMMIT)
    async with AsyncSession(engine) as session:
        yield session
    await engine.dispose()


@asynccontextmanager
async def supabase_async(url: str) -> AsyncIterator[Any]:
    from postgrest import AsyncPostgrestClient

    with rest_server(url) as address:
        async with AsyncPostgrestClient(address) as client:
            yield client


# Synchronous ones


@contextmanager
def psycopg_sync(url: str) -> Any:
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


@contextmanager
def psycopg_pool_sync(url: str) -> Any:
    import psycopg_pool

    with psycopg_pool.ConnectionPool(url, min_size=1, open=True) as pool:
        yield pool


@contextmanager
def psycopg2_connection(url: str) -> Any:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    yield connection
    connection.close()


def sync_engine(driver: str, url: str, **options: Any) -> Any:
    connect: Any = {"psycopg": psycopg.connect, "psycopg2": psycopg2.connect}[driver]
    return create_engine(f"postgresql+{driver}://", creator=lambda: connect(url), **options)


@contextmanager
def sqlalchemy_psycopg(url: str) -> Any:
    engine = sync_engine("psycopg", url, **AUTOCOMMIT)
    with Session(engine) as session:
        yield session
    engine.dispose()


@contextmanager
def sqlalchemy_psycopg2(url: str) -> Any:
    engine = sync_engine("psycopg2", url, **AUTOCOMMIT)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@contextmanager
def django_connection(url: str) -> Any:
    import django
    from django.conf import settings
    from django.db import connections

    database = django_database(url)
    if not settings.configured:
        settings.configure(DATABASES={"default": database}, INSTALLED_APPS=["pgcredits.django"])
        django.setup()
    connection = connections["default"]
    connection.settings_dict.update(database)
    yield connection
    connection.close()


@contextmanager
def supabase_sync(url: str) -> Any:
    from postgrest import SyncPostgrestClient

    with rest_server(url) as address, SyncPostgrestClient(address) as client:
        yield client


ASYNC = {
    "asyncpg pool": asyncpg_pool,
    "asyncpg connection": asyncpg_connection,
    "psycopg async": psycopg_async,
    "psycopg async pool": psycopg_async_pool,
    "SQLAlchemy on asyncpg": sqlalchemy_asyncpg,
    "SQLAlchemy session on psycopg async": sqlalchemy_psycopg_async,
    "Supabase async": supabase_async,
}
SYNC = {
    "psycopg": psycopg_sync,
    "psycopg pool": psycopg_pool_sync,
    "psycopg2": psycopg2_connection,
    "SQLAlchemy session on psycopg": sqlalchemy_psycopg,
    "SQLAlchemy on psycopg2": sqlalchemy_psycopg2,
    "Django": django_connection,
    "Supabase": supabase_sync,
}


@asynccontextmanager
async def client_over(name: str, url: str, *, savepoints: bool = False) -> AsyncIterator[Any]:
    """A client over a driver. What it does is committed at once."""
    if name in ASYNC:
        async with ASYNC[name](url) as given:
            yield Credits(given, savepoints=savepoints)
        return
    async with AsyncExitStack() as stack:
        run = await stack.enter_async_context(one_thread())
        opened = SYNC[name](url)
        given = await run(opened.__enter__)
        try:
            yield Waiting(pgcredits.sync.Credits(given, savepoints=savepoints), run)
        finally:
            await run(opened.__exit__, None, None, None)
