"""The tests of the client run over every driver: whoever asks for a client gets all of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import psycopg
import pytest

from client.executors import ASYNC, SYNC, client_over


@pytest.fixture
def logged_returns(db_url: str) -> None:
    """From here on, sessions write to the server's log what comes back. Ask for it first."""
    with psycopg.connect(db_url, autocommit=True) as connection:
        connection.execute(
            "do $$ begin execute format('alter database %I set credits.log_returns = on',"
            " current_database()); end $$"
        )


@pytest.fixture(params=[*ASYNC, *SYNC])
async def credits_client(db_url: str, request: pytest.FixtureRequest) -> AsyncIterator[Any]:
    async with client_over(request.param, db_url) as client:
        yield client
