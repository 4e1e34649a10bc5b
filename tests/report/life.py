"""Books to report on: forty days of some customers, with whatever can happen to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

CLOCK = """
create table public.clock (now timestamptz not null);
insert into public.clock values (clock_timestamp());
grant select on public.clock to public;
create or replace function credits._now() returns timestamptz language sql volatile
as $$ select c.now from public.clock c $$;
"""
DAYS = 40
BY = {"reason": "test", "actor": "tester"}
# What others may write wherever text is taken: nothing of it may become markup or leave its place.
NASTY = '<img src=x onerror="document.title=1">'
NAMES = (
    NASTY,
    "</style><script>document.title = 1</script>",
    "\"'><svg onload=document.title=1>&amp;&lt;",
    "javascript:document.title=1",
    "k" * 200,
    "ann",
    None,
)


@dataclass(frozen=True)
class Life:
    """The customers, each for what happens to it."""

    busy: UUID
    poor: UUID
    indebted: UUID
    moved: UUID
    everybody: list[UUID]


class Books:
    """A database, and the clock of its functions."""

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True)
        self._connection.execute(CLOCK)
        self.dice = Random(7)  # noqa: S311 - a simulation

    def close(self) -> None:
        self._connection.close()

    def at(self, now: datetime) -> None:
        self._connection.execute("update public.clock set now = %s", [now])

    def call(self, function: str, **arguments: object) -> Any:
        """Calls a function by the names of its parameters."""
        named = ", ".join(f"{name} => %({name})s" for name in arguments)
        given = {k: Jsonb(v) if isinstance(v, dict) else v for k, v in arguments.items()}
        return self._connection.execute(
            f"select * from credits.{function}({named})", given
        ).fetchone()

    def id(self) -> UUID:
        return UUID(int=self.dice.getrandbits(128), version=4)

    def jobs(self, profile_id: UUID, now: datetime, count: int) -> None:
        """Some jobs, of which some fail, settle, expire or stay."""
        for _ in range(count):
            job_id, cost = self.id(), self.dice.randrange(0, 90)
            hold = timedelta(hours=1) if self.dice.random() < 0.2 else None
            try:
                self.call(
                    "reserve_credits",
                    profile_id=profile_id,
                    job_id=job_id,
                    cost=cost,
                    hold_for=hold,
                    spender=self.dice.choice(NAMES),
                    meta={"model": self.dice.choice(["small", "large", NASTY])},
                )
            except psycopg.errors.Error:  # too few credits, or a limit
                continue
            now += timedelta(minutes=self.dice.randrange(1, 20))
            self.at(now)
            match self.dice.randrange(7):
                case 0:
                    self.call("refund_job", job_id=job_id, reason=f"failed: {NASTY}")
                case 1 | 2 if cost:
                    self.call("settle_job", job_id=job_id, actual_cost=cost * 2 // 3)
                case 3:
                    self.call("rollback_reservation", job_id=job_id)
                case 4 if hold is None:
                    self.call("settle_job", job_id=job_id, actual_cost=cost + 40)


def live(url: str, *, until: datetime | None = None) -> Life:
    """Forty days up to now."""
    books = Books(url)
    now = until or datetime.now(UTC)
    begin = now - timedelta(days=DAYS)
    books.at(begin)
    everybody = [books.id() for _ in range(9)]
    life = Life(*everybody[:4], everybody)
    for number, profile_id in enumerate(everybody):
        monthly, addon = (500, 5000) if number else (2000, 90_000)
        books.call(
            "open_profile", profile_id=profile_id, credits_remaining=monthly, addon_credits=addon
        )
        kinds = ["credits.low", "credits.depleted"]
        books.call("set_alert", profile_id=profile_id, low_balance=400, kinds=kinds)
    _limits(books, life)
    for day in range(DAYS):
        morning = begin + timedelta(days=day)
        books.at(morning)
        _one_day(books, life, day, morning)
    books.at(now - timedelta(minutes=30))
    for hours in (1, 24, 300):
        books.call(
            "reserve_credits",
            profile_id=life.busy,
            job_id=books.id(),
            cost=120,
            hold_for=timedelta(hours=hours),
            spender=f"holder {NASTY}",
        )
    books.at(now)
    books.close()
    return life


def _limits(books: Books, life: Life) -> None:
    for spender, window, amount in (
        ("ann", "month", 30_000),
        (NASTY, "total", 400),
        (None, "total", 60_000),
        ("k" * 200, "day", 50),
        ("early", "day", 100),
    ):
        books.call(
            "set_limit",
            profile_id=life.busy,
            spender=spender,
            window_name=window,
            amount=amount,
            **BY,
        )
    books.call("set_overdraft_limit", profile_id=life.indebted, overdraft_limit=9_000, **BY)


def _one_day(books: Books, life: Life, day: int, morning: datetime) -> None:
    moved_away = {life.moved} if day > 33 else set()
    if day % 30 == 5:
        for profile_id in sorted(set(life.everybody[:6]) - moved_away):
            books.call(
                "renew_monthly",
                profile_id=profile_id,
                period_start=morning,
                allowance=1000,
                rollover_cap=300,
            )
    if day % 6 == 2:
        books.call(
            "grant_addon",
            profile_id=life.busy,
            amount=1500,
            reference=f"order-{day} {NASTY}",
            expires_at=morning + timedelta(days=25 if day < 30 else 20),
            kind="promo",
        )
    if day == 20:
        books.call(
            "revoke_grant",
            profile_id=life.busy,
            reference=f"order-14 {NASTY}",
            revocation_id=f"dispute {NASTY}",
            amount=700,
            **BY,
        )
        books.call(
            "adjust_credits",
            profile_id=life.busy,
            adjustment_id="sorry",
            monthly_delta=0,
            addon_delta=2500,
            **BY,
        )
    if day == 33:
        books.call(
            "move_credits",
            profile_id=life.moved,
            to_profile_id=life.everybody[5],
            move_id="merge",
            **BY,
        )
    if day == 10:
        books.call("reserve_credits", profile_id=life.poor, job_id=books.id(), cost=5400)
        books.call("reserve_credits", profile_id=life.indebted, job_id=books.id(), cost=13_000)
    if day == 8:  # spends most of a day's limit, on a day that is over
        books.call(
            "reserve_credits", profile_id=life.busy, job_id=books.id(), cost=95, spender="early"
        )
    if day == 36:
        books.call("reserve_credits", profile_id=life.everybody[8], job_id=books.id(), cost=5200)
    for profile_id in life.everybody[:6]:
        if profile_id not in {life.poor, life.indebted, *moved_away}:
            books.jobs(profile_id, morning, 2 if day % 7 in {5, 6} else 6)
