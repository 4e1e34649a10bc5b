"""What happens by itself: overdue holds and packs, and what events ask for."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeAlias
from uuid import UUID

from pgcredits import Credits

if TYPE_CHECKING:
    import asyncpg

logger = logging.getLogger("payments")

EVERY_SECONDS = 5
#: Asks the payment provider to charge an account for so many credits. The reference is the
#: idempotency key there and goes into the payment's metadata, as "topup": asked twice, paid once.
Charge: TypeAlias = Callable[[str, UUID, int], Awaitable[None]]


async def run(pool: asyncpg.Pool, charge: Charge) -> None:
    """Works until it is cancelled; what fails is tried again."""
    while True:
        try:
            await expire(pool)
            await answer_events(pool)
            await charge_topups(pool, charge)
        except Exception:
            logger.exception("Housekeeping failed, and is tried again.")
        await asyncio.sleep(EVERY_SECONDS)


async def expire(pool: asyncpg.Pool) -> None:
    """No balance depends on it, but who is told of an expired hold is told sooner."""
    client = Credits(pool)
    await client.expire_holds()
    await client.expire_packs()


async def answer_events(pool: asyncpg.Pool) -> None:
    """Writes down what events say. That and their end are one transaction: each is done once."""
    async with pool.acquire() as connection, connection.transaction():
        client = Credits(connection)
        events = await client.claim_events()
        for event in events:
            match event.kind:
                case "topup.requested":
                    await connection.execute(
                        "insert into topups values ($1, $2, $3) on conflict do nothing",
                        event.payload["reference"],
                        event.profile_id,
                        event.payload["amount"],
                    )
                case "hold.expired":
                    await connection.execute(
                        "update jobs set state = 'expired' where id = $1 and state = 'running'",
                        UUID(event.payload["job_id"]),
                    )
        if events:
            await client.finish_events([event.event_id for event in events])


async def charge_topups(pool: asyncpg.Pool, charge: Charge) -> None:
    """Asks for the payments. Whether they succeed is told by a webhook."""
    for topup in await pool.fetch("select * from topups where state = 'asked'"):
        await charge(topup["reference"], topup["account_id"], topup["credits"])
        await pool.execute(
            "update topups set state = 'charged' where reference = $1 and state = 'asked'",
            topup["reference"],
        )
