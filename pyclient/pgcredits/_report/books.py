"""The report on all profiles: for owners and operators."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta
from typing import Any

import asyncpg

from pgcredits import LimitEntry
from pgcredits._report import charts
from pgcredits._report.charts import Panel, Series
from pgcredits._report.drawing import COLOURS, percent
from pgcredits._report.flows import BUCKETS, Flow, Periods, change
from pgcredits._report.markup import Markup, join
from pgcredits._report.page import more, sentence, table, tiles
from pgcredits._report.reading import Asked, Part
from pgcredits._report.shared import (
    CHECK,
    FLOWS,
    NOBODY,
    NOTHING_MOVED,
    both,
    limit_table,
    read_sums,
)
from pgcredits._server.words import count

_MOST = 15
_DAYS_AHEAD = 30
_Rows = list[asyncpg.Record]
_LIMIT_COLUMNS = [column.name for column in fields(LimitEntry)]
_Metrics = dict[tuple[str, str], int]
_METRICS = """
select m.name, coalesce(l.value, '') as label, m.value::bigint as value
  from credits.metrics m
  left join lateral jsonb_each_text(m.labels) l on true
"""
_SPENDERS = """
select u.spender, sum(u.jobs)::bigint as jobs, sum(u.consumed)::bigint as consumed,
       sum(u.returned)::bigint as returned, sum(u.net)::bigint as net, count(*) over () as found
  from credits.usage_daily u
 where u.day >= $1
 group by u.spender
 order by consumed desc, u.spender
 limit $2
"""
_LOW = """
with found as materialized (
  select p.id, coalesce(a.low, false) as low, coalesce(a.depleted, false) as depleted,
         a.low_balance, p.addon_credits < 0 as in_debt
    from credits.profiles p
    left join credits.alerts a on a.profile_id = p.id
   where p.addon_credits < 0
      or p.closed_at is null and (a.low or a.depleted)
)
select f.id, f.low, f.depleted, f.low_balance, f.in_debt, b.available, b.credits_remaining,
       b.addon_credits, count(*) over () as found
  from found f
  join credits.balances b on b.profile_id = f.id
 order by b.available, f.id
 limit $1
"""
_EXPIRING_DAYS = """
select (k.expires_at at time zone 'UTC')::date as day, count(*) as packs,
       sum(k.remaining)::bigint as remaining
  from credits.packs k
 where k.remaining > 0
   and k.expires_at > $1
   and k.expires_at <= $2
 group by 1
"""
_EXPIRING_PACKS = """
select k.profile_id, g.reference, k.kind, k.remaining, k.expires_at
  from credits.packs k
  join credits.addon_grants g on g.profile_id = k.profile_id and g.seq = k.seq
 where k.remaining > 0
   and k.expires_at > $1
   and k.expires_at <= $2
 order by k.remaining desc, k.expires_at, k.profile_id
 limit $3
"""
# Windows that are over have nothing spent. What is shown of the rest is what get_limits says.
_LIMITS = """
select e.*, n.found
  from (
    select l.profile_id, l.spender, l.window_name, count(*) over () as found,
           l.spent::numeric / greatest(l.amount, 1) as share
      from credits.limits l
     where l.spent > 0
       and l.spent >= 0.8 * l.amount
       and (l.resets_at is null or l.resets_at > $1)
     order by share desc, l.profile_id, l.spender, l.window_name
     limit $2
  ) n
 cross join lateral credits.get_limits(n.profile_id, nullif(n.spender, '')) e
 where e.window_name = n.window_name
   and e.spender is not distinct from nullif(n.spender, '')
 order by n.share desc, n.profile_id, n.spender, n.window_name
