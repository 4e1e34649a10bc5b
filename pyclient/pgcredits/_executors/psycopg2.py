"""Over a connection of psycopg2."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import psycopg2
from psycopg2.extensions import TRANSACTION_STATUS_IDLE
from psycopg2.extras import RealDictCursor, register_uuid

from pgcredits import Call, CreditsError, Executor, SyncExecutor
from pgcredits._call import Row, statement
from pgcredits._errors import Told, refusal_of

_SAVEPOINT = "pgcredits"


def executor(given: Any, savepoints: bool) -> Executor | None:
    return None


def sync_executor(given: Any, savepoints: bool) -> SyncExecutor | None:
    return _Connection(given, savepoints) if hasattr(given, "cursor") else None


def refusal(error: psycopg2.Error) -> CreditsError | None:
    """The exception for an error of the server that is a refusal."""
    told = error.diag
    return refusal_of(
        Told(error.pgcode, told.message_primary, told.message_detail, told.message_hint)
    )


class _Connection:
    def __init__(self, connection: Any, savepoints: bool) -> None:
        self._connection = connection
        self._savepoints = savepoints

    def call(self, call: Call, /) -> Sequence[Row]:
        arguments = [
            str(value) if isinstance(value, UUID) else value for value in call.arguments.values()
        ]
        with self._connection.cursor(cursor_factory=RealDictCursor) as cursor:
            register_uuid(conn_or_curs=cursor)
            nested = False
            try:
                if self._savepoints:
                    cursor.execute("select")  # begins a transaction where a statement would
                    status = self._connection.info.transaction_status
                    nested = status != TRANSACTION_STATUS_IDLE
                if nested:
                    cursor.execute(f"savepoint {_SAVEPOINT}")
                cursor.execute(statement(call, numbered=False), arguments)
                rows: list[Row] = [dict(row) for row in cursor.fetchall()]
            except psycopg2.Error as error:
                if nested and not self._connection.closed:
                    cursor.execute(f"rollback to savepoint {_SAVEPOINT}")
                    cursor.execute(f"release savepoint {_SAVEPOINT}")
                if refused := refusal(error):
                    raise refused from error
                raise
            if nested:
                cursor.execute(f"release savepoint {_SAVEPOINT}")
            return rows
