"""The real side: a migrated database whose clock the test moves, called function by function."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg

from laws.model import Entry, Grant, Job, Limit, Pack, Profile, Renewal, Revocation
from laws.refusals import INFINITY, MINUS_INFINITY, Refused

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

CLOCK = """
create table if not exists public.clock (now timestamptz not null);
delete from public.clock;
insert into public.clock values ('2030-01-01 00:00+00');
grant select on public.clock to public;
create or replace function credits._now() returns timestamptz language sql volatile
as $$ select c.now from public.clock c $$;
"""

SIGNATURES = """
select p.proname, p.proargnames[:p.pronargs], (p.proargtypes::regtype[]::text[])[0:], p.proretset
  from pg_catalog.pg_proc p
 where p.pronamespace = 'credits'::regnamespace and p.proname !~ '^_'
"""

# Everything that is stored of one profile, with the ledger rows after a known seq. Times are
# microseconds, so that nothing is lost or reformatted on the way through JSON.
STATE = """
with asked (profile_id, seq) as (values (%(profile_id)s::uuid, %(seq)s::bigint))
select json_build_object(
  'buckets', (
    select json_build_array(p.credits_remaining, p.addon_credits, p.overdraft_limit,
                            p.uncollected, p.seq, pg_temp.us(p.period_start),
                            p.closed_at is not null)
      from credits.profiles p where p.id = a.profile_id),
  'sums', (
    select json_build_array(sum(l.monthly_delta), sum(l.addon_delta), count(*), max(l.seq))
      from credits.ledger l where l.profile_id = a.profile_id),
  'packs', (
    select json_agg(json_build_array(k.seq, k.amount, k.remaining, k.lapsed, k.kind,
                                     k.priority, pg_temp.us(k.expires_at)) order by k.seq)
      from credits.packs k where k.profile_id = a.profile_id),
  'jobs', (
    select json_agg(json_build_array(
             j.id, j.state, j.reserved_cost, j.raised, j.settled_cost, j.monthly_deducted,
             j.addon_deducted, j.monthly_refunded, j.addon_refunded, j.shortfall,
             pg_temp.us(j.hold_due_at), j.spender, j.meta_json) order by j.id)
      from credits.jobs j where j.profile_id = a.profile_id),
  'renewals', (
    select json_agg(json_build_array(pg_temp.us(r.period_start), r.allowance, r.rollover_cap,
                                     r.unused, r.carried) order by r.period_start)
      from credits.renewals r where r.profile_id = a.profile_id),
  'grants', (
    select json_agg(json_build_array(g.seq, g.reference, g.kind, g.amount, g.exclusive)
                    order by g.seq)
      from credits.addon_grants g where g.profile_id = a.profile_id),
  'revocations', (
    select json_agg(json_build_array(
             v.source_seq, v.revocation_id, v.requested, v.amount, v.collected, v.lapsed,
             v.newer_outstanding, v.opened_seq, v.seq, v.ended_at is not null)
             order by v.source_seq, v.revocation_id collate "C")
      from credits.revocations v where v.profile_id = a.profile_id),
  'events', (
    select json_agg(json_build_array(e.seq, e.kind, e.subject)
                    order by e.seq, e.kind collate "C", e.subject collate "C")
      from credits.events e where e.profile_id = a.profile_id),
  'alert', (
    select json_build_array(t.low_balance, t.low, t.depleted)
      from credits.alerts t where t.profile_id = a.profile_id),
  'limits', (
    select json_agg(json_build_array(
             l.spender, l.window_name, l.amount, l.spent, l.since_seq, pg_temp.us(l.window_start),
             pg_temp.us(l.resets_at), l.time_zone)
             order by l.spender collate "C", l.window_name collate "C")
      from credits.limits l where l.profile_id = a.profile_id),
  'rows', (
    select json_agg(json_build_array(
             l.profile_id, l.seq, pg_temp.us(l.ts), l.kind, l.job_id,
             l.monthly_delta, l.addon_delta, l.monthly_balance, l.addon_balance,
             l.reason, l.reference, l.actor) order by l.seq)
      from credits.ledger l where l.profile_id = a.profile_id and l.seq > a.seq))
  from asked a
