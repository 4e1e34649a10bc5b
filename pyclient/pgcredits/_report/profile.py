"""The report on one profile: for support."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

import asyncpg

from pgcredits import (
    Balance,
    Credits,
    GrantEntry,
    JobEntry,
    JobEvent,
    LedgerEntry,
    LimitEntry,
    ProfileEntry,
    UsageEntry,
)
from pgcredits._report import charts
from pgcredits._report.charts import Mark, Panel
from pgcredits._report.markup import Markup, join, tag
from pgcredits._report.page import Signed, due, moment, more, sentence, table, tiles
from pgcredits._report.reading import Asked, Part
from pgcredits._report.shared import CHECK, FLOWS, NOBODY, limit_table
from pgcredits._server.words import count

_MOST, _MOST_JOBS, _MOST_META = 20, 10, 400
_NEAR = 4
_PAGE = 1000  # the longest of get_statement
# What the functions write into the metadata of a job: it is in its columns too.
_PUBLISHED = {
    *("credit_cost", "credits_deducted", "monthly_deducted", "addon_deducted"),
    *("credits_refunded", "monthly_refunded", "addon_refunded"),
}
_Rows = list[asyncpg.Record]
# The everyday work of jobs. What else moved a balance is marked on its line.
_OF_JOBS = ("reserve", "raise", "settle", "refund", "rollback", "expire")
_MARKED = """
select e.*
  from credits.ledger_entries e
 where e.profile_id = $1
   and e.seq > $2
   and e.kind <> all ($3)
 order by e.seq desc
 limit $4
"""
_HOLDS = """
select e.*
  from (
    select j.id
      from credits.jobs j
     where j.profile_id = $1
       and j.hold_due_at is not null
     order by j.hold_due_at, j.id
     limit $2
  ) h
 cross join lateral credits.get_job(h.id, $1) e
 order by e.hold_due_at, e.job_id
"""
_PACKS = """
select g.reference, g.kind, g.amount, g.remaining, g.granted_at, g.expires_at
  from credits.grants g
 where g.profile_id = $1
   and g.remaining > 0
 order by g.expires_at, g.seq
 limit $2
"""
_REVOCATIONS = """
select g.reference, r.revocation_id, r.requested, r.amount, r.collected, r.lapsed, r.ended_at,
       l.ts as opened_at
  from credits.revocations r
  left join credits.addon_grants g on g.profile_id = r.profile_id and g.seq = r.source_seq
  left join credits.ledger l on l.profile_id = r.profile_id and l.seq = r.opened_seq
 where r.profile_id = $1
 order by r.seq desc, r.revocation_id
 limit $2
