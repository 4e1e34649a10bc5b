"""Holds and packs under concurrency: each deadline counts once, whoever notices it first."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

import pgcredits
from pgcredits import Credits

OpenProfile = Callable[..., Awaitable[UUID]]
HOUR = timedelta(hours=1)
JANUARY = datetime(2026, 1, 1, tzinfo=UTC)
CLOCK = """
create table clock (ahead interval not null);
insert into clock values ('0');
grant select on clock to public;
create or replace function credits._now() returns timestamptz language sql volatile
as 'select clock_timestamp() + c.ahead from public.clock c';
"""


@pytest.fixture
async def move_clock(db_url: str) -> Any:
    """A function that moves the clock of this test's database ahead."""
    connection = await asyncpg.connect(db_url)
    await connection.execute(CLOCK)

    async def move(ahead: timedelta) -> None:
        await connection.execute("update clock set ahead = $1", ahead)

    yield move
    await connection.close()


@pytest.mark.parametrize("first_commits", [True, False], ids=["commit", "rollback"])
async def test_a_settlement_and_a_late_expiry_count_once(
    sessions: Any, open_profile: OpenProfile, move_clock: Any, first_commits: bool
) -> None:
    profile_id, job_id = await open_profile(500), uuid4()
    await sessions.observer.credits.reserve_credits(profile_id, job_id, 300, hold_for=HOUR)
    transaction = sessions.first.connection.transaction()
    await transaction.start()
    await sessions.first.credits.settle_job(job_id, 200)
    await move_clock(2 * HOUR)
    # The deadline passes while the second waits; what it finds under the lock decides.
    second = await sessions.start_blocked(
        sessions.second.credits.reserve_credits(profile_id, uuid4(), 500)
    )
    await (transaction.commit() if first_commits else transaction.rollback())
    if first_commits:
        with pytest.raises(pgcredits.InsufficientCredits):
            await second
    else:
        assert (await second).monthly_deducted == 500
    assert await sessions.observer.credits.check_integrity(profile_id) == []


# At its reserved cost, settling changes the job and leaves the profile as it is.
@pytest.mark.parametrize("cost", [300, 400])
async def test_two_settlements_of_one_job_move_credits_once(
    sessions: Any, open_profile: OpenProfile, cost: int
) -> None:
    profile_id, job_id = await open_profile(500), uuid4()
    await sessions.observer.credits.reserve_credits(profile_id, job_id, 300)
    transaction = sessions.first.connection.transaction()
    await transaction.start()
    await sessions.first.credits.settle_job(job_id, cost)
    second = await sessions.start_blocked(sessions.second.credits.settle_job(job_id, cost))
    await transaction.commit()
    assert (await second).replayed
    assert (await sessions.observer.credits.get_balance(profile_id)).available == 500 - cost


async def test_a_refund_that_waited_for_a_settlement_gives_the_final_cost(
    sessions: Any, open_profile: OpenProfile
) -> None:
    profile_id, job_id = await open_profile(500), uuid4()
    await sessions.observer.credits.reserve_credits(profile_id, job_id, 300)
    transaction = sessions.first.connection.transaction()
    await transaction.start()
    await sessions.first.credits.settle_job(job_id, 120)
    second = await sessions.start_blocked(sessions.second.credits.refund_job(job_id))
    await transaction.commit()
    assert (await second).amount == 120
    assert (await sessions.observer.credits.get_balance(profile_id)).available == 500


async def test_two_renewals_of_one_period_renew_once(
    sessions: Any, open_profile: OpenProfile
) -> None:
    profile_id = await open_profile(500)
    transaction = sessions.first.connection.transaction()
    await transaction.start()
    await sessions.first.credits.renew_monthly(profile_id, JANUARY, 1000)
    second = await sessions.start_blocked(
        sessions.second.credits.renew_monthly(profile_id, JANUARY, 1000)
    )
    await transaction.commit()
    assert (await second).replayed
    assert (await sessions.observer.credits.get_balance(profile_id)).seq == 2


async def test_a_sweeper_leaves_a_locked_profile_alone(
    sessions: Any, open_profile: OpenProfile, move_clock: Any
) -> None:
    locked, free = await open_profile(500), await open_profile(500)
    for profile_id in (locked, free):
        await sessions.observer.credits.reserve_credits(profile_id, uuid4(), 300, hold_for=HOUR)
    transaction = sessions.first.connection.transaction()
    await transaction.start()
    await sessions.first.credits.grant_addon(locked, 1, "order-1")
    await move_clock(2 * HOUR)
    swept = await sessions.second.credits.expire_holds()
    assert [refund.profile_id for refund in swept] == [free]
    await transaction.commit()
    assert [refund.profile_id for refund in await sessions.second.credits.expire_holds()] == [
        locked
    ]


async def test_a_sweeper_does_not_count_what_it_skips(
    sessions: Any, open_profile: OpenProfile, move_clock: Any
) -> None:
    """The profile that is overdue longest is locked: the next one takes its place."""
    locked, free = await open_profile(500), await open_profile(500)
    for profile_id, hours in ((locked, 1), (free, 2)):
        for number in range(3):
            ends = HOUR * hours + timedelta(minutes=number)
            await sessions.observer.credits.reserve_credits(profile_id, uuid4(), 3, hold_for=ends)
            await sessions.observer.credits.grant_addon(
                profile_id, 5, f"pack {number}", expires_at=datetime.now(UTC) + ends + 3 * HOUR
            )
    transaction = sessions.first.connection.transaction()
    await transaction.start()
    await sessions.first.credits.grant_addon(locked, 1, "order-1")
    await move_clock(9 * HOUR)
    for number in (2, 1):
        swept = await sessions.second.credits.expire_holds(batch_size=number)
        assert [refund.profile_id for refund in swept] == [free] * number
    for number in (2, 1):
        lapsed = await sessions.second.credits.expire_packs(batch_size=number)
        assert [entry.profile_id for entry in lapsed] == [free] * number
    assert await sessions.second.credits.expire_holds(batch_size=1) == []
    assert await sessions.second.credits.expire_packs(batch_size=1) == []
    await transaction.commit()
    assert len(await sessions.second.credits.expire_holds(batch_size=10)) == 3


async def test_many_sweepers_at_once_expire_each_hold_once(
    pool: asyncpg.Pool, move_clock: Any
) -> None:
    client = Credits(pool)
    profiles = [uuid4() for _ in range(20)]
    for profile_id in profiles:
        await client.open_profile(profile_id, credits_remaining=500)
        await client.grant_addon(
            profile_id, 10, "order-1", expires_at=datetime.now(UTC) + timedelta(days=1)
        )
        for _ in range(3):
            await client.reserve_credits(profile_id, uuid4(), 100, hold_for=HOUR)
    await move_clock(timedelta(days=2))
    reserves = [client.reserve_credits(profile_id, uuid4(), 500) for profile_id in profiles[:10]]
    sweeps = [client.expire_holds(batch_size=7) for _ in range(10)]
    packs = [client.expire_packs() for _ in range(5)]
    await asyncio.gather(*reserves, *sweeps, *packs)
    # What all of them passed over, since another had it locked.
    await client.expire_holds()
    await client.expire_packs()
    assert await client.expire_holds() == []
    assert await client.expire_packs() == []
    assert await client.check_integrity() == []
    for number, profile_id in enumerate(profiles):
        entries = await client.get_statement(profile_id)
        assert [entry.kind for entry in entries].count("expire") == 3
        assert [entry.kind for entry in entries].count("lapse") == 1
        available = (await client.get_balance(profile_id)).available
        assert available == (0 if number < 10 else 500)
