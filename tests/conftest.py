"""One server a session, one migrated template on it, one clone of the template a test.

The server is the wheel's PostgreSQL, or the programs in PGCREDITS_PGBIN, or the server whose
superuser's URL is in PGCREDITS_TEST_URL. Every pgTAP file below tests/pgtap is a test of its own.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest

from pgcredits import Credits
from pgcredits._server.local_server import LocalServer
from pgcredits._server.migrate import migrate
from pgcredits.testing import clone, database, template
from support import SLOW, TESTS, in_memory, install_pgtap, pgtap_test, program, slowness


def pytest_configure() -> None:
    """Lets all servers of the tests, and of the programs that they start, keep their data in
    memory: a disk can take longer to make and remove databases than the tests to use them. And
    no program of theirs finds the database of who runs them, as ``pgcredits local`` tells it."""
    os.environ.pop("PGCREDITS_DATABASE_URL", None)
    os.environ.pop("DATABASE_URL", None)
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", tempfile.gettempdir())  # pytest keeps some of it
    if "TMPDIR" not in os.environ and (folder := in_memory()):
        os.environ["TMPDIR"] = tempfile.tempdir = str(folder)


@pytest.hookimpl(tryfirst=True)  # before those with a mark are chosen
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks the slow tests, which begin first, and those that use the server."""
    for item in items:
        if slowness(item.nodeid) < len(SLOW) or _is_of_another_driver(item):
            item.add_marker("slow")
        if "empty_server" in getattr(item, "fixturenames", ()) and not _is_of_another_driver(item):
            item.add_marker("server")
    items.sort(key=lambda item: slowness(item.nodeid))


def _is_of_another_driver(item: pytest.Item) -> bool:
    """What a driver makes of an answer does not depend on the server: one run is enough."""
    callspec = getattr(item, "callspec", None)
    driver = (
        callspec.params.get("credits_client") or callspec.params.get("caller") if callspec else None
    )
    return driver is not None and not str(driver).startswith("asyncpg")


@pytest.fixture(scope="session")
def server_log() -> list[Path]:
    """Holds the server's log file once our own server runs; stays empty with a given URL."""
    return []


@pytest.fixture(scope="session")
def empty_server(server_log: list[Path]) -> Iterator[str]:
    """The superuser's URL of a running server, with nothing of ours on it."""
    if given := os.environ.get("PGCREDITS_TEST_URL"):
        yield given
        return
    with LocalServer() as server:
        server_log.append(server.log_file)
        yield server.url()


@pytest.fixture(scope="session")
def migrated_server(empty_server: str) -> Iterator[str]:
    """The server with a migrated template database."""
    with template(empty_server) as url:
        migrate(url)
        yield empty_server


@pytest.fixture
def db_url(migrated_server: str) -> Iterator[str]:
    """A fresh migrated database of the test's own, or with PGCREDITS_TEST_SHARDS a proxy."""
    if shards := os.environ.get("PGCREDITS_TEST_SHARDS"):
        from proxy.proxy_tools import proxied

        with proxied(migrated_server, "own", int(shards)) as found:
            yield found.proxy
    else:
        with clone(migrated_server, "own") as url:
            yield url


@pytest.fixture
def empty_db_url(empty_server: str) -> Iterator[str]:
    """A fresh database without anything of ours."""
    with database(empty_server, "empty") as url:
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
def pgtap_url(migrated_server: str) -> Iterator[str]:
    """One database for all pgTAP files: each rolls back what it did."""
    with clone(migrated_server, "pgtap") as url:
        install_pgtap(url)
        yield url


def pytest_collect_file(parent: pytest.Collector, file_path: Path) -> pytest.Collector | None:
    if file_path.suffix == ".sql" and TESTS / "pgtap" in file_path.parents:
        return PgtapFile.from_parent(parent, path=file_path)
    return None


class PgtapFile(pytest.File):
    """A pgTAP file is one test: psql runs it, and every planned assertion must be ok."""

    def collect(self) -> Iterator[pytest.Item]:
        yield pytest.Function.from_parent(self, name=self.path.stem, callobj=pgtap_test(self.path))