"""


async def _read_now(asked: Asked) -> tuple[Balance, ProfileEntry, int]:
    client, profile_id = asked.client, asked.profile
    balance = await client.get_balance(profile_id)
    return balance, await client.get_profile(profile_id), await _in_overdue_packs(client, balance)


async def _in_overdue_packs(client: Credits, balance: Balance) -> int:
    """What expired packs still have in the ledger, and a balance to spend leaves out."""
    (newest,) = await client.get_statement(balance.profile_id, page_size=1)
    return max(newest.addon_balance - balance.addon_credits, 0)


def _show_now(read: tuple[Balance, ProfileEntry, int], asked: Asked) -> Markup:
    balance, entry, overdue = read
    facts = _facts(entry)
    if overdue:
        facts.append(f"In expired packs: {overdue:,} more, which lapse with the next call.")
    if entry.next_hold_expiry is not None and entry.next_hold_expiry <= asked.now:
        facts.append("At least one hold is overdue: its credits come back with the next call.")
    return join(
        tiles(
            [
                ("Available", balance.available, "monthly + addon"),
                ("Monthly", balance.credits_remaining, _month(entry)),
                ("Addon", balance.addon_credits, f"in packs: {entry.pack_credits - overdue:,}"),
                ("Held", balance.held, f"open holds: {entry.open_holds:,}"),
            ]
        ),
        tag("ul", *(tag("li", fact) for fact in facts)),
    )


def _month(entry: ProfileEntry) -> str:
    if entry.period_start is None:
        return "no month has begun"
    return f"of {entry.allowance:,} since {moment(entry.period_start)}"


def _facts(entry: ProfileEntry) -> list[str]:
    facts = [f"Opened {moment(entry.created_at)}; {count(entry.seq, 'ledger row')}."]
    if entry.low_balance is not None:
        facts.append(f"Low below {entry.low_balance:,}{': as it is now' if entry.low else ''}.")
    if entry.overdraft_limit:
        facts.append(f"May go {entry.overdraft_limit:,} below zero.")
    if entry.uncollected:
        facts.append(f"{entry.uncollected:,} wait to be collected from what jobs give back.")
    if entry.owed:
        facts.append(f"{entry.owed:,} are owed of a lowered allowance.")
    if entry.closed_at is not None:
        facts.append(f"Closed {moment(entry.closed_at)}.")
    if entry.to_profile_id is not None:
        facts.append(f"Its credits were moved to {entry.to_profile_id}.")
    return facts


@dataclass(frozen=True, slots=True, kw_only=True)
class _History:
    """The balances of a range: at its beginning, and then; ``daily``: at the end of each day;
    ``now``: what can be spent, which is less by what is in overdue packs.

    ``marked``: the newest rows that are no work of jobs, oldest first.
    """

    before: Balance
    points: list[tuple[datetime, int, int]]
    daily: bool
    marked: list[LedgerEntry]
    now: Balance
    overdue: int
    low_balance: int | None


async def _read_history(asked: Asked) -> _History:
    client, profile_id = asked.client, asked.profile
    before = await client.balance_at(profile_id, asked.begin - timedelta(microseconds=1))
    entry = await client.get_profile(profile_id)
    if daily := entry.seq - before.seq > _PAGE:
        found = await asked.connection.fetch(_MARKED, profile_id, before.seq, _OF_JOBS, _MOST)
        marked = [LedgerEntry(**row) for row in found]
        points = await _daily(asked)
    else:
        page = await client.get_statement(profile_id, page_size=_PAGE)
        rows = [row for row in page if row.seq > before.seq]
        marked = [row for row in rows if row.kind not in _OF_JOBS][:_MOST]
        points = [(row.ts, row.monthly_balance, row.addon_balance) for row in reversed(rows)]
    now = await client.get_balance(profile_id)
    return _History(
        before=before,
        points=points,
        daily=daily,
        marked=marked[::-1],
        now=now,
        overdue=await _in_overdue_packs(client, now),
        low_balance=entry.low_balance,
    )


async def _daily(asked: Asked) -> list[tuple[datetime, int, int]]:
    """The balances at the end of each day, of which the last one is not over."""
    closing = {(flow["day"], flow["bucket"]): flow["closing"] for flow in await asked.flows()}
    points = []
    for day in sorted({day for day, _ in closing}):
        end = datetime.combine(day + timedelta(days=1), time(tzinfo=UTC))
        points.append((min(end, asked.now), closing[day, "monthly"], closing[day, "addon"]))
    return points


def _show_history(history: _History, asked: Asked) -> Markup:
    before = (asked.begin, history.before.credits_remaining, history.before.addon_credits)
    points = [before, *history.points]
    until = max(asked.now, points[-1][0])
    if history.overdue:
        points.append((until, history.now.credits_remaining, history.now.addon_credits))
    if not any(monthly or addon for _, monthly, addon in points):
        return sentence("There were no credits in this time.")
    marks = [
        Mark(at=row.ts.timestamp(), number=number, told=f"{moment(row.ts)} {row.reason}")
        for number, row in enumerate(history.marked, start=1)
    ]
    lines = _lines(points, history.low_balance)
    drawn = charts.panels(
        "Balance",
        (asked.begin.timestamp(), until.timestamp()),
        charts.time_ticks(asked.begin, until),
        lines,
        steps=True,
        marks=marks,
    )
    remark = "It moved too often to draw each step: these are the balances at the end of each day."
    return join(
        sentence(remark) if history.daily else None,
        sentence(
            f"It ends with what can be spent now, without {history.overdue:,} in expired packs."
        )
        if history.overdue
        else None,
        drawn,
        *(
            sentence(f"Below the dashed line, at {line.low:,}, the balance is low.")
            for line in lines
            if line.low is not None
        ),
        _marks(history.marked) if history.marked else None,
    )


def _lines(points: Sequence[tuple[datetime, int, int]], low: int | None) -> list[Panel]:
    """What is available, and each bucket that ever had something."""

    def panel(name: str, values: Sequence[int], colour: str, height: int) -> Panel:
        at = [point[0].timestamp() for point in points]
        return Panel(
            name=name,
            colour=colour,
            points=list(zip(at, values, strict=True)),
            height=height,
            low=low if near and name == "available" else None,
        )

    available = [monthly + addon for _, monthly, addon in points]
    near = low is not None and min(available) < _NEAR * low  # else one would see nothing but it
    lines = [
        panel("available", available, "3", 150),
        panel("monthly", [monthly for _, monthly, _ in points], "1", 80),
        panel("addon", [addon for _, _, addon in points], "2", 80),
    ]
    return [line for line in lines if any(value for _, value in line.points)]


def _marks(rows: Sequence[LedgerEntry]) -> Markup:
    rows_told = table(
        ["no.", "when (UTC)", "kind", "monthly", "addon", "reason", "by"],
        [
            [
                number,
                row.ts,
                row.kind,
                Signed(row.monthly_delta),
                Signed(row.addon_delta),
                row.reason,
                row.actor,
            ]
            for number, row in enumerate(rows, start=1)
        ],
        "marks",
    )
    words = "A number above the chart is a change that no job made, such as a purchase or a month:"
    return join(sentence(words), rows_told)


async def _read_usage(asked: Asked) -> list[UsageEntry]:
    return await asked.client.usage(asked.profile, since=asked.begin, by="spender")


def _show_usage(entries: list[UsageEntry], asked: Asked) -> Markup:
    if not entries:
        return sentence("No job took credits in this time.")
    return join(
        table(
            ["spender", "jobs", "consumed", "returned", "back", "net"],
            [
                [
                    NOBODY if entry.label is None else entry.label,
                    entry.jobs,
                    entry.consumed,
                    entry.returned,
                    charts.share(entry.returned, entry.consumed),
                    entry.net,
                ]
                for entry in entries[:_MOST]
            ],
            "spenders",
        ),
        more(_MOST, len(entries), "spenders"),
    )


async def _read_holds(asked: Asked) -> tuple[int, _Rows]:
    entry = await asked.client.get_profile(asked.profile)
    rows = await asked.connection.fetch(_HOLDS, entry.profile_id, _MOST)
    return entry.open_holds, rows


def _show_holds(read: tuple[int, _Rows], asked: Asked) -> Markup:
    count, rows = read
    if not rows:
        return sentence("No hold is open.")
    return join(
        table(
            ["job", "spender", "reserved (UTC)", "ends (UTC)", "held"],
            [
                [
                    row["job_id"],
                    row["spender"],
                    row["created_at"],
                    due(row["hold_due_at"], asked.now),
                    row["outstanding"],
                ]
                for row in rows
            ],
            "holds",
        ),
        more(len(rows), count, "holds"),
    )


async def _read_packs(asked: Asked) -> tuple[int, _Rows]:
    entry = await asked.client.get_profile(asked.profile)
    return entry.packs, await asked.connection.fetch(_PACKS, entry.profile_id, _MOST)


def _show_packs(read: tuple[int, _Rows], asked: Asked) -> Markup:
    count, rows = read
    if not rows:
        return sentence("No pack has credits left.")
    return join(
        table(
            ["reference", "kind", "granted (UTC)", "expires (UTC)", "granted", "left", "share"],
            [
                [
                    row["reference"],
                    row["kind"],
                    row["granted_at"],
                    due(row["expires_at"], asked.now),
                    row["amount"],
                    row["remaining"],
                    charts.share(row["remaining"], row["amount"]),
                ]
                for row in rows
            ],
            "packs",
        ),
        more(len(rows), count, "packs"),
    )


async def _read_limits(asked: Asked) -> list[LimitEntry]:
    return await asked.client.get_limits(asked.profile)


def _show_limits(limits: list[LimitEntry], asked: Asked) -> Markup:
    if not limits:
        return sentence("There is no limit.")
    return join(limit_table(limits[:_MOST], with_profile=False), more(_MOST, len(limits), "limits"))


async def _read_jobs(asked: Asked) -> list[tuple[JobEntry, list[JobEvent]]]:
    jobs = await asked.client.list_jobs(asked.profile, page_size=_MOST_JOBS)
    return [
        (job, await asked.client.explain_job(job.job_id, profile_id=job.profile_id)) for job in jobs
    ]


def _show_jobs(jobs: list[tuple[JobEntry, list[JobEvent]]], asked: Asked) -> Markup:
    if not jobs:
        return sentence("There is no job.")
    return join(*(_story(job, events) for job, events in jobs))


def _story(job: JobEntry, events: list[JobEvent]) -> Markup:
    cost = job.reserved_cost if job.settled_cost is None else job.settled_cost
    facts = [f"cost {cost:,}", f"holds or has cost {job.outstanding:,}"]
    if job.shortfall:
        facts.append(f"{job.shortfall:,} could not be paid")
    if job.spender is not None:
        facts.append(f"spender {job.spender}")
    meta = {key: value for key, value in job.meta_json.items() if key not in _PUBLISHED}
    written = json.dumps(meta, ensure_ascii=False) if meta else ""
    return tag(
        "div",
        tag("h3", tag("code", job.job_id), f" {job.state}"),
        sentence("; ".join(facts)),
        table(
            ["when (UTC)", "kind", "monthly", "addon", "holds then", "reason"],
            [
                [
                    event.ts,
                    event.kind,
                    Signed(event.monthly_delta),
                    Signed(event.addon_delta),
                    event.outstanding,
                    event.reason,
                ]
                for event in events[:_MOST]
            ],
            "story",
        ),
        more(_MOST, len(events), "steps"),
        tag("p", tag("code", written[:_MOST_META], "..." if written[_MOST_META:] else ""))
        if written
        else None,
        class_="job",
    )


async def _read_grants(asked: Asked) -> tuple[list[GrantEntry], _Rows]:
    profile_id = asked.profile
    return (
        await asked.client.list_grants(profile_id, page_size=_MOST),
        await asked.connection.fetch(_REVOCATIONS, profile_id, _MOST),
    )


def _show_grants(read: tuple[list[GrantEntry], _Rows], asked: Asked) -> Markup:
    grants, revocations = read
    if not grants and not revocations:
        return sentence("Nothing was granted, and nothing taken back.")
    shown = table(
        [
            "granted (UTC)",
            "reference",
            "kind",
            "amount",
            "revoked",
            "left",
            "expires (UTC)",
        ],
        [
            [
                grant.granted_at,
                grant.reference,
                grant.kind,
                grant.amount,
                grant.revoked,
                grant.remaining,
                due(grant.expires_at, asked.now) if grant.remaining else grant.expires_at,
            ]
            for grant in grants
        ],
        "grants",
    )
    return join(
        shown if grants else None,
        sentence(f"The newest {_MOST} grants.", class_="quiet") if len(grants) == _MOST else None,
        _revocations(revocations) if revocations else None,
    )


def _revocations(rows: _Rows) -> Markup:
    return join(
        tag("h3", "Taken back"),
        table(
            [
                "opened (UTC)",
                "of",
                "by",
                "amount",
                "collected",
                "lapsed",
                "waits",
                "ended (UTC)",
            ],
            [
                [
                    row["opened_at"],
                    "a month" if row["reference"] is None else row["reference"],
                    row["revocation_id"],
                    row["amount"],
                    row["collected"],
                    row["lapsed"],
                    row["amount"] - row["collected"] - row["lapsed"],
                    row["ended_at"],
                ]
                for row in rows
            ],
            "revocations",
        ),
        sentence(f"The newest {_MOST}.", class_="quiet") if len(rows) == _MOST else None,
    )


async def _read_statement(asked: Asked) -> list[LedgerEntry]:
    return await asked.client.get_statement(asked.profile, page_size=_MOST)


def _show_statement(entries: list[LedgerEntry], asked: Asked) -> Markup:
    return table(
        ["seq", "when (UTC)", "kind", "monthly", "balance", "addon", "balance", "reason"],
        [
            [
                entry.seq,
                entry.ts,
                entry.kind,
                Signed(entry.monthly_delta),
                entry.monthly_balance,
                Signed(entry.addon_delta),
                entry.addon_balance,
                entry.reason,
            ]
            for entry in entries
        ],
        "statement",
    )


PARTS = (
    Part(
        title="Now",
        source="From get_balance, get_profile and get_statement.",
        read=_read_now,
        show=_show_now,
    ),
    Part(
        title="Balance",
        source="From balance_at and get_statement, or of many rows from the view daily_flows, to "
        "what get_balance says now.",
        read=_read_history,
        show=_show_history,
    ),
    FLOWS,
    Part(
        title="Who spent it",
        source="From usage, by spender.",
        read=_read_usage,
        show=_show_usage,
    ),
    Part(
        title="Open holds",
        source="From the table jobs and get_job.",
        read=_read_holds,
        show=_show_holds,
    ),
    Part(title="Packs", source="From the view grants.", read=_read_packs, show=_show_packs),
    Part(title="Limits", source="From get_limits.", read=_read_limits, show=_show_limits),
    Part(
        title="The last jobs",
        source="From list_jobs and explain_job, the newest first.",
        read=_read_jobs,
        show=_show_jobs,
    ),
    Part(
        title="Grants and what was taken back",
        source="From list_grants and the table revocations, the newest first.",
        read=_read_grants,
        show=_show_grants,
    ),
    Part(
        title="The last ledger rows",
        source="From get_statement, the newest first.",
        read=_read_statement,
        show=_show_statement,
    ),
    CHECK,
)
