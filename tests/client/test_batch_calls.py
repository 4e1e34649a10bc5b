"""Batches through the client: results and exceptions in one list, each as the single call's."""

from __future__ import annotations

import inspect
import json
import logging
import os
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from pgcredits import Credits, CreditsError, InsufficientCredits, InvalidArgument, Refund
from pgcredits._batches import BATCHES
from pgcredits._errors import from_batch


class Unreachable:
    """An executor that no call may reach."""

    async def fetch(self, query: str, *args: Any) -> Any:
        raise AssertionError(query)


class Recorder(Unreachable):
    sent = ""

    async def fetch(self, query: str, *args: Any) -> Any:
        self.sent = args[0]
        return []


async def outcome(call: Awaitable[Any]) -> Any:
    try:
        return await call
    except CreditsError as error:
        return error


def told(answer: Any) -> Any:
    """All that an answer or an exception says."""
    if isinstance(answer, CreditsError):
        return (type(answer), answer.token, answer.sqlstate, answer.detail, answer.hint)
    return answer


async def test_each_element_is_answered_as_by_the_single_call(
    credits_client: Credits,
) -> None:
    profile_id, twin_id, job_id = uuid4(), uuid4(), uuid4()
    for each in (profile_id, twin_id):
        await credits_client.open_profile(each, credits_remaining=100, addon_credits=20)

    async def both(single: str, batch: str, elements: list[dict[str, Any]]) -> None:
        ones = [await outcome(getattr(credits_client, single)(**each)) for each in elements]
        many = await getattr(credits_client, batch)(elements)
        for one, other in zip(ones, many, strict=True):
            if isinstance(one, CreditsError):
                assert told(one) == told(other)
            else:
                assert type(one) is type(other)
                assert other.replayed

    await both(
        "reserve_credits",
        "reserve_credits_many",
        [
            {"profile_id": profile_id, "job_id": str(job_id), "cost": 110, "meta": {"ü": [1.5]}},
            {"profile_id": str(profile_id), "job_id": uuid4(), "cost": 11},
            {"profile_id": profile_id, "job_id": job_id, "cost": 111, "meta": None},
            {"profile_id": uuid4(), "job_id": job_id, "cost": 1, "hold_for": None},
            {"profile_id": profile_id, "job_id": uuid4(), "cost": -1},
            {"profile_id": twin_id, "job_id": uuid4(), "cost": 1, "hold_for": timedelta(0)},
            {"profile_id": twin_id, "job_id": uuid4(), "cost": 1, "meta": {"credit_cost": 1}},
        ],
    )
    await both(
        "settle_job",
        "settle_job_many",
        [
            {"job_id": job_id, "actual_cost": 100, "overage": "reject"},
            {"job_id": job_id, "actual_cost": 99},
            {"job_id": job_id, "profile_id": twin_id},
            {"job_id": job_id, "overage": "other"},
        ],
    )
    await both(
        "refund_job",
        "refund_job_many",
        [
            {"job_id": job_id, "amount": 3, "refund_id": "part"},
            {"job_id": job_id, "amount": 4, "refund_id": "part"},
            {"job_id": job_id, "reason": "it failed"},
            {"job_id": uuid4()},
        ],
    )
    month = datetime(2026, 3, 1, tzinfo=timezone(timedelta(hours=2)))
    await both(
        "renew_monthly",
        "renew_monthly_many",
        [
            {"profile_id": profile_id, "period_start": month, "allowance": 9, "rollover_cap": 4},
            {"profile_id": str(profile_id), "period_start": month, "allowance": 8},
            {"profile_id": uuid4(), "period_start": month, "allowance": 8},
            {"profile_id": twin_id, "period_start": month, "allowance": -1},
            {"profile_id": profile_id, "period_start": month - timedelta(days=1), "allowance": 1},
        ],
    )
    later = datetime.now(UTC) + timedelta(days=9, microseconds=1)
    await both(
        "grant_addon",
        "grant_addon_many",
        [
            {"profile_id": profile_id, "amount": 5, "reference": "ü", "reason": "paid"},
            {"profile_id": profile_id, "amount": 6, "reference": "ü"},
            {
                "profile_id": twin_id,
                "amount": 5,
                "reference": "pack",
                "expires_at": later,
                "kind": "promo",
                "priority": -5,
            },
            {"profile_id": twin_id, "amount": 5, "reference": "late", "expires_at": month},
            {"profile_id": twin_id, "amount": 5, "reference": "x", "kind": "free"},
            {"profile_id": uuid4(), "amount": 5, "reference": "x"},
        ],
    )
    assert await credits_client.check_integrity() == []


