"""Once all jobs have given their credits back, a customer has what was paid and not taken back.

In whatever order payments came, jobs ran and disputes were opened and won: with credits that never
expire, and with months that carry everything over, nothing is left of a payment that is gone, and
nothing is missing of one that is there.
"""

from __future__ import annotations

import random
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

CHAINS = 60
STEPS = 14
CALLS = {
    "grants": {
        "pay": "grant_addon(%(id)s, %(amount)s, %(payment)s)",
        "dispute": "revoke_grant(%(id)s, %(payment)s, %(dispute)s, %(amount)s, 'r', 'a')",
        "win": "reinstate_grant(%(id)s, %(payment)s, %(dispute)s, 'r', 'a')",
    },
    "months": {
        "pay": "renew_monthly(%(id)s, %(payment)s, %(amount)s, 1000000)",
        "dispute": "revoke_renewal(%(id)s, %(payment)s, %(dispute)s, %(amount)s, 'r', 'a')",
        "win": "reinstate_renewal(%(id)s, %(payment)s, %(dispute)s, 'r', 'a')",
        "change": "change_allowance(%(id)s, %(payment)s, %(amount)s, %(change)s)",
    },
    "jobs": {
        "reserve": "reserve_credits(%(id)s, %(job)s, %(amount)s)",
        "refund": "refund_job(%(job)s)",
    },
}


class Chain:
    """A profile, and random steps of what happens to it."""

    def __init__(self, connection: psycopg.Connection[Any], rng: random.Random, kind: str) -> None:
        self.connection = connection
        self.rng = rng
        self.calls = CALLS[kind] | CALLS["jobs"]
        self.id = uuid4()
        self.steps: list[str] = []
        self.paid: dict[str, int] = {}
        self.disputes: dict[tuple[str, str], int | None] = {}  # the open ones, and their amounts
        self.jobs: list[UUID] = []
        connection.execute("select credits.open_profile(%s)", [self.id])
        if kind == "grants":
            limit = [self.id, rng.choice([0, 50])]
            connection.execute("select credits.set_overdraft_limit(%s, %s, 'r', 'a')", limit)

    def call(self, step: str, **arguments: Any) -> None:
        self.steps.append(f"{step} {arguments}")
        self.connection.execute(f"select credits.{self.calls[step]}", {"id": self.id, **arguments})

    def found(self) -> tuple[int, int]:
        row = self.connection.execute(
            "select b.available, p.uncollected"
            "  from credits.get_balance(%s) b join credits.profiles p on p.id = b.profile_id",
            [self.id],
        ).fetchone()
        assert row is not None
        return row

    def there(self) -> int:
        """What was paid and is not taken back."""
        taken = dict.fromkeys(self.paid, 0)
        for (payment, _), amount in self.disputes.items():
            taken[payment] += self.paid[payment] if amount is None else amount
        return sum(max(0, amount - taken[payment]) for payment, amount in self.paid.items())

    def step(self, number: int) -> None:
        rng = self.rng
        available, _ = self.found()
        step = rng.choice(["pay", "reserve", "reserve", "refund", "dispute", "win", "change"])
        if step == "pay":
            payment = f"2025-01-{number + 1:02}Z"
            self.paid[payment] = rng.randint(1, 100)
            self.call("pay", payment=payment, amount=self.paid[payment])
        elif step == "reserve" and available > 0:
            self.jobs.append(uuid4())
            self.call("reserve", job=self.jobs[-1], amount=rng.randint(1, available))
        elif step == "refund" and self.jobs:
            self.call("refund", job=self.jobs.pop(rng.randrange(len(self.jobs))))
        elif step == "dispute" and self.paid:
            payment, dispute = rng.choice(sorted(self.paid)), f"dispute-{number}"
            amount = rng.choice([None, rng.randint(1, 120)])
            self.disputes[payment, dispute] = amount
            self.call("dispute", payment=payment, dispute=dispute, amount=amount)
        elif step == "change" and self.paid and "change" in self.calls:
            payment = max(self.paid)  # only the present month changes
            self.paid[payment] = rng.randint(0, 100)
            self.call("change", payment=payment, amount=self.paid[payment], change=f"plan-{number}")
        elif step == "win" and self.disputes:
            payment, dispute = rng.choice(sorted(self.disputes))
            del self.disputes[payment, dispute]
            self.call("win", payment=payment, dispute=dispute)


@pytest.mark.parametrize("kind", ["grants", "months"])
@pytest.mark.parametrize("seed", range(4))
def test_a_customer_has_what_was_paid_and_not_taken_back(db_url: str, seed: int, kind: str) -> None:
    rng = random.Random(seed)  # noqa: S311 - not secret
    with psycopg.connect(db_url, autocommit=True) as connection:
        for _ in range(CHAINS):
            chain = Chain(connection, rng, kind)
            for number in range(STEPS):
                chain.step(number)
            for job_id in chain.jobs:
                chain.call("refund", job=job_id)
            assert chain.found() == (chain.there(), 0), "\n".join(chain.steps)
        assert connection.execute("select * from credits.check_integrity()").fetchall() == []
