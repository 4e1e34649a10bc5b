"""After any changes of a month's allowance, the month is what it had been with the last one alone.

Whatever was spent and given back in between: the monthly bucket is what a renewal with that
allowance would have left, and never below zero. What is missing below zero is owed.
"""

from __future__ import annotations

import random

import pytest

from laws.database import Database
from laws.wallet import NOW, Wallet

CHAINS = 40
STEPS = 16


def step(wallet: Wallet, rng: random.Random, number: int, jobs: list[str]) -> int | None:
    """The allowance, where the step changed it."""
    what = rng.choice(["change", "reserve", "reserve", "refund", "part", "settle"])
    monthly, _ = wallet.buckets()
    if what == "change":
        allowance = rng.randint(0, 100)
        wallet.call(
            "change_allowance", period_start=NOW, allowance=allowance, reference=f"plan-{number}"
        )
        return allowance
    if what == "reserve" and monthly > 0:
        jobs.append(wallet.reserve(rng.randint(1, monthly)))
    elif what == "refund" and jobs:
        wallet.refund(jobs.pop(rng.randrange(len(jobs))))
    elif what == "part" and jobs:
        wallet.refund(jobs.pop(rng.randrange(len(jobs))), 1)
    elif what == "settle" and jobs:
        wallet.settle(jobs.pop(rng.randrange(len(jobs))), rng.randint(0, 60))
    return None


def spent_and_owed(wallet: Wallet) -> tuple[int, int]:
    """What jobs hold of the month, and what is owed."""
    row: tuple[int, int] = wallet.database.connection.execute(
        "select (select coalesce(sum(j.monthly_deducted - j.monthly_refunded), 0)::integer"
        "          from credits.jobs j where j.profile_id = r.profile_id), r.owed"
        "  from credits.renewals r where r.profile_id = %s",
        [wallet.id],
    ).fetchone()
    return row


@pytest.mark.parametrize("seed", range(3))
def test_the_bucket_is_what_a_renewal_with_the_last_allowance_had_left(
    database: Database, seed: int
) -> None:
    rng = random.Random(seed)  # noqa: S311 - not secret
    for _ in range(CHAINS):
        carried, allowance = rng.choice([0, 30]), rng.randint(0, 100)
        wallet = Wallet(database, carried)
        jobs: list[str] = []
        wallet.renew(0, allowance, carried)
        for number in range(STEPS):
            changed = step(wallet, rng, number, jobs)
            allowance = allowance if changed is None else changed
            spent, owed = spent_and_owed(wallet)
            left = carried + allowance - spent
            assert (wallet.buckets()[0], owed) == (max(0, left), max(0, -left))
    assert database.connection.execute("select * from credits.check_integrity()").fetchall() == []
