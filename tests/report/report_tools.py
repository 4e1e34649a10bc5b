"""What the database says of the books that are reported on: views and functions, asked directly."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import dict_row

FIGURES = [
    *("granted", "renewed", "consumed", "returned"),
    *("lapsed", "revoked", "adjusted", "moved"),
]
OF_ALL = {
    "metrics": "select name, labels, value::bigint from credits.metrics",
    "flows": "select f.day, f.bucket, {figures} from credits.daily_flows f where f.day >= %(since)s"
    " group by f.day, f.bucket order by f.day, f.bucket desc",
    "spenders": "select spender, sum(jobs)::bigint as jobs, sum(consumed)::bigint as consumed,"
    " sum(returned)::bigint as returned, sum(net)::bigint as net"
    " from credits.usage_daily where day >= %(since)s group by spender"
    " order by 3 desc, 1",
    "low": "select b.profile_id, b.available, b.credits_remaining, b.addon_credits, e.low_balance"
    " from credits.balances b cross join lateral credits.get_profile(b.profile_id) e"
    " join credits.profiles p on p.id = b.profile_id"
    " where e.low and p.closed_at is null or p.addon_credits < 0 order by b.available",
    "expiring": "select profile_id, reference, kind, remaining, expires_at from credits.grants"
    " where remaining > 0 and expires_at > %(now)s and expires_at <= %(now)s + interval '30 days'"
    " order by remaining desc, expires_at",
    "limits": "select l.* from credits.profiles p cross join lateral credits.get_limits(p.id) l"
    " where l.spent > 0 and l.spent >= 0.8 * l.amount order by l.spent::numeric / l.amount desc",
    "outstanding": "select d.day, (select sum(b.credits_remaining)::bigint from credits.profiles p,"
    " credits.balance_at(p.id, d.day) b) as monthly, (select sum(b.addon_credits)::bigint"
    " from credits.profiles p, credits.balance_at(p.id, d.day) b) as addon"
    " from generate_series(%(since)s::date::timestamp, %(now)s::timestamptz at time zone 'UTC'"
    " + interval '1 day', interval '1 day') t (day)"
    " cross join lateral (select t.day at time zone 'UTC' - interval '1 microsecond') d (day)",
}
OF_ONE = {
    "balance": "select * from credits.get_balance(%(id)s)",
    "profile": "select * from credits.get_profile(%(id)s)",
    "flows": "select f.day, f.bucket, {figures} from credits.daily_flows f where f.day >= %(since)s"
    " and f.profile_id = %(id)s group by f.day, f.bucket order by f.day, f.bucket desc",
    "spenders": "select label, jobs, consumed, returned, net"
    " from credits.usage(%(id)s, since => %(since)s::date::timestamp at time zone 'UTC',"
    " by => 'spender')",
    "holds": "select id, spender, created_at, hold_due_at, monthly_deducted + addon_deducted"
    " - monthly_refunded - addon_refunded from credits.jobs where profile_id = %(id)s"
    " and hold_due_at is not null order by hold_due_at",
    "packs": "select reference, kind, granted_at, expires_at, amount, remaining from credits.grants"
    " where profile_id = %(id)s and remaining > 0 order by expires_at, seq",
    "limits": "select * from credits.get_limits(%(id)s)",
    "grants": "select * from credits.list_grants(%(id)s, page_size => 20)",
    "statement": "select * from credits.get_statement(%(id)s, page_size => 20)",
    "ledger": "select * from credits.get_statement(%(id)s, page_size => 1000)",
    "stories": "select j.job_id, j.state, (select jsonb_agg(e order by e.seq, e.ts)"
    " from credits.explain_job(j.job_id) e) as steps"
    " from credits.list_jobs(%(id)s, page_size => 10) j",
    "revocations": "select * from credits.revocations where profile_id = %(id)s",
}


def ask(url: str, *, since: date, profile_id: UUID | None = None) -> dict[str, Any]:
    """Everything that a report should say, as the database has it."""
    figures = ", ".join(f"sum(f.{name})::bigint as {name}" for name in FIGURES)
    given = {"since": since, "now": datetime.now(UTC), "id": profile_id}
    questions = OF_ALL if profile_id is None else OF_ONE
    with psycopg.connect(url, row_factory=dict_row) as connection:
        connection.read_only = True
        return {
            name: connection.execute(question.format(figures=figures), given).fetchall()
            for name, question in questions.items()
        }


def first_day(days: int) -> date:
    return datetime.now(UTC).date() - timedelta(days=days - 1)


def plain(value: Any) -> Any:
    """For JSON, from which ``told`` makes words."""
    return json.loads(json.dumps(value, default=told))


def told(value: object) -> str:
    """A value as a report tells it."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
    return "".join(character if character.isprintable() else "?" for character in str(value))


def change(value: int) -> str:
    """A change of a balance as a report tells it."""
    return f"{value:+,}" if value else "0"
