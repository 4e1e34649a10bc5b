"""A year of an old application with the bug, one profile at a time, and the truth beside it.

The old application puts every refund into the monthly bucket. Here it runs for a year on invented
profiles, with the damage that such applications leave behind. Beside it, the right books are kept:
the same events, but each refund gives back to the buckets what the job took from each. The right
books share no code with what they judge, the SQL of the import.
"""

from __future__ import annotations

import json
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import heappop, heappush
from math import log
from random import Random
from uuid import UUID

from pgcredits._legacy.example.truth import (
    DAMAGE,
    YEAR_START,
    JobRow,
    LedgerRow,
    LegacyPlan,
    LegacyProfile,
    PlantedRefund,
)

# The ledger still leads to the balances, and says what each job took.
_HARMLESS = {"meta_missing", "duplicate_refund", "refund_not_in_job", "job_missing"}
# The balances no longer follow from the events, so there is nothing to hold the right ones against.
_MEANINGLESS = {"negative_balance", "null_balance", "refund_not_in_balance"}
# What an import may find besides, depending on which class it lets explain the other.
_ARGUABLE = {
    "negative_balance": {"balance_mismatch"},
    "duplicate_deduction": {"cost_mismatch"},
    # What rows about jobs of the missing time look like.
    "history_truncated": {"deduction_missing", "duplicate_refund", "refund_interrupted"},
}

# Times are microseconds since the start of the year.
_MINUTE = 60_000_000
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
_YEAR = 365 * _DAY
_STATES_SPLITS = 181 * _DAY  # from 1 July some profiles have a version that states splits
_FIXED = 334 * _DAY  # from 1 December that version refunds rightly
_MEAN_LIFE = 0.74  # of the year, over the profiles


@dataclass(slots=True)
class _Job:
    """A job as the old application has it, and what it took in the right books."""

    id: UUID
    at: datetime
    cost: int
    monthly: int
    addon: int
    right_monthly: int
    right_addon: int
    stated_in: str | None
    status: str = "done"
    deducted: bool = True

    def meta(self) -> str:
        meta = {"credit_cost": self.cost, "credits_deducted": self.deducted}
        if self.stated_in == "meta":
            meta |= {"monthly_deducted": self.monthly, "addon_deducted": self.addon}
        return json.dumps(meta)


