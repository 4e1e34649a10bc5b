"""Real sessions whose turns are decided by the test: never by sleeping, always by asking the server
who waits for whom."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from pgcredits import Credits

DEADLINE_SECONDS = 20


@dataclass
class Session:
    """A connection of its own, with the client on it."""

    connection: asyncpg.Connection
    credits: Credits

    @property
    def pid(self) -> int:
        return int(self.connection.get_server_pid())


@dataclass
class Sessions:
    """First acts and holds, second waits for it, observer looks on."""

    first: Session
    second: Session
    observer: Session

    async def start_blocked(self, call: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Starts a call of the second session and returns once it waits for the first."""
        task = asyncio.create_task(call)
        async with asyncio.timeout(DEADLINE_SECONDS):
            while True:
                blockers = await self.observer.connection.fetchval(
                    "select pg_blocking_pids($1)", self.second.pid
                )
                if blockers == [self.first.pid]:
                    return task
                assert not task.done(), f"did not wait: {task}"
                await asyncio.sleep(0.001)


@pytest.fixture
async def sessions(db_url: str) -> AsyncIterator[Sessions]:
    connections = [await asyncpg.connect(db_url) for _ in range(3)]
    yield Sessions(*(Session(connection, Credits(connection)) for connection in connections))
    for connection in connections:
        await connection.close()


@pytest.fixture
def open_profile(sessions: Sessions) -> Callable[..., Awaitable[UUID]]:
    async def open_profile(monthly: int = 0, addon: int = 0) -> UUID:
        profile_id = uuid4()
        await sessions.observer.credits.open_profile(
            profile_id, credits_remaining=monthly, addon_credits=addon
        )
        return profile_id

    return open_profile
