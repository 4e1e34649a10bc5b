"""CoalescingCredits over a server that is made up: what is sent when, and how it closes."""

from __future__ import annotations

import asyncio
from contextvars import ContextVar
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from coalesce_tools import (
    GUARD_SECONDS,
    NEVER,
    P,
    Q,
    R,
    Server,
    caught,
    coalescing,
    idle,
    names,
    reserve,
)

from pgcredits import (
    CoalescingCredits,
    Credits,
    Retry,
    Traced,
)

# What is sent when


async def test_a_call_on_its_own_is_sent_at_once_and_as_the_client_sends_it() -> None:
    statements: list[Any] = []
    server = Server(hold=False)

    async def fetch(*statement: Any) -> Any:
        statements.append(statement)
        return await server.fetch(*statement)

    pool = SimpleNamespace(fetch=fetch, acquire=None)
    job_id, more = uuid4(), {"meta": {"a": "ä"}, "hold_for": timedelta(hours=1), "spender": "k"}
    async with coalescing(pool) as client:
        batched = await client.reserve_credits(str(P), job_id, 5, **more)
    assert batched == await Credits(pool).reserve_credits(str(P), job_id, 5, **more)
    assert statements[0] == statements[1]


async def test_calls_of_tasks_that_run_together_are_one_batch_in_their_order() -> None:
    server = Server(hold=False)
    async with coalescing(server) as client:
        tasks = [reserve(client, profile, 10 + n) for n, profile in enumerate([P, Q, P, R, Q])]
        answers = await asyncio.gather(*tasks)
    assert [(s.function, s.jobs) for s in server.sent] == [("reserve_credits_many", names(*tasks))]
    assert [element["cost"] for element in server.sent[0].elements] == [10, 11, 12, 13, 14]
    assert [(str(a.job_id), a.profile_id) for a in answers] == list(
        zip(names(*tasks), [P, Q, P, R, Q], strict=True)
    )


async def test_a_batch_is_sent_as_the_client_sends_it() -> None:
    statements: list[Any] = []
    server = Server(hold=False)

    async def fetch(*statement: Any) -> Any:
        statements.append(statement)
        return await server.fetch(*statement)

    pool = SimpleNamespace(fetch=fetch, acquire=None)
    job_ids = [uuid4(), uuid4()]
    hour, quoted = timedelta(hours=1), 'said "no"'
    batches: dict[tuple[str, str], list[tuple[Any, ...]]] = {
        ("reserve_credits", "reserve_credits_many"): [
            ("profile_id", "job_id", "cost", "meta", "hold_for", "spender"),
            (P, job_ids[0], 5, {"a": "ä"}, hour, "key 1"),
            (Q, job_ids[1], 0, {}, None, None),
        ],
        ("settle_job", "settle_job_many"): [
            ("job_id", "actual_cost", "overage", "profile_id"),
            (job_ids[0], 5, "cap", P),
            (job_ids[1], None, "reject", P),
        ],
        ("refund_job", "refund_job_many"): [
            ("job_id", "amount", "refund_id", "reason", "profile_id"),
            (job_ids[0], 5, "part-1", quoted, P),
            (job_ids[1], None, None, None, Q),
        ],
    }
    async with coalescing(pool) as client:
        for (single, many), (parameters, *values) in batches.items():
            elements = [dict(zip(parameters, each, strict=True)) for each in values]
            answers = await asyncio.gather(*(getattr(client, single)(**e) for e in elements))
            assert answers == await getattr(Credits(pool), many)(elements)
            assert statements[-2] == statements[-1]
    assert len(statements) == 6


async def test_calls_gather_while_a_batch_is_under_way() -> None:
    server = Server()
    async with coalescing(server) as client:
        first = reserve(client, P)
        one = await server.arrived(1)
        gathered = [reserve(client, profile) for profile in (Q, R, P, Q)]
        await idle()
        assert len(server.sent) == 1
        one.go.set_result(None)
        two = await server.arrived(2)
        # What was held for P comes after what was free to go.
        assert sorted(two.jobs) == sorted(names(*gathered))
        assert await first
        two.go.set_result(None)
        await asyncio.gather(*gathered)