async def test_a_hold_has_the_deadline_of_the_single_call(credits_client: Credits) -> None:
    profile_id, one, other = uuid4(), uuid4(), uuid4()
    await credits_client.open_profile(profile_id, credits_remaining=100)
    hold_for = timedelta(days=1, hours=25, seconds=1, microseconds=5)
    single = await credits_client.reserve_credits(profile_id, one, 1, hold_for=hold_for)
    (batch,) = await credits_client.reserve_credits_many(
        [{"profile_id": profile_id, "job_id": other, "cost": 1, "hold_for": hold_for}]
    )
    assert not isinstance(batch, CreditsError)
    assert single.hold_expires_at is not None
    assert batch.hold_expires_at is not None
    assert timedelta(0) <= batch.hold_expires_at - single.hold_expires_at < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("hold_for", "text"),
    [
        (timedelta(microseconds=1), "P0DT0.000001S"),
        (timedelta(days=2, hours=3), "P2DT10800.000000S"),
        (timedelta(seconds=-1), "P-1DT86399.000000S"),
    ],
)
async def test_an_element_is_sent_as_json(hold_for: timedelta, text: str) -> None:
    recorder = Recorder()
    ids = UUID(int=1), UUID(int=2)
    sent = [
        {
            "profile_id": ids[0],
            "job_id": str(ids[1]).upper(),
            "cost": 5,
            "meta": {"a": 'b"'},
            "hold_for": hold_for,
        },
        {},
        {"meta": None, "hold_for": None},
    ]
    with pytest.raises(RuntimeError, match="0 answers"):
        await Credits(recorder).reserve_credits_many(sent)
    assert json.loads(recorder.sent) == [
        {
            "profile_id": str(ids[0]),
            "job_id": str(ids[1]),
            "cost": 5,
            "meta": {"a": 'b"'},
            "hold_for": text,
        },
        {},
        {"meta": None, "hold_for": None},
    ]


JOB = uuid4()


@pytest.mark.parametrize(
    ("method", "batch", "token", "detail"),
    [
        ("refund_job_many", 5, "invalid_batch", {"parameter": "refunds"}),
        ("refund_job_many", "[]", "invalid_batch", {"parameter": "refunds"}),
        ("refund_job_many", {"job_id": JOB}, "invalid_batch", {"parameter": "refunds"}),
        ("settle_job_many", [5], "invalid_batch", {"parameter": "settlements", "position": 1}),
        (
            "settle_job_many",
            [{"job_id": JOB}, {"job": JOB}],
            "invalid_batch",
            {"parameter": "settlements", "position": 2, "unknown": "job"},
        ),
        (
            "reserve_credits_many",
            [{"cost": 1.5}, {"price": 1}],
            "invalid_batch",
            {"parameter": "reservations", "position": 2, "unknown": "price"},
        ),
        (
            "reserve_credits_many",
            [{"cost": 1.5}, None],
            "invalid_batch",
            {"parameter": "reservations", "position": 2},
        ),
    ],
)
async def test_what_cannot_be_sent_is_told_before(
    method: str, batch: Any, token: str, detail: dict[str, Any]
) -> None:
    with pytest.raises(InvalidArgument) as caught:
        await getattr(Credits(Unreachable()), method)(batch)
    assert caught.value.token == token
    assert detail.items() <= caught.value.detail.items()


UNSTORABLE = [
    {"a": "a\0b"},
    {"a\0": 1},
    {"a": ["\ud83d"]},
    {"\ude00": 1},
    {"a": "\ude00\ud83d"},
    {"a": "\\\0"},
    {"a": float("nan")},
    {"a": float("-inf")},
    {"a": b"x"},
    {("a",): 1},
    {"a": 10**5000},
]


@pytest.mark.parametrize("meta", UNSTORABLE, ids=range(len(UNSTORABLE)))
async def test_metadata_that_cannot_be_stored_spoils_its_own_element_only(
    credits_client: Credits, meta: dict[Any, Any]
) -> None:
    profile_id = uuid4()
    await credits_client.open_profile(profile_id, credits_remaining=100)
    with pytest.raises(InvalidArgument, match="invalid_metadata") as caught:
        await credits_client.reserve_credits(profile_id, uuid4(), 1, meta=meta)
    fine = {"a": "\\u0000 \U0001f600"}
    batch = [
        {"profile_id": profile_id, "job_id": uuid4(), "cost": cost, "meta": each}
        for cost, each in ((1, {}), (10, meta), (2, fine), (20, meta), (200, {}))
    ]
    answers = await credits_client.reserve_credits_many(batch)
    assert [type(each).__name__ for each in answers] == [
        "Reservation",
        "InvalidArgument",
        "Reservation",
        "InvalidArgument",
        "InsufficientCredits",
    ]
    assert told(answers[1]) == told(answers[3]) == told(caught.value)
    assert (await credits_client.get_balance(profile_id)).available == 97


@pytest.mark.parametrize(
    "wrong",
    [
        {"cost": 1.5},
        {"cost": True},
        {"cost": 2**63},
        {"cost": Decimal(5)},
        {"cost": "5"},
        {"job_id": "x"},
        {"profile_id": 5},
        {"hold_for": "1 hour"},
        {"job_id": "x", "cost": 1.5},
    ],
    ids=repr,
)
async def test_a_value_that_cannot_be_sent_spoils_its_own_element_only(
    credits_client: Credits, wrong: dict[str, Any]
) -> None:
    profile_id = uuid4()
    await credits_client.open_profile(profile_id, credits_remaining=100)
    bad = {"profile_id": profile_id, "job_id": uuid4(), "cost": 10, **wrong}
    with pytest.raises(InvalidArgument) as caught:
        await credits_client.reserve_credits(**bad)
    answers = await credits_client.reserve_credits_many(
        [
            bad,
            {"profile_id": profile_id, "job_id": uuid4(), "cost": 1},
            bad,
            {"profile_id": profile_id, "job_id": uuid4(), "cost": 200},
        ]
    )
    assert [type(each).__name__ for each in answers] == [
        "InvalidArgument",
        "Reservation",
        "InvalidArgument",
        "InsufficientCredits",
    ]
    assert told(answers[0]) == told(answers[2]) == told(caught.value)
    assert (await credits_client.get_balance(profile_id)).available == 99


