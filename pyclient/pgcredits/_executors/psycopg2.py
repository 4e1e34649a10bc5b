"""Over a connection of psycopg2."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg2
from psycopg2.extensions import TRANSACTION_STATUS_IDLE
from psycopg2.extras import RealDictCursor, register_uuid

from pgcredits import Call, Executor, SyncExecutor
from pgcredits._call import Row, statement
from pgcredits._errors import refusals, told_by_libpq

_SAVEPOINT = "pgcredits"


def executor(given: Any, savepoints: bool) -> Executor | None:
    return None


def sync_executor(given: Any, savepoints: bool) -> SyncExecutor | None:
    return _Connection(given, savepoints) if hasattr(given, "cursor") else None


class _Connection:
    def __init__(self, connection: Any, savepoints: bool) -> None:
        self._connection = connection
        self._savepoints = savepoints

    def call(self, call: Call, /) -> Sequence[Row]:
        arguments = [
            str(value) if isinstance(value, UUID) else value for value in call.arguments.values()
        ]
        with (
            refusals(psycopg2.Error, told_by_libpq),
            self._connection.cursor(cursor_factory=RealDictCursor) as cursor,
        ):
            register_uuid(conn_or_curs=cursor)
            with self._savepoint(cursor):
                cursor.execute(statement(call, numbered=False), arguments)
                return [dict(row) for row in cursor.fetchall()]

    @contextmanager
    def _savepoint(self, cursor: Any) -> Iterator[None]:
        if not self._savepoints:
            yield
            return
        cursor.execute("select")  # begins a transaction where a statement would
        if self._connection.info.transaction_status == TRANSACTION_STATUS_IDLE:
            yield
            return
        cursor.execute(f"savepoint {_SAVEPOINT}")
        try:
            yield
        except psycopg2.Error:
            if not self._connection.closed:
                cursor.execute(f"rollback to savepoint {_SAVEPOINT}")
                cursor.execute(f"release savepoint {_SAVEPOINT}")
            raise
        cursor.execute(f"release savepoint {_SAVEPOINT}")
