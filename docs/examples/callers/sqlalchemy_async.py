import asyncio
import os
from uuid import uuid4

from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from pgcredits import Credits, InsufficientCredits, Reservation


async def main() -> None:
    url = make_url(os.environ["DATABASE_URL"]).set(drivername="postgresql+asyncpg")
    engine = create_async_engine(url)
    profile, job = uuid4(), uuid4()

    # In the session's transaction: the credits and your own row commit or vanish together.
    async with AsyncSession(engine) as session, session.begin():
        client = Credits(session)
        await client.open_profile(profile, credits_remaining=500, addon_credits=5000)
        await session.execute(text("insert into orders values (:id, 'a poem')"), {"id": job})
        taken = await client.reserve_credits(profile, job, 2000, meta={"model": "large"})
    print("took", taken.monthly_deducted + taken.addon_deducted)

    # A refusal undoes the whole transaction, or only its own call with savepoints=True.
    async with AsyncSession(engine) as session, session.begin():
        client = Credits(session, savepoints=True)
        try:
            await client.reserve_credits(profile, uuid4(), 9000)
        except InsufficientCredits as refusal:
            print("refused:", refusal.token, refusal.required, refusal.available)
        jobs = [{"profile_id": profile, "job_id": uuid4(), "cost": cost} for cost in (5, 9000)]
        answers = await client.reserve_credits_many(jobs)
    for answer in answers:
        print(f"{answer.new_balance} left" if isinstance(answer, Reservation) else answer.token)
    await engine.dispose()


asyncio.run(main())
