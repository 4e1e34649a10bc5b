"""What came and went, by day: the one place that asks the view ``daily_flows``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any, TypeAlias
from uuid import UUID

from pgcredits._server.database import Connection

FIGURES = (
    "granted",
    "renewed",
    "consumed",
    "returned",
    "lapsed",
    "revoked",
    "adjusted",
    "moved",
)
BUCKETS = ("monthly", "addon")
# Written as what was taken: all others less these are the change of the balance.
TAKING = {"consumed", "lapsed", "revoked"}
Flow: TypeAlias = dict[str, Any]
_OF_ONE = f"""
select f.day, f.bucket, f.opening, {", ".join(f"f.{name}" for name in FIGURES)}, f.closing
  from credits.daily_flows f
 where f.profile_id = $3
   and ($1::date is null or f.day >= $1)
   and ($2::date is null or f.day < $2)
 order by f.day, f.bucket desc
"""  # noqa: S608 - of these names
# Balances of some profiles only, those with a row on that day, would tell nothing.
_OF_ALL = f"""
select f.day, f.bucket, {", ".join(f"sum(f.{name})::bigint as {name}" for name in FIGURES)}
  from credits.daily_flows f
 where ($1::date is null or f.day >= $1)
   and ($2::date is null or f.day < $2)
 group by f.day, f.bucket
 order by f.day, f.bucket desc
"""  # noqa: S608 - of these names
_MOST_DAYS, _MOST_WEEKS = 92, 53


async def read_flows(
    connection: Connection, profile_id: UUID | None, since: date | None, until: date | None = None
) -> list[Flow]:
    """A row for each day and bucket, of one profile with its balances, or of all together."""
    if profile_id is None:
        rows = await connection.fetch(_OF_ALL, since, until)
    else:
        rows = await connection.fetch(_OF_ONE, since, until, profile_id)
    return [dict(row) for row in rows]


def change(flow: Flow) -> int:
    """By how much the balance is larger at the end of the day than at its beginning."""
    return sum(-flow[name] if name in TAKING else flow[name] for name in FIGURES)


class Periods:
    """The days, weeks or months of a range: as many as fit on a page."""

    def __init__(self, first: date, last: date) -> None:
        days = (last - first).days + 1
        weeks = days > _MOST_DAYS
        self.step = "month" if days > 7 * _MOST_WEEKS else "week" if weeks else "day"
        every = (first + timedelta(days=turn) for turn in range(days))
        self.starts = sorted({self.start(day) for day in every})

    def start(self, day: date) -> date:
        """When the period of a day begins: weeks on Monday."""
        if self.step == "month":
            return day.replace(day=1)
        return day - timedelta(days=day.weekday()) if self.step == "week" else day

    def sums(self, flows: Iterable[Flow]) -> dict[tuple[date, str], Flow]:
        """The figures by period and bucket; nothing where nothing moved."""
        summed: dict[tuple[date, str], Flow] = {}
        for flow in flows:
            key = (self.start(flow["day"]), flow["bucket"])
            before: Mapping[str, int] = summed.get(key, {})
            summed[key] = {name: before.get(name, 0) + flow[name] for name in FIGURES}
        return summed
