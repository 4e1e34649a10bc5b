"""A batch whose answer says of some elements that nobody knows what became of them."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID, uuid4

import pytest

from client.retry_tools import FakePool
from pgcredits import (
    Credits,
    CreditsError,
    InsufficientCredits,
    LockTimeout,
    OutcomeUnknown,
    Reservation,
    Retry,
    Unavailable,
)
from pgcredits._client import _columns

PROFILE = uuid4()
JOBS = [uuid4() for _ in range(4)]
BATCH = [
    {"profile_id": PROFILE, "job_id": job, "cost": 1, "meta": {"price": 0.1, "text": "a{}]"}}
    for job in JOBS
]


def done(job: UUID, *, replayed: bool = False) -> dict[str, Any]:
    row = dict.fromkeys([*_columns(Reservation), "error"])
    return {**row, "job_id": job, "replayed": replayed}


def error(code: str, message: str, **details: Any) -> dict[str, Any]:
    told = {"code": code, "message": message, "details": details, "hint": "a hint"}
    return {**done(uuid4()), "error": json.dumps(told)}


LOST = error("08006", "outcome_unknown")
LOCKED = error("55P03", "canceling statement due to lock timeout")
POOR = error("PT402", "insufficient_credits", required=1, available=0)


def over(pool: FakePool, **options: Any) -> Credits:
    return Credits(Retry(pool, first_pause=0, longest_pause=0, **options))


def sent(pool: FakePool) -> list[list[str]]:
    """The jobs that each attempt sent."""
    return [[each["job_id"] for each in json.loads(call[1])] for call in pool.sent]


async def test_only_what_has_no_answer_is_sent_again() -> None:
    pool = FakePool(
        [
            [LOST, done(JOBS[1]), POOR, LOCKED],
            [done(JOBS[0], replayed=True), LOST],
            [done(JOBS[3])],
        ]
    )
    answers = await over(pool).reserve_credits_many(BATCH)
    assert [type(each) for each in answers] == [
        Reservation,
        Reservation,
        InsufficientCredits,
        Reservation,
    ]
    jobs = [each.job_id for each in answers if isinstance(each, Reservation)]
    assert jobs == [JOBS[0], JOBS[1], JOBS[3]]
    assert sent(pool) == [[*map(str, JOBS)], [str(JOBS[0]), str(JOBS[3])], [str(JOBS[3])]]


async def test_an_element_is_sent_again_as_it_was_written() -> None:
    pool = FakePool([[done(JOBS[0]), LOST, POOR, POOR], [done(JOBS[1])]])
    await over(pool).reserve_credits_many(BATCH)
    first, second = (call[1] for call in pool.sent)
    assert second[1:-1] in first


async def test_what_is_known_is_kept_when_the_time_or_the_attempts_are_over() -> None:
    pool = FakePool([[LOST, done(JOBS[1]), POOR, LOCKED]] + [[LOST, LOCKED]] * 2)
    answers = await over(pool, attempts=3).reserve_credits_many(BATCH)
    assert [type(each) for each in answers] == [
        OutcomeUnknown,
        Reservation,
        InsufficientCredits,
        LockTimeout,
    ]
    pool = FakePool([[LOST, done(JOBS[1]), POOR, LOCKED], None])
    answers = await over(pool, seconds=0.2).reserve_credits_many(BATCH)
    assert [type(each) for each in answers][:2] == [OutcomeUnknown, Reservation]


async def test_a_later_attempt_that_fails_as_a_whole_loses_no_answer() -> None:
    pool = FakePool([[LOST, done(JOBS[1]), POOR, POOR], RuntimeError("a bug")])
    answers = await over(pool).reserve_credits_many(BATCH)
    assert [type(each) for each in answers][:2] == [OutcomeUnknown, Reservation]


async def test_without_retry_each_element_says_what_is_known_of_it() -> None:
    broken = error("42501", "permission denied for function reserve_credits")
    pool = FakePool([[LOST, LOCKED, broken, POOR]])
    unknown, locked, failed, poor = await Credits(pool).reserve_credits_many(BATCH)
    assert isinstance(unknown, OutcomeUnknown)
    assert not isinstance(unknown, CreditsError)
    assert (unknown.method, unknown.key) == ("reserve_credits", {"job_id": str(JOBS[0])})
    assert (unknown.token, unknown.http_status) == ("outcome_unknown", 503)
    assert isinstance(locked, LockTimeout)
    assert isinstance(failed, Unavailable)
    assert (failed.token, failed.sqlstate, failed.http_status) == ("shard_failed", "42501", 503)
    assert "permission denied" in failed.detail["message"]
    assert isinstance(poor, InsufficientCredits)


@pytest.mark.parametrize("answer", [[POOR] * 4, [done(job) for job in JOBS]])
async def test_an_answer_without_such_elements_is_taken_as_it_is(answer: list[Any]) -> None:
    pool = FakePool([answer])
    assert len(await over(pool).reserve_credits_many(BATCH)) == 4
    assert len(pool.sent) == 1
