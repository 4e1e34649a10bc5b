"""Attempts of one job, under a queue that delivers twice now and then."""

import asyncio
import os
from datetime import timedelta
from uuid import UUID, uuid4

import asyncpg

from pgcredits import Credits, JobConflict, WrongState, id_of


def attempt_id(job_id: UUID, attempt: int) -> UUID:
    """The first attempt has the id of the job itself; docs/recipes/attempts.md has this in SQL."""
    return job_id if attempt == 1 else id_of(f"{job_id}/{attempt}")


async def deliver(
    client: Credits, profile_id: UUID, charged: UUID, cost: int, what_happens: str
) -> str:
    """What a worker does with one delivery of a message, and what came of it."""
    try:
        reservation = await client.reserve_credits(
            profile_id, charged, cost, hold_for=timedelta(minutes=10)
        )
    except WrongState as refusal:
        return f"not run: nothing is held, the attempt is {refusal.detail['state']}"
    except JobConflict:
        return "not run: two messages disagree about this attempt"
    if reservation.state == "settled":
        return "not run: it has run, and it is paid"
    # Here a real worker makes sure that no other one runs this attempt.
    begun = "run for the same credits" if reservation.replayed else "run"
    if what_happens == "the worker dies":
        return f"{begun}, and the worker died"
    if what_happens == "it fails":
        await client.refund_job(charged)
        return f"{begun}, failed and refunded"
    settled = await client.settle_job(charged)
    return f"{begun}, and paid with {settled.settled_cost} credits"


async def main() -> None:
    async with asyncpg.create_pool(os.environ["DATABASE_URL"]) as pool:
        client = Credits(pool)
        profile_id, job_id = uuid4(), uuid4()
        await client.open_profile(profile_id, credits_remaining=500)
        for attempt, cost, what_happens in (
            (1, 100, "it fails"),
            (1, 100, "it works"),  # the same message, delivered again
            (2, 100, "the worker dies"),  # the user has pressed "retry"
            (2, 100, "it works"),
            (2, 100, "it works"),
            (2, 120, "it works"),  # the price has changed in between
        ):
            charged = attempt_id(job_id, attempt)
            told = await deliver(client, profile_id, charged, cost, what_happens)
            left = (await client.get_balance(profile_id)).available
            print(f"attempt {attempt}: {told}; {left} credits left")


asyncio.run(main())
