"""A customer of the application, on a database of the test's own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from app import create_app, make_tables
from pgcredits import Credits
from pgcredits.fastapi import lifespan
from pgcredits.testing import assert_books_sound
from recorded import post_event, recorded

pytest_plugins = ["pgcredits.testing"]

SECRET = "whsec_of_the_tests"
WORKER_KEY = "key_of_the_tests"


@pytest.fixture(scope="session")
def credits_setup() -> Callable[[str], None]:
    return lambda url: asyncio.run(make_tables(url))


class World:
    """The application, its customer and its payment provider."""

    def __init__(self, http: httpx.AsyncClient, pool: asyncpg.Pool) -> None:
        self.http = http
        self.pool = pool
        self.credits = Credits(pool)
        self.account_id = UUID(int=0)
        self.key = ""
        self.events: dict[str, Any] = {}

    async def sign_up(self, email: str = "ada@example.org") -> None:
        answer = await self.http.post("/signup", json={"email": email})
        assert answer.status_code == 201, answer.text
        self.account_id, self.key = UUID(answer.json()["account_id"]), answer.json()["key"]
        self.events = recorded(self.account_id)

    async def ask(
        self, method: str, path: str, body: Any = None, *, key: str | None = None
    ) -> httpx.Response:
        headers = {"authorization": f"Bearer {key or self.key}"}
        return await self.http.request(method, path, json=body, headers=headers)

    async def work(self, path: str, body: Any = None) -> httpx.Response:
        """What the worker says of a job."""
        return await self.ask("POST", path, body, key=WORKER_KEY)

    async def report(self, *names: str) -> list[int]:
        """The statuses that events are answered with."""
        return [(await self.send(self.events[name])).status_code for name in names]

    async def send(self, event: Any, secret: str = SECRET) -> httpx.Response:
        return await post_event(self.http, secret, event)

    async def buckets(self) -> tuple[int, int]:
        found = await self.credits.get_balance(self.account_id)
        return found.credits_remaining, found.addon_credits


@pytest.fixture
async def world(credits_url: str) -> AsyncIterator[World]:
    async def charge(*_: Any) -> None:
        """The tests report what becomes of it."""

    app = create_app(credits_url, SECRET, WORKER_KEY, charge)
    async with (
        lifespan(credits_url, min_size=1)(app),  # without what happens by itself
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://app") as http,
    ):
        world = World(http, app.state.credits_pool)
        await world.sign_up()
        yield world
    assert_books_sound(credits_url)
