"""Many sessions against one limit: what they spend never goes past it by a credit."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

import asyncpg
import pytest

from pgcredits import Credits, LimitExceeded

SESSIONS = 32
BY = {"reason": "agreed", "actor": "somebody"}


async def limited(credits_client: Credits, amount: int, spender: str | None) -> UUID:
    profile_id = uuid4()
    await credits_client.open_profile(profile_id, addon_credits=100_000)
    await credits_client.set_limit(profile_id, spender, "month", amount, **BY)
    return profile_id


@pytest.mark.parametrize("spender", ["key-1", None])
async def test_many_sessions_never_spend_more_than_the_limit(
    credits_client: Credits, db_url: str, spender: str | None
) -> None:
    profile_id = await limited(credits_client, 1_000, spender)
    refusals: list[tuple[bool, bool]] = []

    async def spend(connection: asyncpg.Connection) -> int:
        client, spent = Credits(connection), 0
        for cost in (7, 13, 29, 7, 1):
            try:
                await client.reserve_credits(profile_id, uuid4(), cost, spender="key-1")
                spent += cost
            except LimitExceeded as refusal:
                refusals.append((refusal.remaining < cost, refusal.required == cost))
        return spent

    connections = [await asyncpg.connect(db_url) for _ in range(SESSIONS)]
    try:
        told = await asyncio.gather(*map(spend, connections))
    finally:
        await asyncio.gather(*(connection.close() for connection in connections))
    (limit,) = await credits_client.get_limits(profile_id)
    assert (sum(told), limit.spent, limit.remaining) == (1_000, 1_000, 0)
    assert set(refusals) == {(True, True)}
    balance = await credits_client.get_balance(profile_id)
    assert balance.available == 99_000
    assert await credits_client.check_integrity(profile_id) == []


async def test_batches_singles_raises_and_returns_meet_at_one_limit(
    credits_client: Credits, db_url: str
) -> None:
    profile_id = await limited(credits_client, 400, None)

    async def work(number: int, connection: asyncpg.Connection) -> None:
        client = Credits(connection)
        for _ in range(4):
            jobs = [uuid4() for _ in range(3)]
            common = {"profile_id": profile_id, "cost": 5, "spender": f"key-{number}"}
            made = await client.reserve_credits_many([{**common, "job_id": job} for job in jobs])
            done = [job for job, each in zip(jobs, made, strict=True) if hasattr(each, "job_id")]
            for job in done[:1]:
                try:
                    await client.raise_reservation(job, 11)
                except LimitExceeded:
                    await client.settle_job(job, 2)
            if done[1:]:
                await client.refund_job_many([{"job_id": job} for job in done[1:]])

    connections = [await asyncpg.connect(db_url) for _ in range(SESSIONS)]
    try:
        await asyncio.gather(*(work(n, each) for n, each in enumerate(connections)))
        (limit,) = await credits_client.get_limits(profile_id)
        balance = await credits_client.get_balance(profile_id)
        assert 0 < limit.spent <= 400
        assert limit.spent == 100_000 - balance.available
    finally:
        await asyncio.gather(*(connection.close() for connection in connections))
    assert await credits_client.check_integrity(profile_id) == []


async def test_a_limit_that_is_set_waits_for_those_who_spend(
    credits_client: Credits, pool: asyncpg.Pool
) -> None:
    profile_id = uuid4()
    await credits_client.open_profile(profile_id, addon_credits=100)
    async with pool.acquire() as other, other.transaction():
        await Credits(other).reserve_credits(profile_id, uuid4(), 30, spender="ann")
        setting = asyncio.create_task(
            credits_client.set_limit(profile_id, "ann", "total", 40, **BY)
        )
        await asyncio.sleep(0)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.shield(setting), 0.2)
    limit = await setting
    assert (limit.spent, limit.remaining) == (30, 10)
