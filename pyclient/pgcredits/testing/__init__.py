"""For tests of programs that use pgcredits: a pytest plugin. Extra ``pgcredits[testing]``.

``pytest_plugins = ["pgcredits.testing"]`` in the uppermost conftest.py, and a test that takes
``credits_url`` has a migrated database of its own. ``PGCREDITS_TEST_URL`` is the superuser's URL
of a server to use; without it there is a private one, of the extra ``pgcredits[local]`` or of the
programs in ``PGCREDITS_PGBIN``. (PYTEST_DONT_REWRITE: a conftest.py may import from here, too.)
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from urllib.parse import quote
from uuid import UUID

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from pytest_postgresql.janitor import DatabaseJanitor

from pgcredits._server.local_server import LocalServer
from pgcredits._server.migrate import migrate

#: The one clock of the schema, put into a table that a test writes.
MOVABLE_CLOCK = """
create schema if not exists credits_clock;
grant usage on schema credits_clock to public;
create table if not exists credits_clock.moment (now timestamptz not null);
grant select on credits_clock.moment to public;
truncate credits_clock.moment;
insert into credits_clock.moment values (clock_timestamp());
create or replace function credits._now() returns timestamptz language sql volatile
as $$ select m.now from credits_clock.moment m $$;
"""


class Clock:
    """The clock of one database, which stands still until it is moved.

    Deadlines, windows and events go by it. ``now()`` in your own SQL goes on.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._run(MOVABLE_CLOCK)

    def now(self) -> datetime:
        """What the clock shows."""
        with psycopg.connect(self._url) as connection:
            rows = connection.execute("select now from credits_clock.moment").fetchall()
        now: datetime = rows[0][0]
        return now

    def set(self, moment: datetime) -> None:
        """Shows this moment from now on."""
        self._run("update credits_clock.moment set now = %s", moment)

    def move(self, by: timedelta) -> None:
        """Shows a later moment, or with a negative time an earlier one."""
        self._run("update credits_clock.moment set now = now + %s", by)

    def _run(self, sql: str, *arguments: object) -> None:
        with psycopg.connect(self._url) as connection:
            connection.execute(sql, arguments or None)


def assert_books_sound(url: str, profile_id: UUID | str | None = None) -> None:
    """Fails with each finding of ``check_integrity``, of one profile or of all."""
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "select f.rule, f.severity, f.profile_id, f.job_id, f.expected, f.found"
            " from credits.check_integrity(%s::uuid) f",
            [profile_id],
        ).fetchall()
    findings = [
        f"{rule} ({severity}): profile {profile}{f', job {job}' if job else ''}: "
        f"expected {expected}, found {found}"
        for rule, severity, profile, job, expected, found in rows
    ]
    if findings:
        pytest.fail("\n".join(["The books are not sound:", *findings]), pytrace=False)


@pytest.fixture(scope="session")
def credits_server() -> Iterator[str]:
    """The superuser's URL of the server: that of PGCREDITS_TEST_URL, or a private one."""
    if given := os.environ.get("PGCREDITS_TEST_URL"):
        yield given
        return
    with LocalServer() as server:
        yield server.url()


@pytest.fixture(scope="session")
def credits_setup() -> Callable[[str], None]:
    """What each database needs besides the schema, by its URL: your tables. Override it."""
    return lambda _: None


@pytest.fixture(scope="session")
def credits_template(credits_server: str, credits_setup: Callable[[str], None]) -> Iterator[str]:
    """The server with a migrated database on it, which those of the tests are copies of."""
    with template(credits_server) as url:
        migrate(url)
        credits_setup(url)
        yield credits_server


@pytest.fixture
def credits_url(credits_template: str) -> Iterator[str]:
    """The URL of a migrated database of the test's own, which goes with the test."""
    with clone(credits_template, "own") as url:
        yield url


@pytest.fixture
def credits_clock(credits_url: str) -> Clock:
    """The clock of that database, standing still: ``credits_clock.move(timedelta(days=15))``."""
    return Clock(credits_url)


def database_url(server: str, database: str) -> str:
    """The URL of a database on the server of a URL, such that asyncpg, psycopg, yoyo and psql
    understand it alike."""
    given = _given(server)
    user, password = quote(given.pop("user", "postgres")), given.pop("password", None)
    login = user if password is None else f"{user}:{quote(password, safe='')}"
    given = {"host": "127.0.0.1", "port": "5432"} | given | {"dbname": ""}
    settings = "&".join(f"{name}={quote(value)}" for name, value in given.items() if value)
    return f"postgresql://{login}@/{database}?{settings}"


def _given(url: str) -> dict[str, str]:
    return {name: str(value) for name, value in conninfo_to_dict(url).items() if value is not None}


def database_name(name: str) -> str:
    """A name for a database of this process alone: others may test on the same server."""
    return f"pgcredits_test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{name}"


@contextmanager
def database(server: str, name: str, *, template: str = "template1") -> Iterator[str]:
    """The URL of a new database, a copy of the template, that goes when the block ends."""
    own = database_name(name)
    drop = f"drop database if exists {own} with (force)"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(drop)  # left behind by a session that was killed
        connection.execute(f"create database {own} template {template}")
        try:
            yield database_url(server, own)
        finally:
            connection.execute(drop)


@contextmanager
def template(server: str) -> Iterator[str]:
    """The URL of the new database that ``clone`` copies, which goes when the block ends.

    Clones are many, and made with two statements each: the janitor would open four connections.
    """
    given = _given(server)
    janitor = DatabaseJanitor(
        user=given.get("user", "postgres"),
        host=given.get("host", "127.0.0.1"),
        port=given.get("port", 5432),
        password=given.get("password"),
        dbname=database_name("template"),
        maintenance_dbname=given.get("dbname", "postgres"),
        as_template=True,
    )
    janitor.drop()  # left behind by a session that was killed
    with janitor:
        yield database_url(server, janitor.dbname)


def clone(server: str, name: str) -> AbstractContextManager[str]:
    """The URL of a copy of the migrated template, which is there for as long as the block."""
    return database(server, name, template=database_name("template"))
