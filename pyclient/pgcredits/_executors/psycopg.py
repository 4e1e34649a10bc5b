"""Over a Connection or AsyncConnection of psycopg 3, or a pool of them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus
from psycopg.rows import dict_row

from pgcredits import Call, Executor, SyncExecutor
from pgcredits._call import Row, statement
from pgcredits._errors import refusals, told_by_libpq


def executor(given: Any, savepoints: bool) -> Executor | None:
    if isinstance(given, psycopg.AsyncConnection):
        return _AsyncConnection(given, savepoints)
    return _AsyncPool(given) if _is_a(given, "AsyncConnectionPool") else None


def sync_executor(given: Any, savepoints: bool) -> SyncExecutor | None:
    if isinstance(given, psycopg.Connection):
        return _Connection(given, savepoints)
    return _Pool(given) if _is_a(given, "ConnectionPool") else None


class _Connection:
    def __init__(self, connection: psycopg.Connection[Any], savepoints: bool = False) -> None:
        self._connection = connection
        self._savepoints = savepoints

    def call(self, call: Call, /) -> Sequence[Row]:
        connection = self._connection
        with refusals(psycopg.Error, told_by_libpq):
            if self._savepoints and _is_about_to_begin(connection):
                connection.execute("")
            nested = self._savepoints and _is_in_transaction(connection)
            with (
                connection.pipeline() if _commits_in_pipeline(connection) else nullcontext(),
                connection.transaction() if nested else nullcontext(),
                connection.cursor(row_factory=dict_row) as cursor,
            ):
                return cursor.execute(*_query(call)).fetchall()


class _AsyncConnection:
    def __init__(self, connection: psycopg.AsyncConnection[Any], savepoints: bool = False) -> None:
        self._connection = connection
        self._savepoints = savepoints

    async def call(self, call: Call, /) -> Sequence[Row]:
        connection = self._connection
        with refusals(psycopg.Error, told_by_libpq):
            if self._savepoints and _is_about_to_begin(connection):
                await connection.execute("")
            nested = self._savepoints and _is_in_transaction(connection)
            async with (
                connection.pipeline() if _commits_in_pipeline(connection) else nullcontext(),
                connection.transaction() if nested else nullcontext(),
                connection.cursor(row_factory=dict_row) as cursor,
            ):
                return await (await cursor.execute(*_query(call))).fetchall()


class _Pool:
    def __init__(self, pool: Any) -> None:
        self._pool = pool

    def call(self, call: Call, /) -> Sequence[Row]:
        with self._pool.connection() as connection:
            return _Connection(connection).call(call)


class _AsyncPool:
    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def call(self, call: Call, /) -> Sequence[Row]:
        async with self._pool.connection() as connection:
            return await _AsyncConnection(connection).call(call)


def _query(call: Call) -> tuple[bytes, list[Any]]:
    return statement(call, numbered=False).encode(), [*call.arguments.values()]


def _is_a(given: Any, name: str) -> bool:
    # By its name: who has no pool need not have the package of pools.
    return any(each.__name__ == name for each in type(given).__mro__)


def _is_in_transaction(connection: Any) -> bool:
    return bool(connection.info.transaction_status is not TransactionStatus.IDLE)


def _commits_in_pipeline(connection: Any) -> bool:
    """Whether a call would be one transaction with what follows it in the pipeline. The end of an
    inner pipeline ends it."""
    return bool(connection.autocommit and connection.pgconn.pipeline_status)


def _is_about_to_begin(connection: Any) -> bool:
    """Whether the next statement begins a transaction: a savepoint has to come after it."""
    return not connection.autocommit and not _is_in_transaction(connection)
