"""Once all jobs have given their credits back, a customer has what was granted and not taken back.

In whatever order payments came, jobs ran and disputes were opened and won: with credits that never
expire nothing is left of a payment that is gone, and nothing is missing of one that is there.
"""

from __future__ import annotations

import random
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

CHAINS = 60
STEPS = 14


def chain(connection: psycopg.Connection[Any], rng: random.Random) -> tuple[UUID, int, list[str]]:
    """A profile after random steps, what of its payments is there, and the steps."""
    profile_id = uuid4()
    connection.execute("select credits.open_profile(%s)", [profile_id])
    connection.execute(
        "select credits.set_overdraft_limit(%s, %s, 'r', 'a')", [profile_id, rng.choice([0, 50])]
    )
    paid: dict[str, int] = {}
    disputes: dict[str, str] = {}  # the open ones, by the payment
    jobs: list[UUID] = []
    steps: list[str] = []
    for number in range(STEPS):
        (available,) = connection.execute(
            "select available from credits.get_balance(%s)", [profile_id]
        ).fetchone() or (0,)
        step = rng.choice(["grant", "reserve", "reserve", "refund", "dispute", "win"])
        if step == "grant":
            reference, amount = f"order-{number}", rng.randint(1, 100)
            paid[reference] = amount
            call, given = "grant_addon(%s, %s, %s)", [profile_id, amount, reference]
        elif step == "reserve" and available > 0:
            jobs.append(uuid4())
            given = [profile_id, jobs[-1], rng.randint(1, available)]
            call = "reserve_credits(%s, %s, %s)"
        elif step == "refund" and jobs:
            call, given = "refund_job(%s)", [jobs.pop(rng.randrange(len(jobs)))]
        elif step == "dispute" and paid.keys() - disputes.keys():
            reference = rng.choice(sorted(paid.keys() - disputes.keys()))
            disputes[reference] = f"dispute-{number}"
            given = [profile_id, reference, disputes[reference]]
            call = "revoke_grant(%s, %s, %s, null, 'r', 'a')"
        elif step == "win" and disputes:
            reference = rng.choice(sorted(disputes))
            given = [profile_id, reference, disputes.pop(reference)]
            call = "reinstate_grant(%s, %s, %s, 'r', 'a')"
        else:
            continue
        steps.append(f"{call} {given[1:]}")
        connection.execute(f"select credits.{call}", given)
    for job_id in jobs:
        steps.append(f"refund_job {job_id}")
        connection.execute("select credits.refund_job(%s)", [job_id])
    return profile_id, sum(paid[each] for each in paid.keys() - disputes.keys()), steps


@pytest.mark.parametrize("seed", range(4))
def test_a_customer_has_what_was_paid_and_not_taken_back(db_url: str, seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 - not secret
    with psycopg.connect(db_url, autocommit=True) as connection:
        for _ in range(CHAINS):
            profile_id, there, steps = chain(connection, rng)
            found = connection.execute(
                "select available, (select p.uncollected from credits.profiles p where p.id = %s)"
                " from credits.get_balance(%s)",
                [profile_id, profile_id],
            ).fetchone()
            assert found == (there, 0), "\n".join(steps)
        assert connection.execute("select * from credits.check_integrity()").fetchall() == []