"""
MICROSECONDS = """
create function pg_temp.us(at timestamptz) returns bigint language sql immutable
as $$ select (extract(epoch from at) * 1000000)::bigint $$
"""


class Database:
    def __init__(self, url: str) -> None:
        self.url = url
        self.control = psycopg.connect(url, autocommit=True)
        self.control.execute(CLOCK)
        self.signatures = {
            name: (dict(zip(names or [], types, strict=True)), many)
            for name, names, types, many in self.control.execute(SIGNATURES)
        }
        self.connect()

    def connect(self) -> None:
        self.connection = psycopg.connect(self.url, autocommit=True, prepare_threshold=0)
        self.connection.execute("set timezone to 'UTC'")
        self.connection.execute(MICROSECONDS)

    def close(self) -> None:
        self.connection.close()
        self.control.close()

    def set_clock(self, now: datetime) -> None:
        self.connection.execute("update public.clock set now = %s", [now])

    def set_closed_period_refund(self, choice: str) -> None:
        self.connection.execute("update credits.settings set closed_period_refund = %s", [choice])

    def set_reference_scope(self, choice: str) -> None:
        self.connection.execute("update credits.settings set reference_scope = %s", [choice])

    def _query(self, name: str, arguments: dict[str, Any]) -> str:
        types, _ = self.signatures[name]
        given = ", ".join(f"{key} => %({key})s::{types[key]}" for key in arguments)
        return f"select * from credits.{name}({given})"

    def call(self, name: str, **arguments: Any) -> Any:
        """What the function answers: a dict of its columns, or a list of them for a set."""
        try:
            cursor = self.connection.execute(self._query(name, arguments), sendable(arguments))
        except psycopg.Error as error:
            raise refused(error) from error
        columns = [column.name for column in cursor.description]
        rows = [dict(zip(columns, row, strict=True)) for row in cursor]
        return rows if self.signatures[name][1] else rows[0]

    def call_and_lose_the_answer(self, name: str, arguments: dict[str, Any], how: str) -> None:
        """Sends the call on a connection that ends before the answer is read."""
        connection = psycopg.connect(self.url, autocommit=True)
        cursor = psycopg.ClientCursor(connection)
        call = cursor.mogrify(self._query(name, arguments), sendable(arguments))
        stop = "select pg_terminate_backend(pg_backend_pid())"
        script = {
            "closed by the client": call,
            "killed before the commit": f"begin; {call}; {stop}; commit",
            "killed after the commit": f"begin; {call}; commit; {stop}",
        }[how]
        pid = connection.info.backend_pid
        connection.pgconn.send_query(script.encode())
        while connection.pgconn.flush():
            time.sleep(0.0001)
        if how != "closed by the client":
            wait_for_end(self.control, pid, or_aborted=True)
        connection.pgconn.finish()
        wait_for_end(self.control, pid)

    def drop_the_connection(self, name: str, arguments: dict[str, Any]) -> None:
        """Sends the call in the open transaction, and is gone before the answer and the commit."""
        pid = self.connection.info.backend_pid
        call = psycopg.ClientCursor(self.connection).mogrify(
            self._query(name, arguments), sendable(arguments)
        )
        self.connection.pgconn.send_query(call.encode())
        while self.connection.pgconn.flush():
            time.sleep(0.0001)
        self.connection.pgconn.finish()
        wait_for_end(self.control, pid)
        self.connect()

    def sweep(self, now: datetime) -> None:
        """Works off all that a failed example left behind."""
        if self.connection.closed or self.connection.broken:
            self.connect()
        self.connection.execute("rollback")
        self.set_clock(now)
        for _ in range(2):  # working off a hold can reopen a pack
            self.connection.execute("select credits.expire_holds(10000)")
            self.connection.execute("select credits.expire_packs(10000)")

    def state(self, profile_id: UUID, after_seq: int) -> dict[str, Any]:
        row = self.connection.execute(
            STATE, {"profile_id": profile_id, "seq": after_seq}
        ).fetchone()
        return row[0]

    def findings(self, profile_id: UUID | None) -> list[Any]:
        return self.connection.execute(
            "select * from credits.check_integrity(%s::uuid)", [profile_id]
        ).fetchall()


def unsound(findings: Iterable[Sequence[Any]]) -> list[Sequence[Any]]:
    """Findings of check_integrity without its warnings, both of which this world may give: a return
    lifts a balance above what JSON keeps exactly, and a clock that steps back leaves the window of
    a limit ahead of it."""
    return [each for each in findings if each[0] != "warning"]


def wait_for_end(control: psycopg.Connection, pid: int, *, or_aborted: bool = False) -> None:
    """A backend that outlived its client might still act after the repeated call. One whose call
    was refused skips the rest of its script, and waits."""
    deadline = time.monotonic() + 20
    query = "select state from pg_catalog.pg_stat_activity where pid = %s"
    while row := control.execute(query, [pid]).fetchone():
        if or_aborted and row[0] == "idle in transaction (aborted)":
            return
        assert time.monotonic() < deadline, f"backend {pid} does not end"
        time.sleep(0.0002)


def sendable(arguments: dict[str, Any]) -> dict[str, Any]:
    infinities = {INFINITY: "infinity", MINUS_INFINITY: "-infinity"}
    return {
        key: infinities.get(value, value) if isinstance(value, datetime) else value
        for key, value in arguments.items()
    }


def refused(error: psycopg.Error) -> Exception:
    """A refusal of the contract as the model would raise it; any other error is a defect."""
    try:
        detail = json.loads(error.diag.message_detail or "")
    except ValueError:
        return AssertionError(f"{error.sqlstate}: {error}")
    if not error.diag.message_hint:
        return AssertionError(f"a refusal without a hint: {error}")
    return Refused(error.sqlstate or "", error.diag.message_primary or "", detail)


def us(at: datetime | None) -> int | None:
    return None if at is None else (at - EPOCH) // timedelta(microseconds=1)


def pack_row(pack: Pack) -> list[Any]:
    return [
        pack.seq,
        pack.amount,
        pack.remaining,
        pack.lapsed,
        pack.kind,
        pack.priority,
        us(pack.expires_at),
    ]


def grant_row(grant: Grant) -> list[Any]:
    return [grant.seq, grant.answer["reference"], grant.kind, grant.amount, grant.exclusive]


def revocation_row(source: Grant | Renewal, revocation: Revocation) -> list[Any]:
    return [
        source.seq,
        revocation.id,
        revocation.requested,
        revocation.amount,
        revocation.collected,
        revocation.lapsed,
        revocation.newer_out,
        revocation.opened_seq,
        revocation.seq,
        revocation.ended,
    ]


def job_row(job: Job) -> list[Any]:
    return [
        str(job.id),
        job.state,
        job.reserved_cost,
        job.raised,
        job.settled_cost,
        job.monthly_deducted,
        job.addon_deducted,
        job.monthly_refunded,
        job.addon_refunded,
        job.shortfall,
        us(job.deadline) if job.has_open_hold() else None,
        job.spender,
        {**json.loads(job.meta or "{}"), **job.published()},
    ]


def limit_row(profile: Profile, limit: Limit) -> list[Any]:
    return [
        limit.spender,
        limit.window_name,
        limit.amount,
        profile.spent(limit),
        limit.since_seq,
        us(limit.window_start),
        us(limit.resets_at),
        limit.time_zone,
    ]


def entry_row(entry: Entry) -> list[Any]:
    return [
        str(entry.profile_id),
        entry.seq,
        us(entry.ts),
        entry.kind,
        None if entry.job_id is None else str(entry.job_id),
        entry.monthly_delta,
        entry.addon_delta,
        entry.monthly_balance,
        entry.addon_balance,
        entry.reason,
        entry.reference,
        entry.actor,
    ]


def alert_row(profile: Profile) -> list[Any]:
    alert = profile.alert
    return [] if alert is None else [alert.low_balance, alert.low, alert.depleted]


def by_seq(source: Grant | Renewal) -> int:
    return source.seq


def expected_state(profile: Profile, after_seq: int) -> dict[str, Any]:
    """The model's profile in the form of ``Database.state``."""
    return {
        "buckets": [
            profile.monthly,
            profile.addon,
            profile.overdraft_limit,
            profile.uncollected,
            profile.seq,
            us(profile.period_start),
            profile.closing is not None,
        ],
        "sums": [profile.monthly, profile.addon, profile.seq, profile.seq],
        "packs": [pack_row(pack) for pack in profile.packs],
        "jobs": [job_row(profile.jobs[key]) for key in sorted(profile.jobs)],
        "renewals": [
            [us(r.period_start), r.allowance, r.rollover_cap, r.unused, r.carried]
            for r in profile.renewals
        ],
        "grants": [grant_row(grant) for grant in sorted(profile.grants.values(), key=by_seq)],
        "revocations": [
            revocation_row(source, source.revocations[key])
            for source in sorted(profile.sources, key=by_seq)
            for key in sorted(source.revocations)
        ],
        "events": sorted([*event] for event in profile.events),
        "alert": alert_row(profile),
        "limits": [limit_row(profile, profile.limits[key]) for key in sorted(profile.limits)],
        "rows": [entry_row(entry) for entry in profile.ledger[after_seq:]],
    }
