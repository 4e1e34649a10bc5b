"""A server that has PL/Proxy, and proxies on it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import asyncpg
import pytest
from proxy_tools import Proxied, plproxy_server, proxied

from pgcredits import Credits
from pgcredits._server.migrate import migrate
from pgcredits.testing import template


@pytest.fixture(scope="session")
def proxy_server() -> Iterator[str]:
    """The URL of a server with PL/Proxy and a migrated template."""
    with plproxy_server() as server, template(server.url()) as url:
        migrate(url)
        yield server.url()


@pytest.fixture(scope="session")
def shared(proxy_server: str) -> Iterator[Proxied]:
    """One proxy over three shards for all tests that make profiles of their own."""
    with proxied(proxy_server, "shared", 3) as found:
        yield found


@pytest.fixture
async def pool(shared: Proxied) -> AsyncIterator[asyncpg.Pool]:
    async with asyncpg.create_pool(shared.proxy, min_size=1, max_size=8) as pool:
        yield pool


@pytest.fixture
def credits_client(pool: asyncpg.Pool) -> Credits:
    return Credits(pool)