async def test_calls_gather_for_max_wait_and_then_take_another_connection() -> None:
    server = Server()
    async with coalescing(server, max_wait=0.001, max_in_flight=2) as client:
        tasks = [reserve(client, P)]
        await server.arrived(1)
        tasks += [reserve(client, Q), reserve(client, R)]
        two = await server.arrived(2)
        assert two.jobs == names(*tasks[1:])
        server.let_go()
        await asyncio.gather(*tasks)


async def test_no_more_batches_than_max_in_flight_are_under_way() -> None:
    server = Server()
    async with coalescing(server, max_wait=0, max_in_flight=3) as client:
        tasks = []
        for number in range(1, 4):
            tasks.append(reserve(client, uuid4()))
            await server.arrived(number)
        tasks += [reserve(client, uuid4()) for _ in range(5)]
        await idle()
        assert len(server.sent) == 3
        server.sent[1].go.set_result(None)
        four = await server.arrived(4)
        assert four.jobs == names(*tasks[3:])
        server.let_go()
        await asyncio.gather(*tasks)
    assert server.most_at_once == 3


async def test_a_batch_has_max_batch_calls_at_most_and_a_full_one_does_not_wait() -> None:
    server = Server()
    async with coalescing(server, max_batch=3, max_in_flight=2) as client:
        first = reserve(client, P)
        await server.arrived(1)
        tasks = [reserve(client, uuid4()) for _ in range(2)]
        await idle()
        assert len(server.sent) == 1
        tasks += [reserve(client, uuid4()) for _ in range(5)]
        await server.arrived(2)
        server.let_go()
        await asyncio.gather(first, *tasks)
    assert [s.jobs for s in server.sent] == [
        names(first),
        names(*tasks[:3]),
        names(*tasks[3:6]),
        names(*tasks[6:]),
    ]


async def test_a_profile_is_in_one_batch_at_a_time_and_its_calls_keep_their_order() -> None:
    server = Server()
    async with coalescing(server, max_wait=0, max_batch=4, max_in_flight=3) as client:
        hot = [reserve(client, P) for _ in range(6)]
        one = await server.arrived(1)
        hot += [reserve(client, P) for _ in range(4)]
        other = reserve(client, Q)
        two = await server.arrived(2)
        assert (one.jobs, two.jobs) == (names(*hot[:4]), names(other))
        one.go.set_result(None)
        three = await server.arrived(3)
        hot.append(reserve(client, P))
        await idle()
        assert three.jobs == names(*hot[4:8])
        three.go.set_result(None)
        four = await server.arrived(4)
        assert four.jobs == names(*hot[8:])
        server.let_go()
        await asyncio.gather(other, *hot)


async def test_settling_and_refunding_travel_in_batches_of_their_own() -> None:
    server = Server(hold=False)
    jobs = [uuid4() for _ in range(6)]
    async with coalescing(server) as client:
        answers = await asyncio.gather(
            client.reserve_credits(P, jobs[0], 5),
            client.settle_job(jobs[1], 4, profile_id=P),
            client.refund_job(jobs[2], amount=2, refund_id="part-1", profile_id=P),
            client.reserve_credits(P, jobs[3], 5),
            client.settle_job(jobs[4], overage="reject", profile_id=P),
            client.refund_job(jobs[5], reason="why", profile_id=P),
        )
    assert [answer.job_id for answer in answers] == jobs
    assert [(s.function, s.jobs) for s in server.sent] == [
        ("reserve_credits_many", [str(jobs[0]), str(jobs[3])]),
        ("settle_job_many", [str(jobs[1]), str(jobs[4])]),
        ("refund_job_many", [str(jobs[2]), str(jobs[5])]),
    ]


async def test_calls_that_cannot_be_in_a_batch_are_made_at_once() -> None:
    server = Server()
    async with coalescing(server, max_in_flight=1) as client:
        under_way = reserve(client, P)
        await server.arrived(1)
        tasks: list[asyncio.Task[Any]] = [
            asyncio.create_task(client.settle_job(uuid4())),
            asyncio.create_task(client.refund_job(uuid4())),
            asyncio.create_task(client.get_balance(P)),
            reserve(client, P, meta={"long": "x" * 100_000}),  # the database has no time for this
        ]
        await server.arrived(5)
        assert [s.function for s in server.sent[1:]] == [
            "settle_job",
            "refund_job",
            "get_balance",
            "reserve_credits",
        ]
        server.let_go()
        await asyncio.gather(under_way, *tasks)


