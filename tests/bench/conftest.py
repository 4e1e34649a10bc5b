"""The benchmark on the server of the tests: tiny, and only for what it does, never how fast."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pgcredits.testing import database_name, database_url

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))  # bench is a folder of the repository, in no wheel

from bench.budget import TINY  # noqa: E402
from bench.site import Database, Site  # noqa: E402


@pytest.fixture(scope="session")
def site(empty_server: str) -> Iterator[Site]:
    # Others may use the server: its settings stay as they are.
    site = Site(
        lambda name: database_url(empty_server, name),
        profiles=TINY.profiles,
        own=False,
        prefix=database_name("bench_"),
    )
    with site.prepared():
        yield site


@pytest.fixture
def database(site: Site) -> Iterator[Database]:
    with site.database("test") as database:
        yield database


@pytest.fixture
def books(database: Database) -> Callable[[], list[tuple[object, ...]]]:
    """What is wrong in the books: nothing, after anything that the benchmark did."""
    return lambda: database.fetch(b"select rule, expected, found from credits.check_integrity()")
