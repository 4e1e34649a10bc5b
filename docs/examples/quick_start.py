import asyncio
import os
from uuid import uuid4

import asyncpg

from pgcredits import Credits


async def main() -> None:
    async with asyncpg.create_pool(os.environ["DATABASE_URL"]) as pool:
        client = Credits(pool)
        profile_id, job_id = uuid4(), uuid4()
        await client.open_profile(profile_id, credits_remaining=500, addon_credits=5000)
        job = await client.reserve_credits(profile_id, job_id, 2000)
        print(f"took {job.monthly_deducted} monthly and {job.addon_deducted} addon credits")
        back = await client.refund_job(job_id)
        print(f"gave back {back.monthly_refunded} monthly and {back.addon_refunded} addon credits")


asyncio.run(main())
