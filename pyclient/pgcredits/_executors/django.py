"""Over Django's ``connection``, or one of its ``connections``, on psycopg 3 or psycopg2."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import Error, transaction
from django.utils import timezone

from pgcredits import Call, Executor, SyncExecutor
from pgcredits._call import Row, statement
from pgcredits._errors import Told, refusals, told_by_libpq


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
        with refusals(Error, _told), self._savepoint(), connection.cursor() as cursor:
            cursor.execute(statement(call, numbered=False), [*call.arguments.values()])
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, map(_aware, row), strict=True)) for row in cursor.fetchall()]

    @contextmanager
    def _savepoint(self) -> Iterator[None]:
        """Not by ``atomic``, which rolls everything back where autocommit was turned off."""
        if not self._savepoints or self._connection.get_autocommit():
            yield
            return
        alias = self._connection.alias
        savepoint = transaction.savepoint(using=alias)
        try:
            yield
        except BaseException:
            transaction.savepoint_rollback(savepoint, using=alias)
            raise
        transaction.savepoint_commit(savepoint, using=alias)


def _aware(value: Any) -> Any:
    """With USE_TZ = False Django gives moments in the zone of its settings, and does not say so."""
    if isinstance(value, datetime) and value.tzinfo is None:
        return timezone.make_aware(value)
    return value


def _told(error: Any) -> Told:
    """Django puts a face of its own on the driver's error."""
    of_driver = error.__cause__
    return told_by_libpq(of_driver) if hasattr(of_driver, "diag") else Told(None, None)
