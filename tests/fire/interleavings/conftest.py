"""One database for all interleavings of a test session: each has profiles of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from pytest_postgresql.executors import NoopExecutor

from fire.interleavings.sessions import Lane
from support import database_url


@pytest.fixture(scope="session")
def lane_url(migrated_server: NoopExecutor) -> Iterator[str]:
    name = f"{migrated_server.dbname}_lane"
    maintenance = make_conninfo(database_url(migrated_server, migrated_server.maintenance_dbname))
    with psycopg.connect(maintenance, autocommit=True) as connection:
        connection.execute(f"drop database if exists {name} with (force)")
        connection.execute(f"create database {name} template {migrated_server.template_dbname}")
        yield database_url(migrated_server, name)
        connection.execute(f"drop database {name} with (force)")


@pytest.fixture
async def lane(lane_url: str) -> AsyncIterator[Lane]:
    async with Lane(lane_url) as lane:
        yield lane
