"""A whole statement, page by page. A row is never skipped or shown twice, whatever is written."""

import asyncio
import os
from uuid import uuid4

import asyncpg

from pgcredits import Credits


async def main() -> None:
    async with asyncpg.create_pool(os.environ["DATABASE_URL"]) as pool:
        client = Credits(pool)
        profile_id = uuid4()
        await client.open_profile(profile_id, credits_remaining=100)
        for order in range(1, 7):
            await client.grant_addon(profile_id, 10 * order, f"order-{order}")

        before_seq = None
        while page := await client.get_statement(profile_id, before_seq=before_seq, page_size=3):
            for entry in page:
                print(f"{entry.seq}: {entry.reason}, addon balance {entry.addon_balance}")
            print("--")
            before_seq = page[-1].seq


asyncio.run(main())
