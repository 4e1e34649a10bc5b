"""What usage says of any range is what the buckets lost in it beside grants, renewals, lapses,
revocations, corrections and moves; and its periods and labels together are the whole.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from laws.database import Database
from laws.refusals import Refused
from laws.wallet import BY, DAY, HOUR, NOW, Wallet

OpenWallet = Callable[..., Wallet]
CHAINS = 12
STEPS = 40
RANGES = 4
TICK = timedelta(microseconds=1)
ZONES = ("UTC", "Europe/Berlin", "America/Havana", "Asia/Kathmandu", "Pacific/Apia")
# Each bucket's loss in a range, as balances tell it, and what else than jobs moved it.
LOST = """
select (a.credits_remaining - b.credits_remaining)::bigint,
       (a.addon_credits - b.addon_credits)::bigint
  from credits.balance_at(%(id)s, %(since)s - interval '1 microsecond') a,
       credits.balance_at(%(id)s, %(until)s - interval '1 microsecond') b
"""
OTHERWISE = """
select coalesce(sum(case f.bucket when 'monthly' then f.other end), 0)::bigint,
       coalesce(sum(case f.bucket when 'addon' then f.other end), 0)::bigint
  from (select f.bucket, f.day,
               f.granted + f.renewed - f.lapsed - f.revoked + f.adjusted + f.moved as other
          from credits.daily_flows f
         where f.profile_id = %(id)s) f
 where f.day >= (%(since)s at time zone 'UTC')::date
   and f.day < (%(until)s at time zone 'UTC')::date
"""
DELTAS = """
select coalesce(sum(l.monthly_delta), 0)::bigint, coalesce(sum(l.addon_delta), 0)::bigint
  from credits.ledger l
 where l.profile_id = %(id)s
   and l.ts >= %(since)s
   and l.ts < %(until)s
   and l.kind in ('open', 'grant', 'lapse', 'renew', 'change', 'revoke', 'reinstate', 'adjust',
                  'close', 'move', 'repair')
