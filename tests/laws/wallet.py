"""One profile in the database, with short names for what the law tests do to it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from laws.database import Database

NOW = datetime(2030, 1, 1, tzinfo=UTC)  # where a new database's clock stands
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
BY = {"reason": "asked for", "actor": "ann"}

TABLES = """
select t.relname
  from pg_catalog.pg_class t
 where t.relnamespace = 'credits'::regnamespace
   and t.relkind = 'r'
   and t.relname !~ 'yoyo'
"""


class Wallet:
    def __init__(self, database: Database, monthly: int = 0, addon: int = 0) -> None:
        self.database = database
        self.id = uuid4()
        self.jobs: dict[str, UUID] = {}
        self.call("open_profile", credits_remaining=monthly, addon_credits=addon)

    def call(self, name: str, **arguments: Any) -> Any:
        """For this profile; a job's id may be a name, which stands for one of this wallet's own."""
        if isinstance(arguments.get("job_id"), str):
            arguments["job_id"] = self.jobs.setdefault(arguments["job_id"], uuid4())
        return self.database.call(name, profile_id=self.id, **arguments)

    def reserve(self, cost: int, job_id: str | None = None, **more: Any) -> str:
        job_id = job_id or str(uuid4())
        self.call("reserve_credits", job_id=job_id, cost=cost, **more)
        return job_id

    def settle(self, job_id: str, actual_cost: int | None = None, **more: Any) -> Any:
        return self.call("settle_job", job_id=job_id, actual_cost=actual_cost, **more)

    def refund(self, job_id: str, amount: int | None = None, **more: Any) -> Any:
        key = {} if amount is None else {"amount": amount, "refund_id": str(uuid4())}
        return self.call("refund_job", job_id=job_id, **{**key, **more})

    def grant(self, amount: int, reference: str | None = None, **more: Any) -> str:
        reference = reference or str(uuid4())
        self.call("grant_addon", amount=amount, reference=reference, **more)
        return reference

    def pack(self, amount: int, lasts: timedelta, reference: str | None = None, **more: Any) -> str:
        return self.grant(amount, reference, expires_at=self.now() + lasts, **more)

    def renew(self, days: int, allowance: int, rollover_cap: int = 0) -> Any:
        period = {"period_start": NOW + days * DAY, "allowance": allowance}
        return self.call("renew_monthly", **period, rollover_cap=rollover_cap)

    def now(self) -> datetime:
        return self.database.control.execute("select now from public.clock").fetchone()[0]

    def wait(self, time: timedelta) -> None:
        self.database.set_clock(self.now() + time)

    def buckets(self) -> tuple[int, int]:
        balance = self.call("get_balance")
        return balance["credits_remaining"], balance["addon_credits"]

    def packs(self) -> list[tuple[int, datetime]]:
        """What remains of each pack and until when, in the order of their grants."""
        return self.database.connection.execute(
            "select k.remaining, k.expires_at from credits.packs k "
            "where k.profile_id = %s order by k.seq",
            [self.id],
        ).fetchall()

    def state(self) -> dict[str, Any]:
        return self.database.state(self.id, 0)


def all_rows(database: Database) -> dict[str, list[str]]:
    """Every row of every table, settings included."""
    execute = database.connection.execute
    return {
        table: [text for (text,) in execute(f"select r::text from credits.{table} r order by 1")]
        for (table,) in execute(TABLES).fetchall()
    }
