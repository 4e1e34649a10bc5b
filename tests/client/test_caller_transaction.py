"""In the caller's transaction, credits commit or vanish with the caller's rows, on every driver."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress
from uuid import UUID, uuid4

import asyncpg
import pytest

from client.executors import ASYNC, SYNC, client_over
from client.transactions import CALLERS, Caller
from pgcredits import Credits, InsufficientCredits


@pytest.fixture
async def pool(db_url: str) -> AsyncIterator[asyncpg.Pool]:
    async with asyncpg.create_pool(db_url, min_size=1) as pool:
        await pool.execute("create table tasks (id uuid primary key)")
        yield pool


@pytest.fixture
async def profile_id(pool: asyncpg.Pool) -> UUID:
    profile_id = uuid4()
    await Credits(pool).open_profile(profile_id, credits_remaining=500, addon_credits=5000)
    return profile_id


@pytest.fixture(params=CALLERS)
async def caller(
    db_url: str, profile_id: UUID, request: pytest.FixtureRequest
) -> AsyncIterator[Caller]:
    async with CALLERS[request.param](db_url) as caller:
        yield caller


class _OursError(Exception):
    """Of the caller's own."""


async def rows(pool: asyncpg.Pool) -> list[int]:
    return [
        await pool.fetchval(f"select count(*) from {table}")
        for table in ("tasks", "credits.jobs", "credits.ledger")
    ]


def task(task_id: UUID) -> str:
    return f"insert into tasks values ('{task_id}')"


@pytest.mark.parametrize("credits_first", [False, True], ids=["row first", "credits first"])
async def test_both_commit_together(
    pool: asyncpg.Pool, caller: Caller, profile_id: UUID, credits_first: bool
) -> None:
    task_id = uuid4()
    if not credits_first:
        await caller.execute(task(task_id))
    await caller.client().reserve_credits(profile_id, task_id, 2000)
    if credits_first:
        await caller.execute(task(task_id))
    assert await rows(pool) == [0, 0, 1]  # another session sees neither yet
    await caller.commit()
    assert await rows(pool) == [1, 1, 2]


@pytest.mark.parametrize("savepoints", [False, True], ids=["plain", "savepoints"])
@pytest.mark.parametrize("credits_first", [False, True], ids=["row first", "credits first"])
async def test_both_vanish_together(
    pool: asyncpg.Pool, caller: Caller, profile_id: UUID, credits_first: bool, savepoints: bool
) -> None:
    task_id = uuid4()
    if not credits_first:
        await caller.execute(task(task_id))
    await caller.client(savepoints=savepoints).reserve_credits(profile_id, task_id, 2000)
    if credits_first:
        await caller.execute(task(task_id))
    await caller.rollback()
    assert await rows(pool) == [0, 0, 1]
    balance = await Credits(pool).get_balance(profile_id)
    assert (balance.credits_remaining, balance.addon_credits, balance.seq) == (500, 5000, 1)


async def test_a_savepoint_takes_back_the_reservation_alone(
    pool: asyncpg.Pool, caller: Caller, profile_id: UUID
) -> None:
    client = caller.client()
    await client.reserve_credits(profile_id, uuid4(), 100)
    with suppress(_OursError):
        async with caller.savepoint():
            await client.reserve_credits(profile_id, uuid4(), 200)
            raise _OursError
    await client.grant_addon(profile_id, 1, "order-1")
    await caller.commit()
    entries = await Credits(pool).get_statement(profile_id)
    assert [(entry.seq, entry.kind) for entry in entries] == [
        (3, "grant"),
        (2, "reserve"),
        (1, "open"),
    ]


async def test_a_refusal_in_a_savepoint_leaves_the_transaction_usable(
    pool: asyncpg.Pool, caller: Caller, profile_id: UUID
) -> None:
    await caller.execute(task(uuid4()))
    with pytest.raises(InsufficientCredits):
        async with caller.savepoint():
            await caller.client().reserve_credits(profile_id, uuid4(), 9999)
    await caller.commit()
    assert await rows(pool) == [1, 0, 1]


@pytest.mark.parametrize("credits_first", [False, True], ids=["row first", "credits first"])
async def test_with_savepoints_a_refusal_that_is_swallowed_costs_nothing_of_the_callers(
    pool: asyncpg.Pool, caller: Caller, profile_id: UUID, credits_first: bool
) -> None:
    client = caller.client(savepoints=True)
    if not credits_first:
        await caller.execute(task(uuid4()))
    for _ in range(2):
        with pytest.raises(InsufficientCredits):
            await client.reserve_credits(profile_id, uuid4(), 9999)
    await client.reserve_credits(profile_id, uuid4(), 1)
    await caller.execute(task(uuid4()))
    assert await rows(pool) == [0, 0, 1]
    await caller.commit()
    assert await rows(pool) == [1 if credits_first else 2, 1, 2]


async def test_reserve_and_refund_in_one_transaction_leave_the_buckets_as_they_were(
    pool: asyncpg.Pool, caller: Caller, profile_id: UUID
) -> None:
    task_id = uuid4()
    await caller.client().reserve_credits(profile_id, task_id, 2000)
    await caller.client().refund_job(task_id)
    await caller.commit()
    balance = await Credits(pool).get_balance(profile_id)
    assert (balance.credits_remaining, balance.addon_credits, balance.seq) == (500, 5000, 3)


@pytest.mark.parametrize("driver", [*ASYNC, *SYNC])
async def test_savepoints_do_nothing_where_no_transaction_is_open(
    db_url: str, profile_id: UUID, pool: asyncpg.Pool, driver: str
) -> None:
    async with client_over(driver, db_url, savepoints=True) as client:
        await client.reserve_credits(profile_id, uuid4(), 1)
        with pytest.raises(InsufficientCredits):
            await client.reserve_credits(profile_id, uuid4(), 9999)
    assert await rows(pool) == [0, 1, 2]
