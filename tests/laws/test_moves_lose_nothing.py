"""Moves make and lose nothing, and once all jobs have given their credits back, whoever all were
moved to has all of it.

In whatever order profiles are granted credits, reserve, give back and are moved to each other, one
by one or in batches, by calls or by deadlines.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from laws.database import Database

CHAINS = 25
STEPS = 30
PROFILES = 5

OWNED = """
select coalesce(sum(p.credits_remaining + p.addon_credits), 0)::bigint
       + coalesce((select sum(credits._outstanding(j)) from credits.jobs j
                    where j.profile_id = any (%(ids)s)), 0)::bigint
  from credits.profiles p
 where p.id = any (%(ids)s)
"""
MOVED = """
select (select coalesce(sum(l.monthly_delta + l.addon_delta), 0)::bigint
          from credits.ledger l where l.kind = 'move' and l.profile_id = any (%(ids)s))
"""


class Chain:
    """Some profiles, their jobs, and what was ever granted to them."""

    def __init__(self, database: Database, rng: random.Random) -> None:
        self.database, self.connection, self.rng = database, database.connection, rng
        self.now = datetime(2030, 1, 1, tzinfo=UTC)
        self.ids = [uuid4() for _ in range(PROFILES)]
        self.successor: dict[UUID, UUID] = {}
        self.jobs: list[UUID] = []
        self.granted = 0
        self.steps: list[str] = []
        for profile_id in self.ids:
            monthly, addon = rng.randint(0, 50), rng.randint(0, 50)
            self.granted += monthly + addon
            self.call("open_profile(%s, %s, %s)", profile_id, monthly, addon)

    def call(self, call: str, *given: Any) -> list[Any]:
        self.steps.append(f"{call} {given}")
        return self.connection.execute(f"select * from credits.{call}", given).fetchall()

    def open_ones(self) -> list[UUID]:
        return [each for each in self.ids if each not in self.successor]

    def grant(self) -> None:
        amount = self.rng.randint(1, 60)
        self.granted += amount
        expires = "'2999-01-01'" if self.rng.random() < 0.6 else "null"
        self.call(
            f"grant_addon(%s, %s, %s, {expires}, %s)",
            self.rng.choice(self.open_ones()),
            amount,
            f"order-{len(self.steps)}",
            self.rng.choice(["paid", "promo"]),
        )

    def reserve(self) -> None:
        profile_id = self.rng.choice(self.open_ones())
        ((available,),) = self.connection.execute(
            "select available from credits.get_balance(%s)", [profile_id]
        ).fetchall()
        if available > 0:
            self.jobs.append(uuid4())
            cost = self.rng.randint(1, available)
            hold = self.rng.choice([None, None, "1 hour", "2 hours"])
            self.call(
                "reserve_credits(%s, %s, %s, hold_for => %s)",
                profile_id,
                self.jobs[-1],
                cost,
                hold,
            )

    def give_back(self) -> None:
        if self.jobs:
            self.call("refund_job(%s)", self.jobs.pop(self.rng.randrange(len(self.jobs))))

    def give_many_back(self) -> None:
        some = self.rng.sample(self.jobs, min(3, len(self.jobs)))
        batch = [{"job_id": str(each)} for each in some]
        if batch:
            self.call("refund_job_many(%s)", json.dumps(batch))

    def wait(self) -> None:
        self.now += timedelta(minutes=self.rng.choice([20, 60]))
        self.database.set_clock(self.now)

    def look(self) -> None:
        self.call("get_balance(%s)", self.rng.choice(self.ids))

    def sweep(self) -> None:
        self.call("expire_holds(%s)", self.rng.choice([1, 1000]))

    def move(self) -> None:
        if len(self.open_ones()) > 1:
            one, other = self.rng.sample(self.open_ones(), 2)
            rest = self.rng.choice(["monthly", "addon"])
            self.call("move_credits(%s, %s, 'm', 'why', 'who', %s)", one, other, rest)
            self.successor[one] = other

    def owned(self, query: str = OWNED) -> int:
        (found,) = self.connection.execute(query, {"ids": self.ids}).fetchone() or (0,)
        return int(found)

    def balance(self, profile_id: UUID) -> int:
        found = self.connection.execute(
            "select p.credits_remaining + p.addon_credits from credits.profiles p where p.id = %s",
            [profile_id],
        ).fetchone() or (0,)
        return int(found[0])

    def left_behind(self) -> set[UUID]:
        """Moved profiles that have kept something."""
        return {each for each in self.successor if self.balance(each) != 0}

    def story(self) -> str:
        return "\n".join(self.steps)

    def last_of(self, profile_id: UUID) -> UUID:
        while profile_id in self.successor:
            profile_id = self.successor[profile_id]
        return profile_id


@pytest.mark.parametrize("seed", range(3))
def test_moves_lose_nothing(database: Database, seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 - not secret
    for _ in range(CHAINS):
        chain = Chain(database, rng)
        steps: list[Callable[[], None]] = [
            chain.grant,
            chain.reserve,
            chain.reserve,
            chain.reserve,
            chain.give_back,
            chain.give_many_back,
            chain.wait,
            chain.look,
            chain.sweep,
            chain.move,
        ]
        for _ in range(STEPS):
            rng.choice(steps)()
            assert chain.owned() == chain.granted, chain.story()
            assert chain.owned(MOVED) == 0, chain.story()
            assert chain.left_behind() == set(), chain.story()
        for job_id in rng.sample(chain.jobs, len(chain.jobs)):
            chain.call("refund_job(%s)", job_id)
        ends = {chain.last_of(profile_id) for profile_id in chain.ids}
        assert sum(chain.balance(each) for each in ends) == chain.granted, chain.story()
        assert database.findings(None) == []
