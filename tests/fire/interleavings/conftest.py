"""One database for all interleavings of a test session: each has profiles of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from fire.interleavings.sessions import Lane
from pgcredits.testing import clone


@pytest.fixture(scope="session")
def lane_url(migrated_server: str) -> Iterator[str]:
    with clone(migrated_server, "lane") as url:
        yield url


@pytest.fixture
async def lane(lane_url: str) -> AsyncIterator[Lane]:
    async with Lane(lane_url) as lane:
        yield lane
