"""On a connection in the caller's transaction, credits commit or vanish with the caller's rows."""

from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import asyncpg
import pytest

from pgcredits import Credits, InsufficientCredits


@pytest.fixture
async def connection(pool: asyncpg.Pool) -> AsyncIterator[asyncpg.Connection]:
    await pool.execute("create table tasks (id uuid primary key)")
    async with pool.acquire() as connection:
        yield connection


@pytest.fixture
async def profile_id(pool: asyncpg.Pool) -> UUID:
    profile_id = uuid4()
    await Credits(pool).open_profile(profile_id, credits_remaining=500, addon_credits=5000)
    return profile_id


async def rows(pool: asyncpg.Pool) -> list[int]:
    return [
        await pool.fetchval(f"select count(*) from {table}")
        for table in ("tasks", "credits.jobs", "credits.ledger")
    ]


async def test_both_commit_together(
    pool: asyncpg.Pool, connection: asyncpg.Connection, profile_id: UUID
) -> None:
    task_id = uuid4()
    async with connection.transaction():
        await connection.execute("insert into tasks values ($1)", task_id)
        await Credits(connection).reserve_credits(profile_id, task_id, 2000)
        assert await rows(pool) == [0, 0, 1]  # another session sees neither yet
    assert await rows(pool) == [1, 1, 2]


async def test_both_vanish_together(
    pool: asyncpg.Pool, connection: asyncpg.Connection, profile_id: UUID
) -> None:
    task_id = uuid4()
    transaction = connection.transaction()
    await transaction.start()
    await connection.execute("insert into tasks values ($1)", task_id)
    await Credits(connection).reserve_credits(profile_id, task_id, 2000)
    await transaction.rollback()
    assert await rows(pool) == [0, 0, 1]
    balance = await Credits(pool).get_balance(profile_id)
    assert (balance.credits_remaining, balance.addon_credits, balance.seq) == (500, 5000, 1)


async def test_a_savepoint_takes_back_the_reservation_alone(
    pool: asyncpg.Pool, connection: asyncpg.Connection, profile_id: UUID
) -> None:
    kept, dropped = uuid4(), uuid4()
    async with connection.transaction():
        await Credits(connection).reserve_credits(profile_id, kept, 100)
        savepoint = connection.transaction()
        await savepoint.start()
        await Credits(connection).reserve_credits(profile_id, dropped, 200)
        await savepoint.rollback()
        await Credits(connection).grant_addon(profile_id, 1, "order-1")
    entries = await Credits(pool).get_statement(profile_id)
    assert [(entry.seq, entry.kind) for entry in entries] == [
        (3, "grant"),
        (2, "reserve"),
        (1, "open"),
    ]


async def test_a_refusal_in_a_savepoint_leaves_the_transaction_usable(
    pool: asyncpg.Pool, connection: asyncpg.Connection, profile_id: UUID
) -> None:
    task_id = uuid4()
    async with connection.transaction():
        await connection.execute("insert into tasks values ($1)", task_id)
        with pytest.raises(InsufficientCredits):
            async with connection.transaction():
                await Credits(connection).reserve_credits(profile_id, task_id, 9999)
    assert await rows(pool) == [1, 0, 1]


async def test_reserve_and_refund_in_one_transaction_leave_the_buckets_as_they_were(
    pool: asyncpg.Pool, connection: asyncpg.Connection, profile_id: UUID
) -> None:
    task_id = uuid4()
    async with connection.transaction():
        await Credits(connection).reserve_credits(profile_id, task_id, 2000)
        await Credits(connection).refund_job(task_id)
    balance = await Credits(pool).get_balance(profile_id)
    assert (balance.credits_remaining, balance.addon_credits, balance.seq) == (500, 5000, 3)
