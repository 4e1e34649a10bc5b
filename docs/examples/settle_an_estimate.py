"""Reserve an estimate as a hold, do the work, settle at the actual cost."""

import asyncio
import os
from datetime import timedelta
from uuid import UUID, uuid4

import asyncpg

from pgcredits import Credits


async def run_job(client: Credits, profile_id: UUID, estimate: int, actual_cost: int) -> None:
    job_id = uuid4()
    # If this program dies, the credits go back to the customer after ten minutes.
    await client.reserve_credits(
        profile_id, job_id, estimate, hold_for=timedelta(minutes=10), meta={"model": "large"}
    )
    balance = await client.get_balance(profile_id)
    print(f"held {balance.held}, available {balance.available}, posted {balance.posted}")

    # The work. While it goes on, a heartbeat keeps the hold open.
    await client.extend_hold(job_id, timedelta(minutes=10))

    settled = await client.settle_job(job_id, actual_cost)
    back = settled.monthly_refunded + settled.addon_refunded
    print(
        f"settled at {settled.settled_cost}: {settled.monthly_deducted} monthly + "
        f"{settled.addon_deducted} addon paid, {back} back, {settled.shortfall} short"
    )


async def main() -> None:
    async with asyncpg.create_pool(os.environ["DATABASE_URL"]) as pool:
        client = Credits(pool)
        profile_id = uuid4()
        await client.open_profile(profile_id, credits_remaining=500, addon_credits=1000)
        await run_job(client, profile_id, estimate=800, actual_cost=640)
        await run_job(client, profile_id, estimate=500, actual_cost=700)
        # A finished job never fails for lack of credits: what is not there is a shortfall.
        await run_job(client, profile_id, estimate=100, actual_cost=300)


asyncio.run(main())
