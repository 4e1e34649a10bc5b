"""Over Django's ``connection``, or one of its ``connections``, on psycopg 3 or psycopg2."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any

from django.db import Error, transaction

from pgcredits import Call, CreditsError, Executor, SyncExecutor
from pgcredits._call import Row, statement
from pgcredits._errors import Told, refusal_of


def executor(given: Any, savepoints: bool) -> Executor | None:
    return None


def sync_executor(given: Any, savepoints: bool) -> SyncExecutor | None:
    return _Connection(given, savepoints) if hasattr(given, "in_atomic_block") else None


class _Connection:
    def __init__(self, connection: Any, savepoints: bool) -> None:
        self._connection = connection
        self._savepoints = savepoints

    def call(self, call: Call, /) -> Sequence[Row]:
        connection = self._connection
        nested = self._savepoints and connection.in_atomic_block
        try:
            with (
                transaction.atomic(using=connection.alias) if nested else nullcontext(),
                connection.cursor() as cursor,
            ):
                cursor.execute(statement(call, numbered=False), [*call.arguments.values()])
                names = [column[0] for column in cursor.description]
                return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        except Error as error:
            if refused := _refusal(error.__cause__):
                raise refused from error
            raise


def _refusal(error: Any) -> CreditsError | None:
    about = getattr(error, "diag", None)
    if about is None:
        return None
    return refusal_of(
        Told(about.sqlstate, about.message_primary, about.message_detail, about.message_hint)
    )
