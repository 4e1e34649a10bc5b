"""A job that was raised gives back what it took last first, whatever its draws were."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from laws.compare import difference, state_difference
from laws.database import Database
from laws.model import Model
from laws.refusals import Refused
from laws.wallet import BY, DAY, HOUR, NOW, Wallet
from support import function_file

OpenWallet = Callable[..., Wallet]
CHAINS = 60
STEPS = 20
# Where a raise becomes a part of the one before it: what must be so, each without the others.
JOINS = {
    "nothing of it is back": ("v_last.returned = 0", "v_last.returned >= 0"),
    "no revocation waits": ("     and v_profile.uncollected = 0\n", ""),
    "both are of one month": (
        "     and v_last.period_start is not distinct from v_raise.period_start\n",
        "",
    ),
    "its addon credits are not before monthly ones": (
        "     and (v_raise.monthly = 0 or v_last.addon = v_last.early)\n",
        "",
    ),
    "its monthly credits are not before those of early packs": (
        "     and (v_raise.early = 0 or v_last.monthly = 0)\n",
        "",
    ),
    "its perpetual credits are not before those of packs": (
        "     and (v_raise.pack = 0 or v_last.addon = v_last.pack)\n",
        "",
    ),
    "draws from packs go on where they were": (
        "        + coalesce(((_plan_raise.change).draws[1]).position, 0);",
        "        + 0;",
    ),
}


class Chain:
    """Random calls for one job of one profile, to the model and to the database."""

    def __init__(self, database: Database, rng: random.Random) -> None:
        self.database, self.rng = database, rng
        self.model = Model(NOW)
        self.database.set_clock(NOW)
        choice = rng.choice(["restore", "lapse"])
        self.model.closed_period_refund = choice
        self.database.set_closed_period_refund(choice)
        self.profile_id, self.job_id = uuid4(), uuid4()
        self.steps: list[str] = []
        self.number = 0

    def call(self, name: str, **arguments: Any) -> Any:
        self.steps.append(f"{name}({arguments})")
        try:
            expected = self.model.call(name, **arguments)
        except Refused as refusal:
            expected = refusal
        try:
            found = self.database.call(name, **arguments)
        except Refused as refusal:
            found = refusal
        wrong = difference(name, expected, found)
        profile = self.model.profiles[self.profile_id]
        wrong = wrong or state_difference(self.database, profile)
        assert not wrong, "\n".join([*self.steps, wrong])
        return expected

    def key(self) -> str:
        self.number += 1
        return f"key {self.number}"

    def for_profile(self, name: str, **arguments: Any) -> Any:
        return self.call(name, profile_id=self.profile_id, **arguments)

    def begin(self) -> None:
        few = self.rng.randint
        opening = {"credits_remaining": few(0, 3), "addon_credits": few(0, 3)}
        self.for_profile("open_profile", **opening)
        cost = min(few(0, 4), sum(opening.values()))
        self.for_profile("reserve_credits", job_id=self.job_id, cost=cost)

    def run(self) -> None:
        self.begin()
        for _ in range(STEPS):
            step = self.rng.choice(["more"] * 6 + ["less", "credits", "credits", "around"])
            getattr(self, step)()
        if self.rng.random() < 0.5:
            held = self.model.profiles[self.profile_id].jobs[self.job_id].out()
            cost = max(0, held + self.rng.randint(-4, 4))
            self.call("settle_job", job_id=self.job_id, actual_cost=cost)
        self.give_back_one_by_one()
        assert self.database.findings(self.profile_id) == [], "\n".join(self.steps)

    def more(self) -> None:
        held = self.model.profiles[self.profile_id].jobs[self.job_id].out()
        cost = max(0, held + self.rng.randint(-1, 3))
        self.call("raise_reservation", job_id=self.job_id, cost=cost)

    def less(self) -> None:
        held = self.model.profiles[self.profile_id].jobs[self.job_id].out()
        if held > 1:  # else the job ends
            part = {"amount": self.rng.randint(1, min(4, held - 1)), "refund_id": self.key()}
            self.call("refund_job", job_id=self.job_id, **part)

    def credits(self) -> None:
        kind = self.rng.choice(["pack", "pack", "perpetual", "monthly"])
        amount = self.rng.randint(1, 3)
        if kind == "monthly":
            self.for_profile(
                "adjust_credits", adjustment_id=self.key(), monthly_delta=1, addon_delta=0, **BY
            )
            return
        pack = {"expires_at": self.model.now + self.rng.randint(1, 9) * DAY}
        pack["kind"] = self.rng.choice(["paid", "promo"])
        pack["priority"] = self.rng.choice([0, 0, -1])
        arguments = pack if kind == "pack" else {}
        self.for_profile("grant_addon", reference=self.key(), amount=amount, **arguments)

    def around(self) -> None:
        what = self.rng.choice(["month", "clock", "revoke", "revoke", "revoke month"])
        profile = self.model.profiles[self.profile_id]
        if what == "month":
            start = (profile.period_start or NOW - DAY) + DAY
            self.for_profile("renew_monthly", period_start=start, allowance=3, rollover_cap=1)
        elif what == "clock":
            self.model.now += self.rng.randint(1, 30) * HOUR
            self.database.set_clock(self.model.now)
        elif what == "revoke" and profile.grants:
            reference = self.rng.choice(sorted(profile.grants))
            self.for_profile("revoke_grant", reference=reference, revocation_id=self.key(), **BY)
        elif profile.renewals:
            start = profile.period_start
            self.for_profile("revoke_renewal", period_start=start, revocation_id=self.key(), **BY)

    def give_back_one_by_one(self) -> None:
        profile = self.model.profiles[self.profile_id]
        while profile.jobs[self.job_id].out() > 0:
            part = {"amount": 1, "refund_id": self.key()}
            self.call("refund_job", job_id=self.job_id, **part)
            profile = self.model.profiles[self.profile_id]


@pytest.fixture
def own_database(db_url: str) -> Any:
    database = Database(db_url)
    yield database
    database.close()


def chains(database: Database, seed: int, count: int) -> None:
    rng = random.Random(seed)  # noqa: S311 - not secret
    for _ in range(count):
        Chain(database, rng).run()


@pytest.mark.parametrize("seed", range(3))
def test_any_chain_of_raises_keeps_the_exact_origin(own_database: Database, seed: int) -> None:
    chains(own_database, seed, CHAINS)


@pytest.mark.parametrize("rule", JOINS)
def test_a_raise_that_joins_another_one_wrongly_is_noticed(
    own_database: Database, rule: str
) -> None:
    source = function_file("_plan_raise").read_text("utf-8")
    line, instead = JOINS[rule]
    assert source.count(line) == 1, "the function has changed: break it in another way"
    own_database.control.execute(source.replace(line, instead))
    with pytest.raises(AssertionError):
        chains(own_database, 0, 4 * CHAINS)


@pytest.mark.parametrize("seed", range(3))
def test_raising_and_giving_a_part_back_equals_one_smaller_reservation(
    wallet: OpenWallet, seed: int
) -> None:
    rng = random.Random(seed)  # noqa: S311 - not secret
    for _ in range(20):
        raised, other = wallet(5, 5), wallet(5, 5)
        for each in (raised, other):
            each.pack(5, 2 * HOUR)
            each.pack(5, HOUR, kind="promo", priority=-seed)
        costs = sorted(rng.randint(0, 20) for _ in range(rng.randint(1, 6)))
        job_id = raised.reserve(costs[0])
        for cost in costs:
            raised.call("raise_reservation", job_id=job_id, cost=cost)
        back = rng.randint(0, costs[-1])
        if back > 0:
            raised.refund(job_id, back)
        other.reserve(costs[-1] - back)
        packs = [[remaining for remaining, _ in each.packs()] for each in (raised, other)]
        assert (raised.buckets(), packs[0]) == (other.buckets(), packs[1]), (costs, back)


def test_a_stream_of_raises_leaves_few_rows(wallet: OpenWallet) -> None:
    rich = wallet(20, 20)
    rich.pack(20, timedelta(days=9))
    job_id = rich.reserve(5)
    for cost in range(6, 61):
        rich.call("raise_reservation", job_id=job_id, cost=cost)
    assert rows_of(rich, job_id) == [(15, 40, 20)]
    rich.refund(job_id)
    assert rich.buckets() == (20, 40)


def rows_of(wallet: Wallet, job_id: str) -> list[tuple[int, int, int]]:
    return wallet.database.connection.execute(
        "select r.monthly, r.addon, r.pack from credits.raises r where r.job_id = %s order by 1",
        [UUID(str(wallet.jobs[job_id]))],
    ).fetchall()