"""


async def _read_metrics(asked: Asked) -> _Metrics:
    return {
        (row["name"].removeprefix("pgcredits_"), row["label"]): row["value"]
        for row in await asked.connection.fetch(_METRICS)
    }


def _show_now(metrics: _Metrics, asked: Asked) -> Markup:
    debtors = metrics["negative_balances", ""]
    holds, packs = metrics["overdue", "hold"], metrics["overdue", "pack"]
    oldest = max(
        metrics["oldest_overdue_seconds", "hold"], metrics["oldest_overdue_seconds", "pack"]
    )
    overdue = f"holds: {holds:,}, packs: {packs:,}"
    counted = "of all customers, less debt"
    return tiles(
        [
            ("Monthly credits", metrics["credits", "monthly"], "of all customers"),
            (
                "Addon credits",
                _addon(metrics),
                f"{counted}, with packs that are overdue" if packs else counted,
            ),
            ("Debt", metrics["debt_credits", ""], f"profiles below zero: {debtors:,}"),
            ("Held", metrics["held_credits", ""], f"open holds: {metrics['open_holds', '']:,}"),
            (
                "Profiles",
                metrics["profiles", "open"],
                f"and closed: {metrics['profiles', 'closed']:,}",
            ),
            (
                "To be collected",
                metrics["uncollected_credits", ""],
                "of revocations and lowered allowances",
            ),
            (
                "Overdue",
                holds + packs,
                f"{overdue}, the oldest for {timedelta(seconds=oldest)}" if oldest else overdue,
            ),
        ]
    )


def _addon(metrics: _Metrics) -> int:
    """The sum of all addon buckets: one that is below zero is debt."""
    return metrics["credits", "addon"] - metrics["debt_credits", ""]


async def _read_outstanding(asked: Asked) -> tuple[_Metrics, Periods, dict[Any, Flow]]:
    return await _read_metrics(asked), *await read_sums(asked)


def _show_outstanding(read: tuple[_Metrics, Periods, dict[Any, Flow]], asked: Asked) -> Markup:
    metrics, periods, sums = read
    now = {
        "monthly": metrics["credits", "monthly"],
        "addon": _addon(metrics),
    }
    lines = []
    for bucket, colour in zip(BUCKETS, COLOURS, strict=False):
        values = [now[bucket]]
        for start in reversed(periods.starts):
            moved = change(sums[start, bucket]) if (start, bucket) in sums else 0
            values.append(values[-1] - moved)
        points = [(float(at), value) for at, value in enumerate(reversed(values))]
        lines.append(Panel(name=bucket, colour=colour, points=points, height=120))
    lines = [line for line in lines if any(value for _, value in line.points)]
    if not lines:
        return sentence("Nobody has credits, and nobody had.")
    names = charts.period_names(periods.starts, periods.step)
    return charts.panels("Outstanding credits", (0, len(periods.starts)), names, lines)


async def _read_failures(asked: Asked) -> tuple[Periods, dict[Any, Flow], _Rows]:
    return *await read_sums(asked), await asked.connection.fetch(_SPENDERS, asked.since, _MOST)


def _show_failures(read: tuple[Periods, dict[Any, Flow], _Rows], asked: Asked) -> Markup:
    periods, sums, spenders = read
    if not spenders:
        return sentence("No job took credits in this time.")
    consumed = both(periods, sums, "consumed")
    returned = both(periods, sums, "returned")
    series = [
        Series(name="consumed", colour="1", values=consumed),
        Series(name="returned", colour="2", values=returned),
    ]
    drawn = charts.overlaid("Consumed and returned", periods.starts, periods.step, series)
    return join(
        sentence(
            join(
                f"Jobs took {sum(consumed):,} and gave {sum(returned):,} back",
                join(": ", percent(sum(returned), sum(consumed))) if any(consumed) else None,
                ".",
            )
        ),
        drawn if any(consumed) or any(returned) else sentence(NOTHING_MOVED),
        table(
            ["spender", "jobs", "consumed", "returned", "back", "net"],
            [
                [
                    NOBODY if row["spender"] is None else row["spender"],
                    row["jobs"],
                    row["consumed"],
                    row["returned"],
                    charts.share(row["returned"], row["consumed"]),
                    row["net"],
                ]
                for row in spenders
            ],
            "spenders",
        ),
        more(len(spenders), spenders[0]["found"], "spenders"),
    )


async def _read_low(asked: Asked) -> tuple[int, _Rows]:
    watched = await asked.connection.fetchval(
        "select count(*) from credits.alerts a where cardinality(a.kinds) > 0"
    )
    return watched, await asked.connection.fetch(_LOW, _MOST)


def _show_low(read: tuple[int, _Rows], asked: Asked) -> Markup:
    watched, rows = read
    told = (
        f"Profiles that are watched: {watched:,}."
        if watched
        else "No profile is watched: pgcredits alert says below which balance one is low."
    )
    if not rows:
        return sentence(f"Nobody is low or below zero. {told}")
    return join(
        sentence(told),
        table(
            ["profile", "state", "available", "monthly", "addon", "low below"],
            [
                [
                    row["id"],
                    ", ".join(
                        word
                        for name, word in (
                            ("in_debt", "below zero"),
                            ("depleted", "depleted"),
                            ("low", "low"),
                        )
                        if row[name]
                    ),
                    row["available"],
                    row["credits_remaining"],
                    row["addon_credits"],
                    row["low_balance"],
                ]
                for row in rows
            ],
            "low",
        ),
        more(len(rows), rows[0]["found"], "profiles"),
    )


async def _read_expiring(asked: Asked) -> tuple[_Rows, _Rows]:
    ahead = (asked.now, asked.now + timedelta(days=_DAYS_AHEAD))
    return (
        await asked.connection.fetch(_EXPIRING_DAYS, *ahead),
        await asked.connection.fetch(_EXPIRING_PACKS, *ahead, _MOST),
    )


def _show_expiring(read: tuple[_Rows, _Rows], asked: Asked) -> Markup:
    by_day, packs = read
    if not packs:
        return sentence(f"No pack expires in the next {_DAYS_AHEAD} days.")
    first = asked.now.date()
    ahead = Periods(first, first + timedelta(days=_DAYS_AHEAD))
    amounts = {row["day"]: row["remaining"] for row in by_day}
    packs_left, credits_left = sum(row["packs"] for row in by_day), sum(amounts.values())
    values = [amounts.get(day, 0) for day in ahead.starts]
    return join(
        sentence(
            f"Packs: {packs_left:,}, with {count(credits_left, 'unspent credit')}; "
            "the largest first."
        ),
        charts.stacked(
            "What expires",
            ahead.starts,
            ahead.step,
            [Series(name="expires", colour="4", values=values)],
        ),
        table(
            ["profile", "reference", "kind", "left", "expires (UTC)"],
            [
                [
                    row["profile_id"],
                    row["reference"],
                    row["kind"],
                    row["remaining"],
                    row["expires_at"],
                ]
                for row in packs
            ],
            "expiring",
        ),
        more(len(packs), packs_left, "packs"),
    )


async def _read_limits(asked: Asked) -> _Rows:
    return await asked.connection.fetch(_LIMITS, asked.now, _MOST)


def _show_limits(rows: _Rows, asked: Asked) -> Markup:
    if not rows:
        return sentence("No limit is spent to four fifths.")
    limits = [LimitEntry(**{name: row[name] for name in _LIMIT_COLUMNS}) for row in rows]
    return join(limit_table(limits, with_profile=True), more(len(rows), rows[0]["found"], "limits"))


PARTS = (
    Part(title="Now", source="From the view metrics.", read=_read_metrics, show=_show_now),
    Part(
        title="Outstanding credits",
        source="What there is now is from the view metrics, as above; what there was before, from "
        "that and what moved since by the view daily_flows.",
        read=_read_outstanding,
        show=_show_outstanding,
    ),
    FLOWS,
    Part(
        title="What failures cost",
        source="From the views daily_flows and usage_daily. Jobs give back what they took when "
        "they fail, and what was estimated too high.",
        read=_read_failures,
        show=_show_failures,
    ),
    Part(
        title="Who is low",
        source="From the view balances and the table alerts.",
        read=_read_low,
        show=_show_low,
    ),
    Part(
        title=f"What expires in {_DAYS_AHEAD} days",
        source="From the tables packs and addon_grants, as the view grants has it.",
        read=_read_expiring,
        show=_show_expiring,
    ),
    Part(
        title="Limits near their end",
        source="From get_limits: those that are spent to four fifths or more.",
        read=_read_limits,
        show=_show_limits,
    ),
    CHECK,
)
