"""Where it runs: a migrated template on a server, and a fresh clone of it for each question."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from bench.errors import BenchError
from pgcredits._server.migrate import migrate

ROOT = Path(__file__).resolve().parent.parent
SQL = Path(__file__).resolve().parent / "sql"
# Twelve digits, so that a text and a number make an id (see sql/open_profiles.sql).
FIRST = 100_000_000_000


def sql(name: str) -> bytes:
    """A statement of the folder sql."""
    return (SQL / f"{name}.sql").read_bytes()


class Database:
    """A clone of the template."""

    def __init__(self, name: str, url: str) -> None:
        self.name = name
        self.url = url

    @contextmanager
    def connect(self) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
        """A connection in autocommit, which writes parameters as the server does: $1."""
        with psycopg.connect(
            self.url, autocommit=True, cursor_factory=psycopg.RawCursor
        ) as connection:
            yield connection

    def fetch(self, query: bytes, *arguments: object) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        with self.connect() as connection:
            return connection.execute(query, arguments).fetchall()

    def value(self, query: bytes, *arguments: object) -> Any:
        """The one value of a query."""
        return self.fetch(query, *arguments)[0][0]

    def execute(self, command: bytes, *arguments: object) -> None:
        """Runs a command that has no rows."""
        with self.connect() as connection:
            connection.execute(command, arguments)

    def vacuum(self) -> None:
        """What the server would do by itself at some moment, done before a comparison begins."""
        self.execute(b"vacuum (analyze)")

    def tidy(self) -> None:
        """The same, and a checkpoint: the first change of each page then logs all of it."""
        self.vacuum()
        self.execute(b"checkpoint")


class Site:
    """A server, seen by its URLs.

    ``own``: whether nobody else uses the server, so that its settings may change for a while.
    ``prefix``: what the names of its databases begin with.
    """

    def __init__(
        self, url: Callable[[str], str], *, profiles: int, own: bool, prefix: str = "bench_"
    ) -> None:
        self._url = url
        self._profiles = profiles
        self._own = own
        self._prefix = prefix
        self._server = Database("postgres", url("postgres"))
        self._template = self._named("template")

    @contextmanager
    def prepared(self) -> Iterator[Site]:
        """Keeps a template: migrated, with open profiles."""
        self._make(self._template.name, None)
        try:
            migrate(self._template.url)
            self._template.value(sql("open_profiles"), FIRST, FIRST + self._profiles - 1)
            self._template.tidy()
            yield self
        finally:
            self._drop(self._template.name)

    @contextmanager
    def database(self, name: str) -> Iterator[Database]:
        """A fresh clone of the template, dropped afterwards.

        Raises ``BenchError`` if an update was lost there: a fast way to do that means nothing.
        """
        database = self._named(name)
        self._make(database.name, self._template.name)
        try:
            database.tidy()
            yield database
            if (lost := database.value(sql("lost_updates"))) != 0:
                raise BenchError(f"{lost} profiles are not what their ledger adds up to.")
        finally:
            self._drop(database.name)

    @contextmanager
    def without_flush(self) -> Iterator[None]:
        """Takes the disk out: commits inside of the block are not flushed."""
        self._set_flush(b"off")
        try:
            yield
        finally:
            self._set_flush(b"on")

    def has_extension(self, name: str) -> bool:
        """Whether the server can install an extension."""
        query = b"select exists (select from pg_available_extensions where name = $1)"
        return bool(self._server.value(query, name))

    def show(self, setting: str) -> str:
        """A setting of the server."""
        return str(self._server.value(b"select current_setting($1)", setting))

    def _set_flush(self, value: bytes) -> None:
        if self._own:
            self._server.execute(b"alter system set fsync = " + value)
            self._server.execute(b"select pg_reload_conf()")

    def _named(self, name: str) -> Database:
        return Database(self._prefix + name, self._url(self._prefix + name))

    def _make(self, name: str, template: str | None) -> None:
        self._drop(name)
        of = f" template {template}" if template else ""
        self._server.execute(f"create database {name}{of}".encode())

    def _drop(self, name: str) -> None:
        self._server.execute(f"drop database if exists {name} with (force)".encode())
