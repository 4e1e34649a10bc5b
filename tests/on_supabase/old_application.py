"""The application as it was: requests one by one, each its own transaction, and the bug.

Each function reads, computes, and writes if nobody wrote meanwhile. What it does not do is in the
mirror's page: a refund goes to the monthly bucket, wherever the credits came from.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from uuid import UUID

import asyncpg
from supabase_project import Rest

RollBack = Callable[[UUID, int], Awaitable[None]]
READ = "select credits_remaining, addon_credits from profiles where id = $1"
WRITE = """
update profiles set credits_remaining = $4, addon_credits = $5
 where id = $1 and credits_remaining = $2 and addon_credits = $3 returning id"""


class NotEnoughError(Exception):
    """The buckets do not hold that much."""


async def reserve_credits_for_job(rest: Rest, user: UUID, cost: int) -> tuple[int, int]:
    """Takes the credits; returns what came from which bucket, which nobody remembers."""
    while True:
        ((had_monthly, had_addon),) = await rest.table(READ, user)
        monthly = min(had_monthly, cost)
        if cost - monthly > had_addon:
            raise NotEnoughError
        left = had_monthly - monthly, had_addon - (cost - monthly)
        if await rest.table(WRITE, user, had_monthly, had_addon, *left):
            return monthly, cost - monthly


async def rollback_credit_reservation(rest: Rest, user: UUID, cost: int) -> None:
    while True:
        ((monthly, addon),) = await rest.table(READ, user)
        if await rest.table(WRITE, user, monthly, addon, monthly + cost, addon):
            return


async def create_job(
    rest: Rest, user: UUID, job: UUID, cost: int, roll_back: RollBack, *, inserts: bool = True
) -> tuple[int, int]:
    """``inserts``: whether the row of the job can be written."""
    taken = await reserve_credits_for_job(rest, user, cost)
    try:
        await rest.table(
            "insert into jobs (id, user_id, meta_json) values ($1, $2, $3)",
            job,
            user if inserts else job,
            json.dumps({"credit_cost": cost, "credits_deducted": True}),
        )
    except asyncpg.ForeignKeyViolationError:
        await roll_back(user, cost)
        raise
    await rest.table(
        "insert into ledger (user_id, delta, reason) values ($1, $2, $3)",
        user,
        -cost,
        f"job create: {job}",
    )
    return taken


async def fail_job(rest: Rest, user: UUID, job: UUID, cost: int) -> None:
    await rollback_credit_reservation(rest, user, cost)
    await rest.table(
        "insert into ledger (user_id, delta, reason) values ($1, $2, $3)",
        user,
        cost,
        f"job refund: {job}",
    )
    await rest.table(
        "update jobs set status = 'failed', meta_json = $2 where id = $1",
        job,
        json.dumps({"credit_cost": cost, "credits_deducted": False}),
    )


async def finish_job(rest: Rest, job: UUID) -> None:
    await rest.table("update jobs set status = 'done' where id = $1", job)
