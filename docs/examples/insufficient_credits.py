"""What a service does when there are too few credits: nothing has changed, and it knows why."""

import asyncio
import os
from uuid import UUID, uuid4

import asyncpg

from pgcredits import Credits, CreditsError, InsufficientCredits


async def start_job(client: Credits, profile_id: UUID, cost: int) -> str:
    try:
        job = await client.reserve_credits(profile_id, uuid4(), cost)
    except InsufficientCredits as refusal:
        return f"402: {refusal.required} credits needed, {refusal.available} available"
    except CreditsError as refusal:  # every other refusal, by its token
        return f"{refusal.sqlstate.removeprefix('PT')}: {refusal.token}. {refusal.hint}"
    return f"201: {job.new_balance} credits left"


async def main() -> None:
    async with asyncpg.create_pool(os.environ["DATABASE_URL"]) as pool:
        client = Credits(pool)
        profile_id = uuid4()
        await client.open_profile(profile_id, credits_remaining=500, addon_credits=1000)
        print(await start_job(client, profile_id, 1501))
        print(await start_job(client, profile_id, 1500))
        print(await start_job(client, profile_id, -1))
        print(await start_job(client, uuid4(), 1))


asyncio.run(main())