class Life:
    """One profile's year: what the old application does, and the right books beside it.

    ``kind``: the damage that is to happen; ``damage``: the same once it has happened;
    ``late_ledger``: whether the ledger is to begin late.
    """

    def __init__(
        self, plan: LegacyPlan, rng: Random, ledger_id: int, kind: str | None, *, late_ledger: bool
    ) -> None:
        self._rng = rng
        self._id = _uuid(rng)
        self._kind = kind
        self._fail_share = plan.fail_share
        self._stated = rng.random() < plan.stated_share
        self._allowance = rng.choice((500, 500, 1_000, 1_000, 2_000))
        self._keenness = rng.choice((0.2, 0.9))  # to buy when the credits do not suffice
        # Half of the profiles are there from January on, the others come until December. What is
        # to be damaged comes early, so that there is something to damage.
        days = 31 if kind or rng.random() < 0.5 else 350
        self._born = int(rng.random() * days * _DAY)
        self._damage_from = self._born + int(rng.random() * 0.5 * (_YEAR - self._born))
        self._damage_addon = rng.random() < 0.5  # only a job that took addon credits
        self._late_ledger = late_ledger
        self._ledger_from = 0.7 * rng.random()  # of the time until the last renewal
        self._ledger_waits = rng.random() < 0.5  # for a job that took addon credits and failed
        life = (_YEAR - self._born) / _YEAR
        self._mean_jobs = plan.jobs_per_profile * life / _MEAN_LIFE
        # So that the common jobs of a month use up about two thirds of the allowance.
        self._typical_cost = self._allowance * min(0.2, 0.4 * 12 * life / self._mean_jobs)
        self._now = self._born
        self._due: list[tuple[int, int, Callable[[], None]]] = []
        self._scheduled = 0
        self._last_renewal = self._born
        self._last_addon_refund = 0
        self._monthly = self._addon = 0
        self._right_monthly = self._right_addon = 0
        self._jobs: list[_Job] = []
        self._ledger: list[LedgerRow] = []
        # Oldest first, each with its ledger row; None if that was never written.
        self._wrong_refunds: list[tuple[int | None, _Job]] = []
        self._truncated = False
        self.damage: str | None = None
        self.next_ledger_id = ledger_id

    def run(self) -> None:
        """Lives through the year."""
        self._sign_up()
        self._schedule_jobs()
        self._schedule_renewals()
        for _ in range(self._rng.randint(0, 3)):
            self._schedule(self._some_time(), self._buy)
        while self._due:
            at, _, happens = heappop(self._due)
            self._now = max(self._now, at)
            happens()
        if self._kind == "negative_balance":
            self._race()

    # Plans.

    def _schedule(self, at: int, happens: Callable[[], None]) -> bool:
        """Whether it will happen: not after the year."""
        if at < _YEAR:
            self._scheduled += 1  # keeps the order of what happens at the same time
            heappush(self._due, (at, self._scheduled, happens))
        return at < _YEAR

    def _some_time(self) -> int:
        return self._born + int(self._rng.random() * (_YEAR - self._born))

    def _soon(self, mean: int) -> int:
        return int(self._rng.expovariate(1) * mean)

    def _schedule_jobs(self) -> None:
        """Jobs come in bursts: a few within an hour, then none for days."""
        left = round(self._rng.gammavariate(2, self._mean_jobs / 2))
        while left > 0:
            at = self._some_time()
            for _ in range(min(left, 1 + int(self._rng.expovariate(0.4)))):
                self._schedule(at, self._start_job)
                at += self._soon(6 * _MINUTE)
                left -= 1

    def _schedule_renewals(self) -> None:
        """Each month on the day of the sign-up, or on the last one of a shorter month."""
        born = _at(self._born)
        for month in range(born.month + 1, 13):
            day = min(born.day, monthrange(born.year, month)[1])
            renewed = born.replace(month=month, day=day)
            self._last_renewal = (renewed - YEAR_START) // timedelta(microseconds=1)
            self._schedule(self._last_renewal, self._renew)
        until = self._last_renewal - self._born
        if self._late_ledger and until > 0:
            self._schedule(self._born + int(self._ledger_from * until), self._introduce_ledger)

    # What happens.

    def _sign_up(self) -> None:
        self._monthly = self._allowance
        self._right_monthly = self._allowance
        self._write(self._allowance, "signup: monthly credits")

    def _introduce_ledger(self) -> None:
        """Nobody knows of what was before, so the right books begin here too."""
        later = self._now + 4 * _HOUR
        awaited = self._ledger_waits and self._last_addon_refund <= self._now
        if awaited and later < self._last_renewal:
            self._schedule(later, self._introduce_ledger)
            return
        self._truncated = True
        self._ledger.clear()
        self._wrong_refunds.clear()
        self._right_monthly, self._right_addon = self._monthly, self._addon
        for job in self._jobs:
            job.right_monthly, job.right_addon = job.monthly, job.addon

    def _renew(self) -> None:
        change = self._allowance - self._monthly
        self._monthly = self._allowance
        self._right_monthly = self._allowance
        self._write(change, "monthly renewal")

    def _buy(self) -> None:
        bought = self._rng.choice((1_000, 1_000, 1_000, 5_000))
        self._addon += bought
        self._right_addon += bought
        self._write(bought, f"addon purchase: order-{self._rng.getrandbits(32):08x}")

    def _start_job(self) -> None:
        cost = self._cost()
        if cost > self._total() and self._rng.random() < self._keenness:
            self._buy()
        if cost > self._total():
            cost //= 10  # another job, which may fit
        if cost < 1 or cost > self._total():
            return
        monthly = min(self._monthly, cost)
        addon = cost - monthly
        self._monthly -= monthly
        self._addon -= addon
        right_monthly = min(self._right_monthly, cost)
        right_addon = cost - right_monthly
        self._right_monthly -= right_monthly
        self._right_addon -= right_addon
        job = self._new_job(cost, monthly, addon)
        job.right_monthly, job.right_addon = right_monthly, right_addon
        if self._stated and self._now >= _STATES_SPLITS:
            job.stated_in = self._rng.choice(("meta", "reason"))
        refunded = self._decide_end(job)
        self._write_deduction(job, refunded=refunded)

    def _total(self) -> int:
        return self._monthly + self._addon

    def _cost(self) -> int:
        """Mostly a small part of the allowance, sometimes up to four allowances."""
        if self._rng.random() < 0.05:
            return int(self._allowance * self._rng.uniform(0.5, 4))
        return 1 + int(self._rng.lognormvariate(log(self._typical_cost), 1))

    def _new_job(self, cost: int, monthly: int, addon: int) -> _Job:
        job = _Job(_uuid(self._rng), _at(self._now), cost, monthly, addon, 0, 0, None)
        self._jobs.append(job)
        return job

    def _decide_end(self, job: _Job) -> bool:
        """How the job ends; whether it will be refunded."""
        ends = self._now + _MINUTE + self._soon(10 * _MINUTE)
        if ends > _YEAR or self._rng.random() < 0.003:
            job.status = "running"
        elif self._rng.random() < self._fail_share:
            job.status = "FAILED"
            noticed = min(self._now + 2 * _DAY, ends + _MINUTE + self._soon(6 * _HOUR))
            if self._rng.random() < 0.9:
                if job.addon:
                    self._last_addon_refund = max(self._last_addon_refund, noticed)
                return self._schedule(noticed, lambda: self._refund(job))
        else:
            job.status = self._rng.choice(("done", "done", "Done"))
        return False

    def _refund(self, job: _Job) -> None:
        if self._strikes("refund_not_in_balance", job):
            self._write_refund(job)
            return
        rightly = job.stated_in is not None and self._now >= _FIXED
        if rightly:
            self._monthly += job.monthly
            self._addon += job.addon
        else:
            self._monthly += job.cost  # the bug
        self._right_monthly += job.right_monthly
        self._right_addon += job.right_addon
        without_row = self._strikes("refund_not_in_ledger", job)
        row = None if without_row else self._write_refund(job, stated=rightly)
        if job.addon and not rightly:
            self._wrong_refunds.append((row, job))
        if without_row or self._strikes("refund_not_in_job", job):
            return
        job.deducted = False
        job.status = "refunded"
        again = self._now + 2 * _MINUTE + self._soon(_HOUR)
        if again < _YEAR and not rightly and self._strikes("duplicate_refund", job):
            self._schedule(again, lambda: self._refund_again(job))

    def _refund_again(self, job: _Job) -> None:
        """The job holds nothing any more, so both books give to monthly."""
        self._monthly += job.cost
        self._right_monthly += job.cost
        self._write_refund(job)

    def _race(self) -> None:
        """Two jobs look at the same balance, and both take what only one can have."""
        if self._total() == 0:
            self._buy()
        monthly = self._monthly
        addon = self._addon - int(self._addon * self._rng.uniform(0, 0.4))
        for _ in range(2):
            self._monthly -= monthly
            self._addon -= addon
            self._write_deduction(self._new_job(monthly + addon, monthly, addon), refunded=False)
        self.damage = self._kind

    def _strikes(self, kind: str, job: _Job) -> bool:
        """Whether this damage happens now: once, from some time of the year on."""
        if kind != self._kind or self.damage is not None or self._now < self._damage_from:
            return False
        if job.addon or not self._damage_addon:
            self.damage = kind
        return self.damage is not None

    # Rows.

    def _write(self, delta: int, reason: str) -> int:
        self._now += 1  # no two rows at the same time
        row = self.next_ledger_id
        self._ledger.append((row, self._id, delta, reason, _at(self._now)))
        self.next_ledger_id += 1
        return row

    def _write_deduction(self, job: _Job, *, refunded: bool) -> None:
        reason = f"job create: {job.id}"
        if job.stated_in == "reason":
            reason += f" (monthly: -{job.monthly}, addon: -{job.addon})"
        # Only on a job that keeps its credits: a later refund would be a damage of its own.
        if refunded or not self._strikes("deduction_missing", job):
            self._write(-job.cost, reason)
        if not refunded and self._strikes("duplicate_deduction", job):
            self._write(-job.cost, reason)

    def _write_refund(self, job: _Job, *, stated: bool = False) -> int:
        split = f" (monthly: +{job.monthly}, addon: +{job.addon})" if stated else ""
        return self._write(job.cost, f"job refund: {job.id}{split}")

    # The end.

    def profile(self) -> LegacyProfile:
        """What the tables hold at the end of the year, and the truth. To be called once."""
        jobs, balances = self._job_rows(), self._end_balances()
        classes = set(DAMAGE.get(self.damage or "", ()))
        if self.damage == "null_balance" and sum(x or 0 for x in balances) != self._total():
            classes.add("balance_mismatch")
        if self._truncated:
            classes.add("history_truncated")
        damage = "history_truncated" if self._truncated else self.damage or ""
        comparable = self.damage not in _MEANINGLESS
        return LegacyProfile(
            profile=(self._id, *balances),
            jobs=jobs,
            ledger=self._ledger,
            damage=self.damage,
            classes=frozenset(classes),
            arguable_classes=frozenset(_ARGUABLE.get(damage, ())),
            truncated=self._truncated,
            stated=self._stated,
            determined=not self._truncated and (self.damage is None or self.damage in _HARMLESS),
            actual=balances,
            right=(self._right_monthly, self._right_addon) if comparable else None,
            planted=self._planted(comparable=comparable),
        )

    def _job_rows(self) -> list[JobRow]:
        rows: list[JobRow] = [
            (job.id, self._id, job.status, job.meta(), job.at) for job in self._jobs
        ]
        if self._kind in {"meta_missing", "job_missing"} and rows:
            self.damage = self._kind
            for row in self._rng.sample(rows, min(len(rows), self._rng.randint(1, 3))):
                place = rows.index(row)
                if self._kind == "job_missing":
                    del rows[place]
                else:
                    rows[place] = (*row[:3], self._rng.choice((None, "{}")), row[4])
        return rows

    def _end_balances(self) -> tuple[int | None, int | None]:
        if self._kind != "null_balance":
            return self._monthly, self._addon
        self.damage = self._kind
        lost = self._rng.choice(("monthly", "addon", "both"))
        return (
            self._monthly if lost == "addon" else None,
            self._addon if lost == "monthly" else None,
        )

    def _planted(self, *, comparable: bool) -> list[PlantedRefund]:
        """Shares out what is lost, newest refund first; leaves out one without a row."""
        addon_lost = self._right_addon - self._addon
        monthly_gained = self._monthly - self._right_monthly
        planted = []
        for row, job in reversed(self._wrong_refunds):
            lost = min(job.addon, addon_lost)
            gained = min(lost, monthly_gained)
            addon_lost -= lost
            monthly_gained -= gained
            if row is not None:
                planted.append(
                    PlantedRefund(
                        ledger_id=row,
                        job_id=job.id,
                        refunded=job.cost,
                        misplaced=job.addon,
                        addon_lost=lost if comparable else None,
                        monthly_gained=gained if comparable else None,
                    )
                )
        return planted[::-1]


def _at(time: int) -> datetime:
    return YEAR_START + timedelta(microseconds=time)


def _uuid(rng: Random) -> UUID:
    return UUID(int=rng.getrandbits(128), version=4)
