"""Over a Session or Connection of SQLAlchemy, or an AsyncSession or AsyncConnection.

On asyncpg, psycopg and psycopg2. The call is part of the transaction of the session or connection,
which begins with it if it is the first statement; the caller commits.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any

import asyncpg
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, async_scoped_session
from sqlalchemy.orm import Session, scoped_session

from pgcredits import Call, Executor, SyncExecutor
from pgcredits._call import Row, statement, told_by_asyncpg
from pgcredits._errors import Told, refusals, told_by_libpq


def executor(given: Any, savepoints: bool) -> Executor | None:
    if isinstance(given, AsyncSession | AsyncConnection | async_scoped_session):
        return _Async(given, savepoints)
    return None


def sync_executor(given: Any, savepoints: bool) -> SyncExecutor | None:
    if isinstance(given, Session | Connection | scoped_session):
        return _Sync(given, savepoints)
    return None


class _Async:
    def __init__(self, given: Any, savepoints: bool) -> None:
        self._given = given
        self._savepoints = savepoints

    async def call(self, call: Call, /) -> Sequence[Row]:
        given = self._given
        connection = given if isinstance(given, AsyncConnection) else await given.connection()
        rows: Sequence[Row] = await connection.run_sync(_rows, call, self._savepoints)
        return rows


class _Sync:
    def __init__(self, given: Any, savepoints: bool) -> None:
        self._given = given
        self._savepoints = savepoints

    def call(self, call: Call, /) -> Sequence[Row]:
        given = self._given
        connection = given if isinstance(given, Connection) else given.connection()
        return _rows(connection, call, self._savepoints)


def _rows(connection: Connection, call: Call, savepoints: bool) -> Sequence[Row]:
    query = statement(call, numbered=connection.dialect.paramstyle == "numeric_dollar")
    nested = savepoints and not getattr(connection.connection, "autocommit", False)
    with (
        refusals(DBAPIError, _told),
        connection.begin_nested() if nested else nullcontext(),
    ):
        result = connection.exec_driver_sql(query, tuple(call.arguments.values()))
        return [dict(row) for row in result.mappings()]


def _told(error: DBAPIError) -> Told:
    """SQLAlchemy puts faces of its own on the driver's error: two on asyncpg's."""
    of_driver: Any = error.orig
    if hasattr(of_driver, "diag"):
        return told_by_libpq(of_driver)
    if isinstance(of_driver.__cause__, asyncpg.PostgresError):
        return told_by_asyncpg(of_driver.__cause__)
    return Told(None, None)
