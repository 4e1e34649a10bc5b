"""Renew a month as often as you like: the start of the period is the key."""

import asyncio
import os
from datetime import UTC, datetime
from uuid import uuid4

import asyncpg

from pgcredits import Credits, PeriodConflict

# How to compute these is in docs/concepts.md: here a customer's month begins on the 31st at noon.
JANUARY = datetime(2026, 1, 31, 12, tzinfo=UTC)
FEBRUARY = datetime(2026, 2, 28, 12, tzinfo=UTC)


async def main() -> None:
    async with asyncpg.create_pool(os.environ["DATABASE_URL"]) as pool:
        client = Credits(pool)
        profile_id = uuid4()
        await client.open_profile(profile_id, addon_credits=100)

        first = await client.renew_monthly(profile_id, JANUARY, 500, rollover_cap=200)
        print(f"January: {first.allowance} new credits, {first.new_balance} in all")
        await client.reserve_credits(profile_id, uuid4(), 250)

        # The scheduler runs twice, or the payment provider reports the payment twice.
        for _ in range(2):
            month = await client.renew_monthly(profile_id, FEBRUARY, 500, rollover_cap=200)
            print(
                f"February: {month.carried} carried over, {month.lapsed} lapsed, "
                f"{month.new_balance} in all, replayed: {month.replayed}"
            )

        # Periods only move forward, and a known one keeps its figures.
        try:
            await client.renew_monthly(profile_id, FEBRUARY, 900, rollover_cap=200)
        except PeriodConflict as refusal:
            print(refusal.token)


asyncio.run(main())
