"""CoalescingCredits over a server that is made up: who gets which error, and who is cancelled."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from coalesce_tools import (
    P,
    Q,
    R,
    Sent,
    Server,
    caught,
    coalescing,
    idle,
    names,
    reserve,
)
from retry_tools import LOST, server_error

from pgcredits import (
    CoalescingCredits,
    InsufficientCredits,
    InvalidArgument,
    OutcomeUnknown,
    Reservation,
    Unavailable,
)

# Who gets which error


async def test_a_wrong_argument_is_refused_before_anything_is_queued() -> None:
    server = Server(hold=False)
    async with coalescing(server) as client:
        calls: list[Any] = [
            client.reserve_credits("no uuid", uuid4(), 5),
            client.reserve_credits(P, uuid4(), 1.5),  # type: ignore[arg-type]
            client.reserve_credits(P, uuid4(), 5, meta={"a": float("nan")}),
            client.reserve_credits(P, uuid4(), 5, hold_for=5),  # type: ignore[arg-type]
            client.settle_job(uuid4(), True, profile_id=P),
            client.refund_job(uuid4(), reason="a\0b", profile_id=P),
        ]
        right = [reserve(client), reserve(client)]
        errors = await asyncio.gather(*calls, return_exceptions=True)
        assert [type(error) for error in errors] == [InvalidArgument] * 6
        await asyncio.gather(*right)
    assert [s.jobs for s in server.sent] == [names(*right)]


async def test_a_refusal_reaches_its_own_caller_alone() -> None:
    server = Server(hold=False)
    async with coalescing(server) as client:
        tasks = [reserve(client, profile) for profile in (P, Q, P, Q)]
        server.refused = set(names(tasks[1], tasks[2]))
        answers = await asyncio.gather(*tasks, return_exceptions=True)
        alone = await caught(reserve(client, job_id=UUID(names(tasks[1])[0])))
        assert len(server.sent) == 2  # a refusal is an answer: nothing is asked twice
        await asyncio.gather(reserve(client, P), reserve(client, Q))
        assert len(server.sent) == 3  # nor is anybody kept apart for it
    assert [type(a) for a in answers] == [
        Reservation,
        InsufficientCredits,
        InsufficientCredits,
        Reservation,
    ]
    for error in (answers[1], answers[2], alone):
        assert isinstance(error, InsufficientCredits)
        assert (error.required, error.available, error.hint) == (5, 3, "Buy some.")
        assert (error.token, error.sqlstate) == ("insufficient_credits", "PT402")
    assert answers[1] is not answers[2]


class Odd(Exception):  # noqa: N818
    def __init__(self, one: int, two: int) -> None:
        super().__init__(f"{one} and {two}")
        self.two = two


@pytest.mark.parametrize(
    "error",
    [
        LOST,
        server_error("57P01", "FATAL"),
        server_error("40P01"),
        server_error("42501"),
        server_error("53300", "FATAL"),
        asyncpg.InterfaceError("pool is closed", hint="a hint"),
        asyncpg.InternalClientError("a bug"),
        ConnectionResetError(104, "Connection reset by peer"),
        TimeoutError(),
        Odd(1, 2),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_an_error_of_the_batch_reaches_every_caller_as_one_of_its_own(
    error: Exception,
) -> None:
    error.add_note("a note")

    def fail(_: Sent) -> None:
        raise error

    server = Server(hold=False, trouble=fail)
    async with coalescing(server) as client:
        tasks = [reserve(client, profile) for profile in (P, Q, P)]
        errors = [await caught(task) for task in tasks]
        assert len(server.sent) == 1
        for own in errors:
            assert type(own) is type(error)
            assert (str(own), own.args) == (str(error), error.args)
            assert own.__dict__ == error.__dict__
            assert own.__cause__ is error
        assert len({id(own) for own in (error, *errors)}) == 4
        assert len({id(own.__traceback__) for own in (error, *errors)}) == 4
        errors[0].add_note("another")
        assert errors[1].__notes__ == error.__notes__ == ["a note"]
        server.trouble = lambda _: None
        assert await reserve(client, P)
    error.__notes__.clear()


async def test_an_unknown_outcome_names_the_call_of_each() -> None:
    def fail(sent: Sent) -> None:
        raise OutcomeUnknown(sent.function, {"many": "ids"}, LOST)

    jobs = [uuid4() for _ in range(4)]
    async with coalescing(Server(hold=False, trouble=fail)) as client:
        errors = await asyncio.gather(
            *(client.reserve_credits(P, job, 5) for job in jobs[:2]),
            *(client.refund_job(job, profile_id=Q) for job in jobs[2:3]),
            *(client.refund_job(job, amount=1, refund_id="r", profile_id=Q) for job in jobs[3:]),
            return_exceptions=True,
        )
    assert [(e.method, e.key, e.last_error) for e in errors] == [
        ("reserve_credits", {"job_id": jobs[0]}, LOST),
        ("reserve_credits", {"job_id": jobs[1]}, LOST),
        ("refund_job", {"job_id": jobs[2]}, LOST),
        ("refund_job", {"job_id": jobs[3], "refund_id": "r"}, LOST),
    ]


@pytest.mark.parametrize("sqlstate", ["PT400", "22P05", "22003", "23514", "54000"])
async def test_what_is_wrong_with_one_call_does_not_fail_its_batch(sqlstate: str) -> None:
    server = Server(hold=False)
    async with coalescing(server) as client:
        tasks = [reserve(client, profile) for profile in (P, Q, P, Q, R, P)]
        bad = names(tasks[2])[0]

        def fail(sent: Sent) -> None:
            if bad in sent.jobs:
                token = "invalid_batch" if len(sent.jobs) > 1 else "a message"
                raise type(server_error(sqlstate)).new({"C": sqlstate, "M": token, "S": "ERROR"})

        server.trouble = fail
        answers = await asyncio.gather(*tasks, return_exceptions=True)
    error = answers.pop(2)
    assert getattr(error, "sqlstate", None) == sqlstate
    assert str(error) == "a message"  # as the single call had it
    assert [type(answer) for answer in answers] == [Reservation] * 5
    # Together, then profile by profile, then the one profile call by call, in order.
    assert [len(s.jobs) for s in server.sent[:2]] == [6, 3]
    of_p = [s.jobs for s in server.sent[1:] if s.jobs[0] in names(*tasks[::2], tasks[5])]
    one_by_one = [jobs for jobs in of_p if len(jobs) == 1 and jobs != names(tasks[4])]
    assert one_by_one == [names(tasks[0]), [bad], names(tasks[5])]
    assert [s.jobs for s in server.sent if len(s.jobs) == 2] == [names(tasks[1], tasks[3])]


@pytest.mark.parametrize("sqlstate", ["55P03", "57014"])
async def test_a_locked_profile_fails_its_own_calls_only_and_then_goes_apart(sqlstate: str) -> None:
    locked = str(P)

    def fail(sent: Sent) -> None:
        if locked in {str(element["profile_id"]) for element in sent.elements}:
            raise server_error(sqlstate)

    server = Server(hold=False, trouble=fail)
    async with coalescing(server) as client:

        async def of_all() -> list[Any]:
            calls = [reserve(client, profile) for profile in (Q, P, R, P)]
            return await asyncio.gather(*calls, return_exceptions=True)

        answers = await of_all()
        assert isinstance(answers[1], Unavailable)
        assert type(answers[1]) is type(answers[3])
        assert answers[1] is not answers[3]
        assert [type(answer) for answer in answers[::2]] == [Reservation] * 2
        # No one by one: that would wait for the same lock as often as there are calls.
        assert sorted(len(s.jobs) for s in server.sent) == [1, 1, 2, 4]
        server.sent.clear()
        await of_all()
        assert sorted(len(s.jobs) for s in server.sent) == [2, 2]  # nobody waits with it
        locked = ""
        assert await reserve(client, P)
        server.sent.clear()
        await of_all()
        assert [len(s.jobs) for s in server.sent] == [4]


async def test_calls_that_go_again_go_before_those_that_came_later() -> None:
    def fail(sent: Sent) -> None:
        if len(sent.jobs) > 1:
            raise server_error("22P05")

    server = Server(trouble=fail)
    async with coalescing(server, max_in_flight=1) as client:
        tasks = [reserve(client, profile) for profile in (P, Q)]
        one = await server.arrived(1)
        later = reserve(client, R)
        await idle()
        one.go.set_result(None)
        await server.arrived(2)
        server.let_go()
        await asyncio.gather(*tasks, later)
    assert [s.jobs for s in server.sent[1:]] == [names(each) for each in (*tasks, later)]


async def test_answers_that_do_not_fit_the_calls_fail_all_of_them() -> None:
    server = Server(hold=False)
    fetch = server.fetch

    async def lossy(*statement: Any) -> Any:
        return (await fetch(*statement))[1:]

    server.fetch = lossy  # type: ignore[method-assign]
    async with coalescing(server) as client:
        errors = [await caught(task) for task in (reserve(client), reserve(client))]
    assert [type(error) for error in errors] == [RuntimeError, RuntimeError]


# Cancelling


async def test_a_call_cancelled_before_it_was_sent_is_not_sent() -> None:
    server = Server()
    async with coalescing(server) as client:
        first = reserve(client, P)
        one = await server.arrived(1)
        tasks = [reserve(client, profile) for profile in (P, P, P, Q, Q, Q)]
        await idle()
        tasks[1].cancel()  # held, as P is under way
        tasks[4].cancel()  # waits for company
        one.go.set_result(None)
        two = await server.arrived(2)
        assert set(two.jobs) == set(names(tasks[0], tasks[2], tasks[3], tasks[5]))
        two.go.set_result(None)
        answers = await asyncio.gather(first, *tasks, return_exceptions=True)
    assert [type(a) for a in answers].count(Reservation) == 5
    assert all(isinstance(answers[n], asyncio.CancelledError) for n in (2, 5))


async def test_when_all_are_cancelled_before_it_nothing_is_sent() -> None:
    server = Server(hold=False)
    async with coalescing(server) as client:
        tasks = [reserve(client) for _ in range(3)]
        await asyncio.sleep(0)  # they have called, and nothing has left
        for task in tasks:
            task.cancel()
        await idle()
        assert server.sent == []
        assert await reserve(client)


@pytest.mark.parametrize("cancelled", [1, 3])
async def test_a_batch_goes_on_without_a_caller_who_was_cancelled(cancelled: int) -> None:
    server = Server()
    async with coalescing(server) as client:
        tasks = [reserve(client) for _ in range(3)]
        one = await server.arrived(1)
        for task in tasks[:cancelled]:
            task.cancel()
        after = reserve(client)
        await idle()
        assert [task.cancelled() for task in tasks] == [n < cancelled for n in range(3)]
        assert len(server.sent) == 1  # it is still under way
        one.go.set_result(None)
        await asyncio.gather(*tasks[cancelled:])
        (await server.arrived(2)).go.set_result(None)
        assert await after


async def test_a_failed_batch_is_not_sent_again_for_a_caller_who_was_cancelled() -> None:
    def fail(sent: Sent) -> None:
        if len(sent.jobs) > 1:
            raise server_error("22P05")

    server = Server(trouble=fail)
    async with coalescing(server) as client:
        tasks = [reserve(client) for _ in range(3)]
        one = await server.arrived(1)
        tasks[1].cancel()
        server.hold = False
        one.go.set_result(None)
        await asyncio.gather(tasks[0], tasks[2])
    assert [s.jobs for s in server.sent[1:]] == [names(tasks[0]), names(tasks[2])]


@pytest.mark.parametrize("begun", [False, True])
async def test_a_batch_that_somebody_cancels_leaves_no_caller_without_an_answer(
    begun: bool,
) -> None:
    server = Server()
    async with coalescing(server) as client:
        before = asyncio.all_tasks()
        tasks = [reserve(client), reserve(client)]
        for _ in range(20):
            if batch := asyncio.all_tasks() - before - set(tasks):
                break
            await asyncio.sleep(0)
        assert server.sent == []
        if begun:
            await server.arrived(1)
        batch.pop().cancel()
        errors = [await caught(task) for task in tasks]
        assert [type(error) for error in errors] == [ConnectionAbortedError] * 2
        assert errors[0] is not errors[1]
        server.hold = False
        assert await reserve(client)


def test_the_end_of_the_loop_ends_every_call() -> None:
    tasks: list[asyncio.Task[Reservation]] = []

    async def program() -> None:
        server = Server()
        client = CoalescingCredits(server, max_in_flight=1)
        tasks.extend(reserve(client, profile) for profile in (P, P, Q))
        await server.arrived(1)
        tasks.extend(reserve(client, profile) for profile in (P, R))
        await idle()

    asyncio.run(program())
    assert [task.cancelled() for task in tasks] == [True] * 5


# What is remembered


async def test_profiles_that_never_come_back_are_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pgcredits._coalesce._MOST_SUSPECTS", 3)

    def fail(_: Sent) -> None:
        raise server_error("53100")

    server = Server(hold=False, trouble=fail)
    others = [uuid4() for _ in range(50)]
    async with coalescing(server) as client:
        for profile in (P, Q, *others):
            await caught(reserve(client, profile))
            assert len(client._coalescing._suspects) <= 3
        server.trouble = lambda _: None
        first, second, third = (reserve(client, profile) for profile in (P, others[-1], Q))
        await asyncio.gather(first, second, third)
        assert sorted(map(len, (sent.jobs for sent in server.sent[-2:]))) == [1, 2]
        (together,) = (sent.jobs for sent in server.sent[-2:] if len(sent.jobs) == 2)
        assert together == names(first, third)


async def test_a_profile_whose_calls_still_wait_is_never_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else the calls of a large batch that failed could go together, and fail, again and again."""
    monkeypatch.setattr("pgcredits._coalesce._MOST_SUSPECTS", 3)
    bad = uuid4()

    def fail(sent: Sent) -> None:
        if any(str(element["profile_id"]) == str(bad) for element in sent.elements):
            raise server_error("22000")

    server = Server(hold=False, trouble=fail)
    async with coalescing(server) as client:
        good = [reserve(client, uuid4()) for _ in range(30)]
        worse = reserve(client, bad)
        good += [reserve(client, uuid4()) for _ in range(30)]
        await caught(worse)
        await asyncio.gather(*good)
        assert len(server.sent) == 62
        assert len(client._coalescing._suspects) <= 3
