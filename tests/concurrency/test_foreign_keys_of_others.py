"""Tables of the caller that reference a profile neither wait for us nor deadlock with us."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

OpenProfile = Callable[..., Awaitable[UUID]]


@pytest.fixture
async def orders(sessions: Any) -> str:
    await sessions.observer.connection.execute(
        "create table orders (profile_id uuid references credits.profiles (id))"
    )
    return "insert into orders values ($1)"


async def test_an_insert_that_references_the_profile_does_not_wait(
    sessions: Any, open_profile: OpenProfile, orders: str
) -> None:
    profile_id = await open_profile(100)
    async with sessions.first.connection.transaction():
        await sessions.first.credits.reserve_credits(profile_id, uuid4(), 10)
        await sessions.second.connection.execute("set lock_timeout = '100ms'")
        await sessions.second.connection.execute(orders, profile_id)


async def test_an_insert_that_references_the_profile_does_not_wait_for_a_refund(
    sessions: Any, open_profile: OpenProfile, orders: str
) -> None:
    profile_id, job_id = await open_profile(100), uuid4()
    await sessions.first.credits.reserve_credits(profile_id, job_id, 10)
    async with sessions.first.connection.transaction():
        await sessions.first.credits.refund_job(job_id)
        await sessions.second.connection.execute("set lock_timeout = '100ms'")
        await sessions.second.connection.execute(orders, profile_id)


async def test_two_that_insert_first_and_reserve_then_do_not_deadlock(
    sessions: Any, open_profile: OpenProfile, orders: str
) -> None:
    profile_id = await open_profile(100)
    first = sessions.first.connection.transaction()
    await first.start()
    second = sessions.second.connection.transaction()
    await second.start()
    await sessions.first.connection.execute(orders, profile_id)
    await sessions.second.connection.execute(orders, profile_id)
    await sessions.first.credits.reserve_credits(profile_id, uuid4(), 10)
    waiting = await sessions.start_blocked(
        sessions.second.credits.reserve_credits(profile_id, uuid4(), 10)
    )
    await first.commit()
    assert (await waiting).seq == 3
    await second.commit()