"""
FIGURES = ("jobs", "consumed", "returned", "net", "monthly_net", "addon_net")


class Chain:
    """A profile to which everything happens that can move its credits."""

    def __init__(self, wallet: Wallet, heir: Wallet, rng: random.Random) -> None:
        self.wallet, self.heir, self.rng = wallet, heir, rng
        self.months = self.made = 0
        self.open_jobs: list[str] = []
        self.grants: list[str] = []
        self.moments = [wallet.now()]

    def act(self) -> None:
        acts = [self.reserve] * 5 + [self.end_a_job] * 5 + [self.wait] * 3
        acts += [self.grant, self.renew, self.revoke, self.adjust, self.raise_it]
        with suppress(Refused):  # too few credits, or nothing to take back
            self.rng.choice(acts)()
        self.moments.append(self.wallet.now())

    def reserve(self) -> None:
        rng = self.rng
        model = rng.choice(["null", '"large"', '"small"', "7"])
        more: dict[str, Any] = {"meta": f'{{"model": {model}}}'} if rng.random() < 0.7 else {}
        if rng.random() < 0.6:
            more["spender"] = rng.choice(["ann", "bob"])
        if rng.random() < 0.4:
            more["hold_for"] = rng.choice([HOUR, 20 * HOUR])
        self.open_jobs.append(self.wallet.reserve(rng.choice([0, 1, 5, 20, 60]), **more))

    def raise_it(self) -> None:
        if self.open_jobs:
            job = self.rng.choice(self.open_jobs)
            self.wallet.call("raise_reservation", job_id=job, cost=self.rng.randint(1, 60))

    def end_a_job(self) -> None:
        if not self.open_jobs:
            return
        job = self.rng.choice(self.open_jobs)
        how = self.rng.choice(["refund", "part", "settle", "settle", "rollback"])
        if how == "refund":
            self.wallet.refund(job)
        elif how == "part":
            self.wallet.refund(job, self.rng.randint(1, 5))
        elif how == "rollback":
            self.wallet.call("rollback_reservation", job_id=job)
        else:
            self.wallet.settle(job, self.rng.choice([None, 0, 3, 30, 90]))

    def grant(self) -> None:
        amount, kind = self.rng.randint(1, 80), self.rng.choice(["paid", "promo"])
        lasts = self.rng.choice([5 * HOUR, 2 * DAY])
        if self.rng.random() < 0.7:
            self.grants.append(self.wallet.pack(amount, lasts, kind=kind))
        else:
            self.grants.append(self.wallet.grant(amount))

    def renew(self) -> None:
        self.months += 1
        cap = self.rng.choice([0, 10])
        self.wallet.renew(self.months, self.rng.randint(0, 80), cap)

    def revoke(self) -> None:
        if self.grants:
            source = {"reference": self.rng.choice(self.grants), "revocation_id": "r", **BY}
            self.wallet.call(self.rng.choice(["revoke_grant", "reinstate_grant"]), **source)

    def adjust(self) -> None:
        self.made += 1
        delta = {"monthly_delta": self.rng.randint(-5, 5), "addon_delta": self.rng.randint(-5, 5)}
        self.wallet.call("adjust_credits", adjustment_id=str(self.made), **delta, **BY)

    def wait(self) -> None:
        self.wallet.wait(self.rng.choice([HOUR / 2, 7 * HOUR, DAY, 9 * DAY]))

    def move(self) -> None:
        self.wallet.call("move_credits", to_profile_id=self.heir.id, move_id="m", **BY)

    def moment(self) -> datetime:
        rng = self.rng
        return rng.choice(self.moments) + rng.choice([-TICK, timedelta(0), TICK, HOUR])

    def usage(self, since: datetime, until: datetime, **more: Any) -> list[dict[str, Any]]:
        return self.wallet.call("usage", since=since, until=until, **more)

    def row(self, query: str, since: datetime, until: datetime) -> tuple[int, ...]:
        given = {"id": self.wallet.id, "since": since, "until": until}
        return tuple(self.wallet.database.connection.execute(query, given).fetchone() or ())


def sums(rows: list[dict[str, Any]]) -> tuple[int, ...]:
    return tuple(sum(row[name] for row in rows) for name in FIGURES)


def check_range(chain: Chain, since: datetime, until: datetime) -> None:
    whole = chain.usage(since, until)
    assert len(whole) <= 1
    lost, otherwise = chain.row(LOST, since, until), chain.row(DELTAS, since, until)
    jobs, consumed, returned, net, monthly, addon = sums(whole)
    assert (monthly, addon) == tuple(a + b for a, b in zip(lost, otherwise, strict=True))
    assert net == consumed - returned == monthly + addon
    assert min(jobs, consumed, returned) >= 0
    for by in ("spender", "meta.model", "meta.nothing"):
        labelled = chain.usage(since, until, by=by)
        assert sums(labelled) == sums(whole)
        assert len({row["label"] for row in labelled}) == len(labelled)
    zone = chain.rng.choice(ZONES)
    step = chain.rng.choice(["day", "week", "month"])
    rows = chain.usage(since, until, step=step, time_zone=zone)
    assert sums(rows) == sums(whole)
    assert all(a["period_end"] <= b["period_start"] for a, b in pairwise(rows))
    for row in rows:
        assert since <= row["period_start"] < row["period_end"] <= until
        (alone,) = chain.usage(row["period_start"], row["period_end"])
        assert sums([alone]) == sums([row])
    both = chain.usage(since, until, step=step, time_zone=zone, by="meta.model")
    for row in rows:
        of_it = [each for each in both if each["period_start"] == row["period_start"]]
        assert sums(of_it) == sums([row])


def check_days(chain: Chain) -> None:
    """Whole days of UTC: as the views for reports tell it."""
    first = NOW.replace(hour=0, minute=0, second=0, microsecond=0)
    last = first + timedelta(days=(chain.wallet.now() - first).days + 1)
    lost, otherwise = chain.row(LOST, first, last), chain.row(OTHERWISE, first, last)
    whole = sums(chain.usage(first, last))
    assert whole[4:] == tuple(a + b for a, b in zip(lost, otherwise, strict=True))
    days = chain.wallet.database.connection.execute(
        "select d.day, sum(d.jobs), sum(d.consumed), sum(d.returned), sum(d.net), "
        "sum(d.monthly_net), sum(d.addon_net) "
        "from credits.usage_daily d where d.profile_id = %s group by d.day order by d.day",
        [chain.wallet.id],
    ).fetchall()
    counted = chain.usage(first, last, step="day")
    assert days == [
        (row["period_start"].astimezone(UTC).date(), *(row[name] for name in FIGURES))
        for row in counted
    ]


@pytest.mark.parametrize("seed", range(3))
def test_usage_adds_up(database: Database, wallet: OpenWallet, seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 - not secret
    for number in range(CHAINS):
        database.set_clock(NOW)
        database.set_closed_period_refund(rng.choice(["restore", "lapse"]))
        chain = Chain(wallet(rng.randint(0, 99), rng.randint(0, 99)), wallet(0, 0), rng)
        for _ in range(STEPS):
            chain.act()
        if number % 3 == 0:
            chain.move()
            with suppress(Refused):
                chain.end_a_job()
            chain.moments.append(chain.wallet.now())
        for _ in range(RANGES):
            check_range(chain, *sorted((chain.moment(), chain.moment())))
        check_days(chain)


def test_nothing_of_it_is_of_somebody_else(wallet: OpenWallet) -> None:
    one, other = wallet(50, 0), wallet(50, 0)
    for customer, cost in ((one, 3), (other, 40)):
        customer.reserve(cost)
    assert [row["net"] for row in one.call("usage")] == [3]