async def test_metadata_is_sent_as_it_was_when_the_call_was_made() -> None:
    server = Server()
    async with coalescing(server) as client:
        first = reserve(client, P)
        one = await server.arrived(1)
        meta = {"model": "small", "emoji": "\U0001f600"}
        tasks = [reserve(client, P, meta=meta), reserve(client, P)]
        await idle()
        meta["model"] = "large"
        one.go.set_result(None)
        two = await server.arrived(2)
        assert two.elements[0]["meta"] == {"model": "small", "emoji": "\U0001f600"}
        two.go.set_result(None)
        await asyncio.gather(first, *tasks)


async def test_a_batch_runs_in_nobodys_context() -> None:
    request: ContextVar[str] = ContextVar("request", default="nobody's")
    seen: list[str] = []
    server = Server(hold=False, trouble=lambda _: seen.append(request.get()))
    async with coalescing(server) as client:
        request.set("the first caller's")
        await asyncio.gather(reserve(client), reserve(client))
    assert seen == ["nobody's"]


# Closing


async def test_closing_waits_for_everything_and_then_refuses() -> None:
    server = Server()
    async with coalescing(server, max_batch=2, max_in_flight=1) as client:
        tasks = [reserve(client, profile) for profile in (P, P, P, Q, Q, R)]
        await server.arrived(1)
        closing = asyncio.create_task(client.aclose())
        await idle()
        assert not closing.done()
        for call in (reserve(client, R), asyncio.create_task(client.get_balance(P))):
            assert isinstance(await caught(call), RuntimeError)
            assert "closed" in str(await caught(call))
        for number in (1, 2, 3):
            assert not closing.done()
            (await server.arrived(number)).go.set_result(None)
        await closing
        assert all(task.done() and task.result() for task in tasks)
        await client.aclose()  # once more does nothing
    assert len(server.sent) == 3


async def test_closing_does_not_wait_for_company() -> None:
    server = Server()
    async with coalescing(server) as client:
        first = reserve(client, P)
        await server.arrived(1)
        gathers = reserve(client, Q)
        await idle()
        closing = asyncio.create_task(client.aclose())
        await server.arrived(2)
        server.let_go()
        await asyncio.gather(closing, first, gathers)


async def test_calls_get_their_answers_when_the_task_that_closes_is_cancelled() -> None:
    server = Server()
    client = CoalescingCredits(server, max_wait=NEVER, max_in_flight=1)
    tasks = [reserve(client, profile) for profile in (P, Q)]
    one = await server.arrived(1)
    tasks += [reserve(client, profile) for profile in (P, R)]
    await idle()
    closing = asyncio.create_task(client.aclose())
    await idle()
    closing.cancel()
    await asyncio.wait([closing])
    assert closing.cancelled()
    server.hold = False
    one.go.set_result(None)
    async with asyncio.timeout(GUARD_SECONDS):
        assert all(await asyncio.gather(*tasks))


# What it can work over


@pytest.mark.parametrize(
    "kind",
    [lambda x: x, Retry, Traced, lambda x: Traced(Retry(x))],
    ids=["connection", "Retry over one", "Traced over one", "both over one"],
)
def test_a_connection_is_refused(kind: Any) -> None:
    connection = SimpleNamespace(fetch=None, is_in_transaction=lambda: False)
    with pytest.raises(TypeError, match="Pool"):
        CoalescingCredits(kind(connection))


def test_retry_and_traced_over_a_pool_are_welcome() -> None:
    CoalescingCredits(Retry(Server()))
    CoalescingCredits(Traced(Server()))
    CoalescingCredits(Traced(Retry(Server())))


@pytest.mark.parametrize(
    "setting",
    [{"max_wait": -1}, {"max_batch": 0}, {"max_batch": 10_001}, {"max_in_flight": 0}],
    ids=str,
)
def test_a_setting_out_of_range_is_refused(setting: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="Give"):
        CoalescingCredits(Server(), **setting)
