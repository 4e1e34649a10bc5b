"""What the Python client adds to the query that it sends."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeAlias
from uuid import UUID, uuid4

import asyncpg

from bench.book import Book, time_ratio
from bench.budget import Budget
from bench.measure import Pairs
from bench.site import FIRST, Site
from pgcredits import Credits

_PROFILE = UUID(f"00000000-0000-4000-8000-{FIRST}")


class Overheard:
    """In place of a connection: keeps the query of a call, so that it is written only once."""

    def __init__(self) -> None:
        self.query = ""
        self.arguments: tuple[Any, ...] = ()

    async def fetch(self, query: str, *arguments: Any) -> list[Any]:
        """Fails, as there is no database."""
        self.query, self.arguments = query, arguments
        raise LookupError


async def overhear(call: Callable[[Credits], Awaitable[object]]) -> Overheard:
    """What the client would send for this call."""
    ear = Overheard()
    try:
        await call(Credits(ear))
    except LookupError:
        return ear
    raise AssertionError("the client answered without asking")


def measure(site: Site, budget: Budget) -> Book:
    """Item 5 of the goals."""
    book = Book()
    with site.database("client") as database:
        asyncio.run(_add_all(book, database.url, budget))
    return book


async def _add_all(book: Book, url: str, budget: Budget) -> None:
    connection = await asyncpg.connect(url)
    try:
        calls: dict[str, Callable[[Credits], Awaitable[object]]] = {
            "reserve_credits": lambda client: client.reserve_credits(_PROFILE, uuid4(), 5),
            "get_balance, which waits for no disk": lambda client: client.get_balance(_PROFILE),
        }
        for words, call in calls.items():
            pairs = await _alternate(*await _against_bare(connection, call), budget.client_calls)
            what = f"client call against bare fetchrow: {words}"
            book.figures.append(time_ratio("5", what, pairs, goal=1.15))
        one, other = (
            partial(_in_transaction, connection, savepoints, calls["reserve_credits"])
            for savepoints in (True, False)
        )
        pairs = await _alternate(one, other, budget.client_calls)
        what = "a transaction with reserve_credits, in a savepoint against without"
        book.figures.append(time_ratio("5", what, pairs))
    finally:
        await connection.close()


async def _in_transaction(
    connection: asyncpg.Connection,
    savepoints: bool,
    call: Callable[[Credits], Awaitable[object]],
) -> None:
    async with connection.transaction():
        await call(Credits(connection, savepoints=savepoints))


_Side: TypeAlias = Callable[[], Awaitable[object]]


async def _against_bare(
    connection: asyncpg.Connection, call: Callable[[Credits], Awaitable[object]]
) -> tuple[_Side, _Side]:
    client = Credits(connection)
    heard = await overhear(call)
    is_reserve = "reserve_credits" in heard.query

    async def through_client() -> None:
        await call(client)

    async def bare() -> None:
        arguments = list(heard.arguments)
        if is_reserve:
            arguments[1] = uuid4()  # a new job, as in the client's call
        await connection.fetchrow(heard.query, *arguments)

    return through_client, bare


async def _alternate(one: _Side, other: _Side, number: int) -> Pairs:
    """Calls of the two in turn."""
    pairs = Pairs([], [])
    for turn in range(number + 10):
        sides = [(one, pairs.a), (other, pairs.b)]
        for side, times in sides if turn % 2 == 0 else reversed(sides):
            begun = time.perf_counter()
            await side()
            if turn >= 10:  # by then the plans are kept
                times.append((time.perf_counter() - begun) * 1e6)
    return pairs
