"""A migration whose session is killed at its n-th statement, and then run again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from pgcredits._server.migrate import MigrationError, migrate


class _Counter:
    """Counts the statements of a migration, and kills the session before one of them."""

    def __init__(self, fatal: int | None) -> None:
        self.fatal = fatal
        self.count = 0

    def before(self, connection: psycopg.Connection[Any]) -> None:
        self.count += 1
        if self.count == self.fatal:
            own = connection.info.backend_pid
            with psycopg.connect(connection.info.dsn, autocommit=True) as killer:
                killer.execute("select pg_terminate_backend(%s, 5000)", [own])


@contextmanager
def _counting(counter: _Counter) -> Iterator[None]:
    original = psycopg.Cursor.execute

    def execute(self: psycopg.Cursor[Any], *arguments: Any, **named: Any) -> Any:
        # Only those that the migrator itself sends: the killer's go through here too.
        if self.connection.info.get_parameters().get("application_name") == "pgcredits-migrate":
            counter.before(self.connection)
        return original(self, *arguments, **named)

    psycopg.Cursor.execute = execute  # type: ignore[method-assign]
    try:
        yield
    finally:
        psycopg.Cursor.execute = original  # type: ignore[method-assign]


def statements(url: str) -> int:
    """How many statements a migration of this database takes. Migrates it."""
    counter = _Counter(None)
    with _counting(counter):
        migrate(url)
    return counter.count


def kill_and_run_again(url: str, fatal: int) -> bool:
    """Kills a migration at a statement, and runs it again. Answers whether it was killed."""
    with _counting(_Counter(fatal)):
        try:
            migrate(url)
        except (MigrationError, psycopg.Error):
            killed = True
        else:
            killed = False
    migrate(url)
    return killed
