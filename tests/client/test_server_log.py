"""What arrives in the server's log when credits come back: a line for a call, and no flood."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest

PROFILE = "select credits.open_profile(%s, 1000000, 0)"
RESERVE = "select count(*) from credits.reserve_credits_many(%s)"
REFUND = "select count(*) from credits.refund_job_many(%s)"


@pytest.fixture
def session(db_url: str) -> Iterator[psycopg.Connection]:
    """A session that is told what the log is told."""
    with psycopg.connect(db_url, autocommit=True) as connection:
        connection.execute("set client_min_messages = log")
        connection.execute("set credits.log_returns = on")
        yield connection


@contextmanager
def lines_of(session: psycopg.Connection) -> Iterator[list[str]]:
    """Our lines in the log from the calls in the block."""
    lines: list[str] = []

    def add(message: psycopg.errors.Diagnostic) -> None:
        if "[Credits]" in (message.message_primary or ""):
            lines.append(f"{message.severity}: {message.message_primary}")

    session.add_notice_handler(add)
    try:
        yield lines
    finally:
        session.remove_notice_handler(add)


def opened(session: psycopg.Connection) -> UUID:
    profile = uuid4()
    session.execute(PROFILE, [profile])
    return profile


def reserved(
    session: psycopg.Connection, profile: UUID, count: int, hold_for: str | None = None
) -> list[str]:
    """Jobs of one credit each."""
    jobs = [str(uuid4()) for _ in range(count)]
    batch = [
        {"profile_id": str(profile), "job_id": job, "cost": 1, "hold_for": hold_for} for job in jobs
    ]
    session.execute(RESERVE, [json.dumps(batch)])
    return jobs


def let_holds_run_out(session: psycopg.Connection, hours: int = 2) -> None:
    session.execute(
        "create or replace function credits._now() returns timestamptz language sql volatile"
        f" as $$ select clock_timestamp() + interval '{hours} hours' $$"
    )


def test_a_batch_of_refunds_is_summed_up_in_one_line(session: psycopg.Connection) -> None:
    profile, other = opened(session), opened(session)
    jobs = [*reserved(session, profile, 5), *reserved(session, other, 5)]
    batch = [{"job_id": job} for job in jobs]
    batch += [{"job_id": jobs[0]}, {"job_id": str(uuid4())}]  # a replay and a refusal
    with lines_of(session) as lines:
        session.execute(REFUND, [json.dumps(batch)])
    assert lines == ["LOG: [Credits] Refunded 10 credits for 10 jobs (monthly: +10, addon: 0)"]
    with lines_of(session) as lines:
        session.execute(REFUND, [json.dumps(batch)])
    assert lines == []


def test_refunds_that_are_made_one_by_one_are_summed_up_too(session: psycopg.Connection) -> None:
    profile = opened(session)
    session.execute(
        "select credits.grant_addon(%s, 100, 'pack', now() + interval '9 days')", [profile]
    )
    jobs = [uuid4() for _ in range(4)]
    for job in jobs:
        session.execute("select credits.reserve_credits(%s, %s, 250010)", [profile, job])
    batch = [{"job_id": str(job), "amount": 10, "refund_id": "part"} for job in jobs[:2]]
    batch += [{"job_id": str(job)} for job in jobs[2:]]
    with lines_of(session) as lines:
        session.execute(REFUND, [json.dumps(batch)])
    assert lines == [
        "LOG: [Credits] Refunded 500040 credits for 4 jobs (monthly: +500000, addon: +40)"
    ]


def test_a_single_return_names_its_job_again_after_a_batch(session: psycopg.Connection) -> None:
    first, second, third = reserved(session, opened(session), 3)
    with session.transaction(), lines_of(session) as lines:
        session.execute(REFUND, [json.dumps([{"job_id": first}])])
        session.execute("select credits.refund_job(%s)", [second])
        session.execute("select credits.rollback_reservation(%s)", [third])
        session.execute("select credits.refund_job(%s)", [second])
    amounts = "(monthly: +1, addon: 0)"
    assert lines == [
        f"LOG: [Credits] Refunded 1 credits for 1 job {amounts}",
        f"LOG: [Credits] Refunded 1 credits for job {second} {amounts}",
        f"LOG: [Credits] Rolled back 1 credits for job {third} {amounts}",
    ]


@pytest.mark.parametrize(
    "call",
    [
        "select count(*) from credits.expire_holds(1000)",
        "select credits.get_balance('{profile}')",
        "select credits.reserve_credits('{profile}', gen_random_uuid(), 1)",
        "select count(*) from credits.reserve_credits_many(jsonb_build_array("
        "jsonb_build_object('profile_id', '{profile}', 'job_id', gen_random_uuid(), 'cost', 1)))",
        'select count(*) from credits.settle_job_many(\'[{{"job_id": "{job}"}}]\')',
        'select count(*) from credits.refund_job_many(\'[{{"job_id": "{job}"}}]\')',
    ],
    ids=["expire_holds", "get_balance", "reserve_credits", "reserve", "settle", "refund"],
)
def test_holds_that_a_call_finds_overdue_are_summed_up(
    session: psycopg.Connection, call: str
) -> None:
    profile = opened(session)
    before = reserved(session, profile, 1, "1 second")
    let_holds_run_out(session)
    session.execute("select credits.refund_job(%s)", before)
    jobs = reserved(session, profile, 7, "1 hour")
    let_holds_run_out(session, hours=4)
    with lines_of(session) as lines:
        session.execute(call.format(profile=profile, job=jobs[0]))
    assert lines == ["LOG: [Credits] Released 7 credits for 7 jobs (monthly: +7, addon: 0)"]


@pytest.mark.parametrize("sweep", ["expire_holds", "expire_packs"])
def test_a_sweep_over_many_profiles_writes_one_line(
    session: psycopg.Connection, sweep: str
) -> None:
    for _ in range(3):
        profile = opened(session)
        reserved(session, profile, 2, "1 hour")
        session.execute(
            "select credits.grant_addon(%s, 5, 'pack', now() + interval '1 hour')", [profile]
        )
    let_holds_run_out(session)
    with lines_of(session) as lines:
        session.execute(f"select count(*) from credits.{sweep}()")
    assert lines == ["LOG: [Credits] Released 6 credits for 6 jobs (monthly: +6, addon: 0)"]


@pytest.mark.parametrize("setting", ["set credits.log_returns = off", "reset credits.log_returns"])
def test_nothing_is_written_where_nobody_asked(session: psycopg.Connection, setting: str) -> None:
    jobs = reserved(session, opened(session), 3)
    reserved(session, opened(session), 3, "1 hour")
    let_holds_run_out(session)
    session.execute(setting)
    with lines_of(session) as lines:
        session.execute("select credits.refund_job(%s)", [jobs[0]])
        session.execute("select credits.rollback_reservation(%s)", [jobs[1]])
        session.execute(REFUND, [json.dumps([{"job_id": jobs[2]}])])
        session.execute("select count(*) from credits.expire_holds()")
    assert lines == []


@pytest.mark.skipif(
    "PGCREDITS_TEST_URL" in os.environ, reason="the log of a server given by URL is out of reach"
)
@pytest.mark.parametrize("part", [False, True], ids=["whole", "parts"])
def test_the_log_grows_with_a_batch_and_not_with_its_square(
    db_url: str, server_log: list[Path], part: bool
) -> None:
    """The server adds the statement to each line, with all that is in it."""

    def growth(count: int) -> tuple[int, int]:
        with psycopg.connect(db_url, autocommit=True) as connection:
            connection.execute("set credits.log_returns = on")
            jobs = reserved(connection, opened(connection), count)
            more = {"amount": 1, "refund_id": "part"} if part else {}
            statement = (
                "select count(*) from credits.refund_job_many("
                f"'{json.dumps([{'job_id': job, 'reason': 'why', **more} for job in jobs])}')"
            )
            before = server_log[0].stat().st_size
            connection.execute(statement)
            return len(statement), server_log[0].stat().st_size - before

    (length, small), (twice, large) = growth(100), growth(200)
    assert length < small < length + 2000
    assert twice < large < twice + 2000
