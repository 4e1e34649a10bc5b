"""Many sessions on one profile: exact buckets, a ledger without a gap, no lost update."""

from __future__ import annotations

import asyncio
import random
from uuid import uuid4

import asyncpg

import pgcredits
from pgcredits import Credits, LedgerEntry

CALLS = 100


async def whole_ledger(credits_client: Credits, profile_id: object) -> list[LedgerEntry]:
    """The profile's ledger, oldest first, after checking that it proves the balances."""
    entries = (await credits_client.get_statement(profile_id, page_size=1000))[::-1]
    monthly = addon = 0
    for number, entry in enumerate(entries, start=1):
        monthly += entry.monthly_delta
        addon += entry.addon_delta
        assert entry.seq == number
        assert (entry.monthly_balance, entry.addon_balance) == (monthly, addon)
        assert entry.ts >= entries[max(0, number - 2)].ts
    balance = await credits_client.get_balance(profile_id)
    assert (balance.credits_remaining, balance.addon_credits) == (monthly, addon)
    assert balance.seq == len(entries)
    return entries


async def test_a_hundred_reserves_and_refunds_leave_the_buckets_as_they_were(
    pool: asyncpg.Pool,
) -> None:
    client = Credits(pool)
    profile_id = uuid4()
    await client.open_profile(profile_id, credits_remaining=5_000, addon_credits=100_000)

    async def job(number: int) -> None:
        job_id = uuid4()
        await client.reserve_credits(profile_id, job_id, 100 + number)
        await client.refund_job(job_id)

    await asyncio.gather(*(job(number) for number in range(CALLS)))
    # Each job gave back to where it took from, so both buckets are exactly as before.
    entries = await whole_ledger(client, profile_id)
    assert len(entries) == 1 + 2 * CALLS
    assert (entries[-1].monthly_balance, entries[-1].addon_balance) == (5_000, 100_000)


async def test_of_a_hundred_reserves_exactly_as_many_pass_as_the_buckets_hold(
    pool: asyncpg.Pool,
) -> None:
    client = Credits(pool)
    profile_id = uuid4()
    await client.open_profile(profile_id, credits_remaining=155, addon_credits=300)
    answers = await asyncio.gather(
        *(client.reserve_credits(profile_id, uuid4(), 10) for _ in range(CALLS)),
        return_exceptions=True,
    )
    taken = [answer for answer in answers if isinstance(answer, pgcredits.Reservation)]
    refused = [answer for answer in answers if isinstance(answer, pgcredits.InsufficientCredits)]
    assert (len(taken), len(refused)) == (45, CALLS - 45)
    assert sum(reservation.monthly_deducted for reservation in taken) == 155
    entries = await whole_ledger(client, profile_id)
    assert (entries[-1].monthly_balance, entries[-1].addon_balance) == (0, 5)


async def test_every_call_sent_three_times_at_once_counts_once(pool: asyncpg.Pool) -> None:
    client = Credits(pool)
    profile_id = uuid4()
    await client.open_profile(profile_id, credits_remaining=1_000, addon_credits=10_000)
    job_ids = [uuid4() for _ in range(20)]
    reserves = [client.reserve_credits(profile_id, job, 100) for job in job_ids for _ in range(3)]
    random.Random(1).shuffle(reserves)  # noqa: S311
    answers = await asyncio.gather(*reserves)
    assert sum(not answer.replayed for answer in answers) == len(job_ids)
    for job_id in job_ids:
        same = {(a.seq, a.monthly_deducted) for a in answers if a.job_id == job_id}
        assert len(same) == 1
    refunds = await asyncio.gather(*(client.refund_job(job) for job in job_ids for _ in range(3)))
    assert sum(not refund.replayed for refund in refunds) == len(job_ids)
    entries = await whole_ledger(client, profile_id)
    assert len(entries) == 1 + 2 * len(job_ids)
    assert (entries[-1].monthly_balance, entries[-1].addon_balance) == (1_000, 10_000)


async def test_jobs_of_many_profiles_in_any_order_never_deadlock(pool: asyncpg.Pool) -> None:
    client = Credits(pool)
    profiles = [uuid4() for _ in range(3)]
    for profile_id in profiles:
        await client.open_profile(profile_id, credits_remaining=10_000)
    chance = random.Random(2)  # noqa: S311

    async def job(profile_id: object, job_id: object) -> None:
        await client.reserve_credits(profile_id, job_id, 10)
        await asyncio.gather(client.refund_job(job_id), client.rollback_reservation(job_id))

    await asyncio.gather(*(job(chance.choice(profiles), uuid4()) for _ in range(CALLS)))
    for profile_id in profiles:
        entries = await whole_ledger(client, profile_id)
        assert entries[-1].monthly_balance == 10_000
