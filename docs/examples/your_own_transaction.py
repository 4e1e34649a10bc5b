"""Your own row and the reservation are one transaction: both commit, or both vanish."""

import asyncio
import os
from uuid import uuid4

import asyncpg

from pgcredits import Credits, InsufficientCredits


class OutOfPaperError(Exception):
    """Something of yours went wrong after the credits were reserved."""


async def main() -> None:
    async with asyncpg.create_pool(os.environ["DATABASE_URL"]) as pool:
        await pool.execute("create table orders (id uuid primary key, rows integer not null)")
        profile_id, job_id = uuid4(), uuid4()
        await Credits(pool).open_profile(profile_id, credits_remaining=500, addon_credits=5000)

        async with pool.acquire() as connection:
            client = Credits(connection)  # on this connection, in whatever transaction it is in
            try:
                async with connection.transaction():
                    await connection.execute("insert into orders values ($1, 2000)", job_id)
                    job = await client.reserve_credits(profile_id, job_id, 2000)
                    print(f"inside: {job.new_balance} credits left")
                    raise OutOfPaperError
            except OutOfPaperError:
                balance = await client.get_balance(profile_id)
                orders = await connection.fetchval("select count(*) from orders")
                print(f"after the rollback: {balance.available} credits left, {orders} orders")

            async with connection.transaction():
                await connection.execute("insert into orders values ($1, 2000)", job_id)
                await client.reserve_credits(profile_id, job_id, 2000)
            balance = await client.get_balance(profile_id)
            orders = await connection.fetchval("select count(*) from orders")
            print(f"after the commit: {balance.available} credits left, {orders} order")

            # Without savepoints a refusal has to end the transaction: whoever swallows it loses the
            # order at the commit, and is not told.
            async with connection.transaction():
                await connection.execute("insert into orders values ($1, 9000)", uuid4())
                try:
                    await Credits(connection, savepoints=True).reserve_credits(
                        profile_id, uuid4(), 9000
                    )
                except InsufficientCredits:
                    print("the order waits until there are credits")
            orders = await connection.fetchval("select count(*) from orders")
            print(f"after the refusal: {orders} orders")


asyncio.run(main())
