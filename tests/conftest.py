"""One server a session, one migrated template on it, one clone of the template a test.

The server is the wheel's PostgreSQL, or the programs in PGCREDITS_PGBIN, or the server whose
superuser's URL is in PGCREDITS_TEST_URL. Every pgTAP file below tests/pgtap is a test of its own.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from pytest_postgresql import factories
from pytest_postgresql.executors import NoopExecutor
from pytest_postgresql.janitor import DatabaseJanitor

from pgcredits import Credits
from pgcredits._server.local_server import LocalServer
from pgcredits._server.migrate import migrate
from pgtap_source import pgtap_script
from support import TESTS, clone, database_url, pgtap_test, program


@pytest.fixture(scope="session")
def server_log() -> list[Path]:
    """Holds the server's log file once our own server runs; stays empty with a given URL."""
    return []


@pytest.fixture(scope="session")
def empty_server(server_log: list[Path]) -> Iterator[NoopExecutor]:
    """A running server, with nothing of ours on it."""
    given = os.environ.get("PGCREDITS_TEST_URL")
    if given:
        yield _executor(conninfo_to_dict(given))
        return
    with LocalServer() as server:
        server_log.append(server.log_file)
        yield _executor(conninfo_to_dict(server.url()))


def _executor(settings: dict[str, str]) -> NoopExecutor:
    return NoopExecutor(
        host=settings.get("host", "127.0.0.1"),
        port=settings.get("port", 5432),
        user=settings.get("user", "postgres"),
        password=settings.get("password"),
        options="",
        dbname="pgcredits_test_" + os.environ.get("PYTEST_XDIST_WORKER", "main"),
        maintenance_dbname=settings.get("dbname", "postgres"),
    )


@pytest.fixture(scope="session")
def migrated_server(empty_server: NoopExecutor) -> Iterator[NoopExecutor]:
    """The server with a migrated template database, which also has pgTAP in schema tap."""
    janitor = DatabaseJanitor(
        user=empty_server.user,
        host=empty_server.host,
        port=empty_server.port,
        password=empty_server.password,
        dbname=empty_server.template_dbname,
        maintenance_dbname=empty_server.maintenance_dbname,
        as_template=True,
    )
    janitor.drop()  # left behind by a session that was killed
    with janitor:
        url = database_url(empty_server, empty_server.template_dbname)
        migrate(url)
        with psycopg.connect(url) as connection:
            connection.execute("create schema tap")
            connection.execute("set search_path to tap, public")
            connection.execute(pgtap_script().read_text("utf-8"))
        yield empty_server


# Clones the template for a test and drops the clone afterwards.
postgresql = factories.postgresql("migrated_server")


@pytest.fixture
def db_url(migrated_server: NoopExecutor, postgresql: psycopg.Connection) -> str:
    """A fresh migrated database of the test's own."""
    return database_url(migrated_server, postgresql.info.dbname)


@pytest.fixture
def empty_db_url(empty_server: NoopExecutor, request: pytest.FixtureRequest) -> Iterator[str]:
    """A fresh database without anything of ours."""
    with clone(empty_server, "empty", template=False) as url:
        yield url


@pytest.fixture
async def pool(db_url: str) -> AsyncIterator[asyncpg.Pool]:
    async with asyncpg.create_pool(db_url, min_size=1, max_size=20) as pool:
        yield pool


@pytest.fixture
def credits_client(pool: asyncpg.Pool) -> Credits:
    return Credits(pool)


@pytest.fixture(scope="session")
def psql() -> str:
    """The psql program."""
    return program("psql")


@pytest.fixture(scope="session")
def pgtap_url(migrated_server: NoopExecutor) -> Iterator[str]:
    """One database for all pgTAP files: each rolls back what it did."""
    with clone(migrated_server, "pgtap") as url:
        yield url


def pytest_collect_file(parent: pytest.Collector, file_path: Path) -> pytest.Collector | None:
    if file_path.suffix == ".sql" and TESTS / "pgtap" in file_path.parents:
        return PgtapFile.from_parent(parent, path=file_path)
    return None


class PgtapFile(pytest.File):
    """A pgTAP file is one test: psql runs it, and every planned assertion must be ok."""

    def collect(self) -> Iterator[pytest.Item]:
        yield pytest.Function.from_parent(self, name=self.path.stem, callobj=pgtap_test(self.path))
