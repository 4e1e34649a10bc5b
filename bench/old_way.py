"""The old application's way: read, compute in Python, write if nobody wrote meanwhile, else again.

It runs on the same tables, without the functions. Two forms of it:

- ``in_transaction``: all round trips in one transaction, so that the three writes commit together
  and are flushed once. This is the form with the function's own guarantee.
- ``in_autocommit``: what such applications did over an HTTP data API: every statement commits by
  itself. A crash in between leaves a deduction without a job.
"""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import asyncpg

READ = "select p.credits_remaining, p.addon_credits from credits.profiles p where p.id = $1"
WRITE = """
update credits.profiles p
   set credits_remaining = $4, addon_credits = $5, seq = p.seq + 1,
       changed_at = greatest(clock_timestamp(), p.changed_at)
 where p.id = $1 and p.credits_remaining = $2 and p.addon_credits = $3
returning p.seq, p.changed_at
"""
INSERT_JOB = """
insert into credits.jobs (id, profile_id, state, reserved_cost, monthly_deducted, addon_deducted,
                          reserve_seq, created_at, meta_json)
values ($1, $2, 'reserved', $3, $4, $5, $6, clock_timestamp(), $7::text::jsonb)
"""
INSERT_ENTRY = """
insert into credits.ledger (profile_id, seq, ts, kind, job_id, monthly_delta, addon_delta,
                            monthly_balance, addon_balance, reason)
values ($1, $2, $3, 'reserve', $4, $5, $6, $7, $8, $9)
"""


class NotEnoughError(Exception):
    """The buckets do not hold that much."""


async def in_transaction(connection: Any, profile_id: UUID, job_id: UUID, cost: int) -> int:
    """Reserves in transactions, until one of them wins. Returns how many lost."""
    lost = 0
    while True:
        async with connection.transaction():
            if await _attempt(connection, profile_id, job_id, cost):
                return lost
        lost += 1


async def in_autocommit(connection: Any, profile_id: UUID, job_id: UUID, cost: int) -> int:
    """Reserves in statements of their own, until the write wins. Returns how many lost."""
    lost = 0
    while not await _attempt(connection, profile_id, job_id, cost):
        lost += 1
    return lost


async def _attempt(connection: Any, profile_id: UUID, job_id: UUID, cost: int) -> bool:
    # asyncpg prepares each statement once a connection and keeps it.
    had = await connection.fetchrow(READ, profile_id)
    monthly = min(had["credits_remaining"], cost)
    addon = cost - monthly
    if addon > had["addon_credits"]:
        raise NotEnoughError
    left = had["credits_remaining"] - monthly, had["addon_credits"] - addon
    written = await connection.fetchrow(
        WRITE, profile_id, had["credits_remaining"], had["addon_credits"], *left
    )
    if written is None:
        return False
    seq, ts = written
    meta = {
        "credit_cost": cost,
        "credits_deducted": True,
        "monthly_deducted": monthly,
        "addon_deducted": addon,
    }
    await connection.execute(
        INSERT_JOB, job_id, profile_id, cost, monthly, addon, seq, json.dumps(meta)
    )
    reason = f"job reserve: {job_id} (monthly: {-monthly}, addon: {-addon})"
    await connection.execute(
        INSERT_ENTRY, profile_id, seq, ts, job_id, -monthly, -addon, *left, reason
    )
    return True


async def through_client(connection: asyncpg.Connection, *call: Any) -> int:
    """The same reservation through the client of this project. Nothing is ever lost."""
    from pgcredits import Credits

    await Credits(connection).reserve_credits(*call)
    return 0
