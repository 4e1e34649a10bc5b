"""Transactions of callers, over every driver that has them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import psycopg
import psycopg2
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

import pgcredits.sync
from client.executors import Waiting, async_engine, django_connection, one_thread, sync_engine
from pgcredits import Credits


async def _in_place(function: Callable[..., Any], *given: Any) -> Any:
    result = function(*given)
    return await result if hasattr(result, "__await__") else result


class Caller:
    """Somebody with a connection and statements of their own. A transaction is open.

    ``run``: how the methods of the driver are called.
    """

    nested: Callable[[], Any]  # a block in a savepoint, of the driver's own

    def __init__(self, given: Any, run: Callable[..., Any] = _in_place) -> None:
        self.given = given
        self.run = run

    def client(self, *, savepoints: bool = False) -> Any:
        if self.run is _in_place:
            return Credits(self.given, savepoints=savepoints)
        return Waiting(pgcredits.sync.Credits(self.given, savepoints=savepoints), self.run)

    async def execute(self, query: str) -> None:
        await self.run(self.given.execute, query)

    async def commit(self) -> None:
        await self.run(self.given.commit)

    async def rollback(self) -> None:
        await self.run(self.given.rollback)

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        block = self.nested()
        if hasattr(block, "__aenter__"):
            async with block:
                yield
            return
        await self.run(block.__enter__)
        try:
            yield
        except BaseException as error:
            await self.run(block.__exit__, type(error), error, error.__traceback__)
            raise
        await self.run(block.__exit__, None, None, None)


class OfAsyncpg(Caller):
    def nested(self) -> Any:
        return self.given.transaction()

    async def commit(self) -> None:
        await self.transaction.commit()

    async def rollback(self) -> None:
        await self.transaction.rollback()


class OfPsycopg(Caller):
    def nested(self) -> Any:
        return self.given.transaction()


class OfSqlalchemy(Caller):
    def nested(self) -> Any:
        return self.given.begin_nested()

    async def execute(self, query: str) -> None:
        await self.run(self.given.execute, text(query))


class OfPsycopg2(Caller):
    ends_by_hand = False

    async def commit(self) -> None:
        await (self.execute("commit") if self.ends_by_hand else super().commit())

    async def rollback(self) -> None:
        await (self.execute("rollback") if self.ends_by_hand else super().rollback())

    async def execute(self, query: str) -> None:
        await self.run(lambda: self.given.cursor().execute(query))

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        await self.execute("savepoint own")
        try:
            yield
        except BaseException:
            await self.execute("rollback to savepoint own")
            raise


class OfDjango(Caller):
    def nested(self) -> Any:
        from django.db import transaction

        return transaction.atomic()

    async def execute(self, query: str) -> None:
        await self.run(lambda: self.given.cursor().execute(query))

    async def commit(self) -> None:
        await self.run(self.atomic.__exit__, None, None, None)

    async def rollback(self) -> None:
        error = RuntimeError("the view failed")
        await self.run(self.atomic.__exit__, type(error), error, None)


class OfDjangoWithoutAutocommit(OfPsycopg2):
    """Its transactions are begun and ended by hand, and so are its savepoints."""


@asynccontextmanager
async def of_asyncpg(url: str) -> AsyncIterator[Caller]:
    connection = await asyncpg.connect(url)
    caller = OfAsyncpg(connection)
    caller.transaction = connection.transaction()
    await caller.transaction.start()
    yield caller
    await connection.close()


@asynccontextmanager
async def of_psycopg_async(url: str) -> AsyncIterator[Caller]:
    async with await psycopg.AsyncConnection.connect(url) as connection:
        yield OfPsycopg(connection)


def of_connection(kind: type[Caller], connect: Callable[..., Any]) -> Callable[[str], Any]:
    @asynccontextmanager
    async def opened(url: str) -> AsyncIterator[Caller]:
        async with one_thread() as run:
            connection = await run(connect, url)
            yield kind(connection, run)
            await run(connection.close)

    return opened


of_psycopg = of_connection(OfPsycopg, psycopg.connect)
of_psycopg2 = of_connection(OfPsycopg2, psycopg2.connect)


@asynccontextmanager
async def of_psycopg2_begun_by_hand(url: str) -> AsyncIterator[Caller]:
    async with of_psycopg2(url) as caller:
        caller.given.autocommit = True
        await caller.execute("begin")
        caller.ends_by_hand = True
        yield caller


def of_async_sqlalchemy(driver: str, *, session: bool) -> Callable[[str], Any]:
    @asynccontextmanager
    async def opened(url: str) -> AsyncIterator[Caller]:
        engine = async_engine(driver, url)
        async with AsyncSession(engine) if session else engine.connect() as given:
            yield OfSqlalchemy(given)
        await engine.dispose()

    return opened


def of_sqlalchemy(driver: str, *, session: bool) -> Callable[[str], Any]:
    @asynccontextmanager
    async def opened(url: str) -> AsyncIterator[Caller]:
        async with one_thread() as run:
            engine = sync_engine(driver, url)
            given = await run(Session if session else engine.connect, *[engine] * session)
            yield OfSqlalchemy(given, run)
            await run(given.close)
            await run(engine.dispose)

    return opened


@asynccontextmanager
async def of_django(url: str) -> AsyncIterator[Caller]:
    async with one_thread() as run:
        opened = django_connection(url)
        caller = OfDjango(await run(opened.__enter__), run)
        caller.atomic = caller.nested()
        await run(caller.atomic.__enter__)
        yield caller
        await run(opened.__exit__, None, None, None)


@asynccontextmanager
async def of_django_without_autocommit(url: str) -> AsyncIterator[Caller]:
    async with one_thread() as run:
        opened = django_connection(url)
        connection = await run(opened.__enter__)
        await run(connection.set_autocommit, False)
        yield OfDjangoWithoutAutocommit(connection, run)
        await run(connection.rollback)
        await run(connection.set_autocommit, True)
        await run(opened.__exit__, None, None, None)


CALLERS: dict[str, Callable[[str], Any]] = {
    "asyncpg": of_asyncpg,
    "psycopg async": of_psycopg_async,
    "SQLAlchemy AsyncSession on asyncpg": of_async_sqlalchemy("asyncpg", session=True),
    "SQLAlchemy AsyncConnection on asyncpg": of_async_sqlalchemy("asyncpg", session=False),
    "SQLAlchemy AsyncSession on psycopg": of_async_sqlalchemy("psycopg", session=True),
    "psycopg": of_psycopg,
    "psycopg2": of_psycopg2,
    "psycopg2 begun by hand": of_psycopg2_begun_by_hand,
    "SQLAlchemy Session on psycopg": of_sqlalchemy("psycopg", session=True),
    "SQLAlchemy Session on psycopg2": of_sqlalchemy("psycopg2", session=True),
    "SQLAlchemy Connection on psycopg": of_sqlalchemy("psycopg", session=False),
    "Django": of_django,
    "Django without autocommit": of_django_without_autocommit,
}