async def test_text_that_cannot_be_stored_spoils_its_own_element_only(
    credits_client: Credits,
) -> None:
    profile_id, jobs = uuid4(), [uuid4() for _ in range(3)]
    await credits_client.open_profile(profile_id, credits_remaining=100)
    for job_id in jobs:
        await credits_client.reserve_credits(profile_id, job_id, 10)
    answers = await credits_client.refund_job_many(
        [
            {"job_id": jobs[0], "reason": "a\0b"},
            {"job_id": jobs[1], "reason": "it failed"},
            {"job_id": jobs[1], "amount": 1, "refund_id": "\ud83d"},
            {"job_id": jobs[2], "reason": "a\nb"},
        ]
    )
    told_tokens = [getattr(each, "token", "done") for each in answers]
    refused = "invalid_reference"
    assert told_tokens == [refused, "done", refused, refused]
    assert (await credits_client.get_balance(profile_id)).available == 80


async def test_a_batch_of_nothing_that_can_be_stored_is_not_sent() -> None:
    client = Credits(Unreachable())
    answers = await client.refund_job_many([{"job_id": JOB, "reason": "\0"}] * 2)
    assert [getattr(each, "token", None) for each in answers] == ["invalid_reference"] * 2


async def test_a_batch_that_is_refused_as_a_whole_raises(credits_client: Credits) -> None:
    for batch, token in (([], "invalid_batch"), ([{}] * 10_001, "batch_too_large")):
        with pytest.raises(InvalidArgument) as caught:
            await credits_client.settle_job_many(batch)
        assert caught.value.token == token


def test_an_error_of_a_newer_schema_is_still_a_refusal() -> None:
    error = {"code": "PT499", "message": "too_new", "details": {"a": 1}, "hint": "Update."}
    assert told(from_batch(error)) == (CreditsError, "too_new", "PT499", {"a": 1}, "Update.")
    known = from_batch(error | {"message": "insufficient_credits", "details": {"available": 7}})
    assert isinstance(known, InsufficientCredits)
    assert known.available == 7


async def refund_three(client: Credits) -> list[str]:
    """Refunds two jobs at once and one by itself; returns the lines that must appear."""
    profile_id, packed = uuid4(), uuid4()
    jobs = [uuid4() for _ in range(3)]
    for each in (profile_id, packed):
        await client.open_profile(each, credits_remaining=500, addon_credits=100)
    for job_id in jobs[:2]:
        await client.reserve_credits(profile_id, job_id, 300)
    await client.reserve_credits(packed, jobs[2], 70)
    batch = [{"job_id": job_id} for job_id in (*jobs[:2], uuid4())]
    batch += [{"job_id": jobs[2], "amount": 70, "refund_id": "all"}] * 2
    for _ in range(2):
        answers = await client.refund_job_many(batch)
        assert [isinstance(each, Refund) for each in answers] == [True, True, False, True, True]
    return [
        f"[Credits] Refunded 300 credits for job {jobs[0]} (monthly: +300, addon: 0)",
        f"[Credits] Refunded 300 credits for job {jobs[1]} (monthly: +200, addon: +100)",
        f"[Credits] Refunded 70 credits for job {jobs[2]} (monthly: +70, addon: 0)",
    ]


async def test_the_clients_logger_gets_each_refund_once(
    credits_client: Credits, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="pgcredits"):
        lines = await refund_three(credits_client)
    assert [record.getMessage() for record in caplog.records if record.name == "pgcredits"] == lines


@pytest.mark.skipif(
    "PGCREDITS_TEST_URL" in os.environ, reason="the log of a server given by URL is out of reach"
)
@pytest.mark.usefixtures("logged_returns")
async def test_the_servers_log_gets_one_line_for_all_refunds_of_a_batch(
    credits_client: Credits, server_log: list[Path]
) -> None:
    before = server_log[0].stat().st_size
    await refund_three(credits_client)
    log = server_log[0].read_bytes()[before:].decode()
    assert log.count("LOG:  [Credits]") == 1
    assert "[Credits] Refunded 670 credits for 3 jobs (monthly: +570, addon: +100)\n" in log


@pytest.mark.parametrize("method", [batch.function for batch in BATCHES.values()])
def test_the_keys_of_an_element_are_the_parameters_of_the_single_call(method: str) -> None:
    single = getattr(Credits, method.removesuffix("_many"))
    batch = BATCHES[single.__name__]
    assert batch.function == method
    assert list(batch.members) == list(inspect.signature(single).parameters)[1:]
