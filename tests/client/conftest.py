"""The tests of the client run over every driver: whoever asks for a client gets all of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from client.executors import ASYNC, SYNC, client_over


@pytest.fixture(params=[*ASYNC, *SYNC])
async def credits_client(db_url: str, request: pytest.FixtureRequest) -> AsyncIterator[Any]:
    async with client_over(request.param, db_url) as client:
        yield client
