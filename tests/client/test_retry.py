"""The policy of Retry: what each failure means for a call, and when it ends."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import asyncpg
import pytest
from retry_tools import (
    JOB,
    LOST,
    METHODS_THAT,
    PROFILE,
    WARNING,
    FakePool,
    FakeServer,
    ask,
    server_error,
)

from pgcredits import Call, CreditsError, Failure, OutcomeUnknown, Retry, Unavailable, classify
from pgcredits._retry import EXCEPTIONS, SQLSTATES, Repeat


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that would have been made."""
    made: list[float] = []

    async def sleep(_: Retry, seconds: float) -> None:
        made.append(seconds)
        await asyncio.sleep(0)

    monkeypatch.setattr(Retry, "_sleep", sleep)
    return made


# The table of failures


# fmt: off
AGAIN = [
    "08001", "08004", "25006", "26000", "40001", "40P01", "42P05", "53300", "55P03", "57P03",
]
UNKNOWN = [
    "08000", "08003", "08006", "08007", "08P01", "40003", "53100", "53200", "53400", "57P01",
    "57P02", "57P05",
]
FINAL = [
    "PT400", "PT402", "PT404", "PT409", "PT410", "PT413", "PT422", "22000", "22P02", "23505",
    "23514", "28000", "28P01", "42501", "42883", "42P01", "0A000", "25P02", "3D000", "40002",
    "54001", "57014", "P0001", "P0004", "XX000", "ZZ999",
]
# fmt: on


@pytest.mark.parametrize("sqlstate", AGAIN)
async def test_what_had_no_effect_and_passes_is_repeated(sqlstate: str) -> None:
    assert classify(server_error(sqlstate)) is Failure.PASSING
    server = FakePool([server_error(sqlstate), ["answer"]])
    assert await ask(server) == ["answer"]
    error = server_error(sqlstate)
    with pytest.raises((type(error), Unavailable)) as caught:
        await ask(FakePool([error, error]), attempts=2)
    assert error in (caught.value, caught.value.__cause__)  # nothing is unknown


@pytest.mark.parametrize("sqlstate", UNKNOWN)
async def test_what_may_have_had_an_effect_is_repeated_or_said_to_be_unknown(sqlstate: str) -> None:
    error = server_error(sqlstate, "FATAL")
    assert classify(error) is Failure.UNKNOWN
    assert await ask(FakePool([error, ["answer"]])) == ["answer"]
    with pytest.raises(OutcomeUnknown) as caught:
        await ask(FakePool([error, error]), attempts=2)
    assert caught.value.last_error is error


@pytest.mark.parametrize("sqlstate", FINAL)
async def test_what_is_final_is_raised_at_once(sqlstate: str) -> None:
    error = server_error(sqlstate)
    server = FakePool([error])
    with pytest.raises((type(error), Unavailable)) as caught:
        await ask(server)
    assert error in (caught.value, caught.value.__cause__)
    assert len(server.sent) == 1


def test_every_row_of_the_table_is_tried() -> None:
    tried = {Failure.PASSING: AGAIN, Failure.UNKNOWN: UNKNOWN, Failure.FINAL: FINAL}
    for prefix, failure in SQLSTATES.items():
        assert any(code.startswith(prefix) for code in tried[failure]), prefix


@pytest.mark.parametrize("severity", ["FATAL", "PANIC"])
async def test_an_unknown_error_that_ended_the_connection_leaves_the_outcome_unknown(
    severity: str,
) -> None:
    error = server_error("XX000", severity)
    with pytest.raises(OutcomeUnknown):
        await ask(FakePool([error]), attempts=1)
    # A pooler ends connections for reasons that say for sure that nothing ran.
    assert classify(server_error("53300", severity)) is Failure.PASSING
    assert classify(server_error("28P01", severity)) is Failure.FINAL


@pytest.mark.parametrize(
    "error",
    [
        LOST,
        asyncpg.InterfaceError("connection is closed"),
        asyncpg.InternalClientError("got result for unknown protocol state 3"),
        asyncpg.ProtocolError("unexpected"),
        ConnectionResetError("Connection lost"),
        BrokenPipeError(),
        TimeoutError(),  # of the driver: command_timeout
    ],
    ids=lambda error: type(error).__name__,
)
async def test_a_lost_connection_has_several_faces(error: Exception) -> None:
    server = FakePool([error, ["answer"]])
    assert await ask(server) == ["answer"]
    with pytest.raises(OutcomeUnknown):
        await ask(FakePool([error]), attempts=1)


@pytest.mark.parametrize(
    "error",
    [
        asyncpg.ClientConfigurationError("a wrong setting"),
        asyncpg.UnsupportedClientFeatureError("not with this type"),
        asyncpg.UnsupportedServerFeatureError("not with this server"),
        ValueError("of a codec of the caller"),
        KeyError("a bug"),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_a_mistake_of_a_program_is_raised_at_once(error: Exception) -> None:
    server = FakePool([error])
    with pytest.raises(type(error)):
        await ask(server)
    assert len(server.sent) == 1


def test_every_kind_of_exception_is_tried() -> None:
    assert [failure for _, failure in EXCEPTIONS].count(Failure.FINAL) == 3
    kinds = {kind for kind, failure in EXCEPTIONS if failure is Failure.UNKNOWN}
    assert kinds == {asyncpg.InterfaceError, asyncpg.InternalClientError, TimeoutError, OSError}


async def test_a_cached_plan_that_is_out_of_date_is_made_again() -> None:
    error = asyncpg.PostgresError.new({"C": "0A000", "M": "m", "R": "RevalidateCachedQuery"})
    assert await ask(FakePool([error, ["answer"]])) == ["answer"]


# Before the call is sent


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError(),
        FileNotFoundError("no socket: the server is down"),
        TimeoutError(),
        LOST,
        server_error("53300", "FATAL"),
        server_error("57P03", "FATAL"),
        server_error("57P01", "FATAL"),
        server_error("08006", "FATAL"),
        asyncpg.TargetServerAttributeNotMatched("no primary"),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_a_connection_that_was_not_got_leaves_nothing_unknown(error: Exception) -> None:
    server = FakePool([["answer"]], refusals=[error])
    assert await ask(server) == ["answer"]
    assert (server.taken, len(server.sent)) == (2, 1)
    with pytest.raises(type(error)) as caught:
        await ask(FakePool(refusals=[error]), attempts=1)
    assert caught.value is error


@pytest.mark.parametrize(
    "error",
    [
        server_error("28P01", "FATAL"),
        server_error("42501", "FATAL"),
        server_error("3D000"),
        asyncpg.InterfaceError("pool is closed"),
        asyncpg.ClientConfigurationError("a wrong setting"),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_a_connection_that_will_not_be_got_is_not_asked_for_again(error: Exception) -> None:
    server = FakePool(refusals=[error])
    with pytest.raises(type(error)):
        await ask(server)
    assert server.taken == 1


async def test_what_a_new_connection_meets_says_nothing_of_the_attempt_before() -> None:
    server = FakePool([LOST], refusals=[])

    async def acquire() -> FakePool:
        server.taken += 1
        if server.taken > 1:
            raise server_error("28P01", "FATAL")
        return server

    server.acquire = acquire
    with pytest.raises(OutcomeUnknown) as caught:
        await ask(server)
    assert caught.value.last_error.sqlstate == "28P01"


# What stays the same, and what is new


async def test_each_attempt_takes_a_connection_anew_and_sends_the_same() -> None:
    server = FakePool([LOST, server_error("40001"), ConnectionResetError(), ["answer"]])
    assert await ask(server, "grant_addon") == ["answer"]
    assert server.taken == server.given_back == len(server.sent) == 4
    assert all(statement == server.sent[0] for statement in server.sent)
    assert server.sent[0][1:4] == (PROFILE, 5, "order-1")
    assert server.listeners == []


async def test_an_answer_is_kept_when_the_connection_cannot_be_given_back() -> None:
    class Broken(FakePool):
        async def release(self, connection: FakeServer, **_: float) -> None:
            raise LOST

    server = Broken([["answer"]])
    assert await ask(server) == ["answer"]
    assert len(server.sent) == 1


async def test_an_answer_is_kept_when_giving_the_connection_back_takes_too_long() -> None:
    class Slow(FakePool):
        async def release(self, connection: FakeServer, **_: float) -> None:
            await asyncio.sleep(0.05)  # a timer that comes after the one of the policy

    assert await ask(Slow([["answer"]]), seconds=0.01) == ["answer"]


async def test_a_refusal_after_a_lost_answer_is_the_answer() -> None:
    """A replay would have come before it: the lost attempt has not taken effect."""
    refusal = server_error("PT402")
    with pytest.raises(type(refusal)) as caught:
        await ask(FakePool([LOST, refusal]))
    assert caught.value is refusal


@pytest.mark.parametrize("sqlstate", ["42501", "57014", "XX000"])
async def test_another_final_error_after_a_lost_answer_does_not_tell(sqlstate: str) -> None:
    with pytest.raises(OutcomeUnknown) as caught:
        await ask(FakePool([LOST, server_error(sqlstate)]))
    assert caught.value.last_error.sqlstate == sqlstate


@pytest.mark.parametrize("sqlstate", ["40001", "55P03"])
async def test_a_passing_error_after_a_lost_answer_does_not_tell(sqlstate: str) -> None:
    with pytest.raises(OutcomeUnknown):
        await ask(FakePool([LOST, server_error(sqlstate)]), attempts=2)


async def test_one_line_in_the_log_for_each_repetition(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, logger="pgcredits"):
        await ask(FakePool([LOST, server_error("40P01"), ["answer"]]))
    start = f"[Credits] reserve_credits(job_id={JOB}) again after "
    assert [record.getMessage() for record in caplog.records] == [
        f"{start}ConnectionDoesNotExistError: {LOST}",
        f"{start}DeadlockDetectedError: a message",
    ]


async def test_a_pooler_that_loses_statements_is_told_of_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    errors = [server_error(sqlstate) for sqlstate in ("26000", "42P05", "42P05")]
    server = FakePool([*errors, ["answer"], errors[0], ["answer"]])
    retry = Retry(server)
    with caplog.at_level(logging.WARNING, logger="pgcredits"):
        for _ in range(2):
            await retry.call(Call("schema_version", {}, ("schema_version",)))
        told = [r.getMessage() for r in caplog.records if "again after" not in r.getMessage()]
        with pytest.raises(asyncpg.InvalidSQLStatementNameError):
            await Retry(FakePool([errors[0]]), attempts=1).call(Call("schema_version", {}, ()))
    (line,) = told
    assert "statement_cache_size=0" in line
    assert caplog.records[-1].getMessage() == line  # also where it is the last attempt


@pytest.mark.parametrize("end", ["\n", "\r", "\v", "\x85", "\u2028", "\x1b[2K"])
async def test_no_text_of_a_caller_begins_a_line_of_the_log(
    end: str, caplog: pytest.LogCaptureFixture
) -> None:
    forged = f"order-7{end}WARNING [Credits] Refunded 999 credits"
    error = asyncpg.PostgresError.new({"C": "40001", "M": forged, "S": "ERROR"})
    key = {"profile_id": PROFILE, "job_id": JOB, "refund_id": forged}
    call = Call("refund_job", key, ("seq",))
    with caplog.at_level(logging.WARNING, logger="pgcredits"):
        await Retry(FakePool([error, ["answer"]])).call(call)
    (record,) = caplog.records
    assert "refund_id=order-7" in record.getMessage()
    assert record.getMessage().isprintable()


# Limits


async def test_pauses_are_random_and_grow_up_to_the_longest(pauses: list[float]) -> None:
    with pytest.raises(asyncpg.SerializationError):
        await ask(FakePool([server_error("40001")] * 9), attempts=9, seconds=60)
    most = [0.1, 0.2, 0.4, 0.8, 1.6, 2, 2, 2]
    assert all(0 <= pause <= limit for pause, limit in zip(pauses, most, strict=True))
    assert len({pause / limit for pause, limit in zip(pauses, most, strict=True)}) == 8


async def test_a_pause_that_would_outlast_the_time_is_not_made(pauses: list[float]) -> None:
    server = FakePool([LOST] * 5)
    with pytest.raises(OutcomeUnknown):
        # All but certain that a pause of up to 10 million seconds is longer than 30.
        await ask(server, seconds=30, first_pause=1e7, longest_pause=1e7)
    assert (pauses, len(server.sent)) == ([], 1)


async def test_attempts_are_counted() -> None:
    server = FakePool([LOST] * 5)
    with pytest.raises(OutcomeUnknown):
        await ask(server, attempts=3)
    assert len(server.sent) == 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"seconds": 0},
        {"attempt_seconds": 0},
        {"attempts": 0},
        {"first_pause": -1},
        {"longest_pause": -1},
    ],
    ids=str,
)
def test_limits_are_checked(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="Give more than 0 seconds"):
        Retry(FakePool(), **wrong)


def test_it_needs_a_pool_or_a_connection() -> None:
    with pytest.raises(TypeError, match="Pool or Connection"):
        Retry(SimpleNamespace(fetch=None))


async def test_an_attempt_without_an_end_ends_with_the_time() -> None:
    with pytest.raises(OutcomeUnknown) as caught:
        await ask(FakePool([None]), seconds=0.01)
    assert str(caught.value.last_error) == "no answer within 0.01 seconds"


async def test_an_attempt_that_takes_too_long_is_followed_by_another() -> None:
    server = FakePool([None, ["answer"]])
    assert await ask(server, attempt_seconds=0.01) == ["answer"]
    assert (len(server.sent), server.given_back) == (2, 2)
    with pytest.raises(OutcomeUnknown) as caught:
        await ask(FakePool([None]), attempt_seconds=0.01, attempts=1)
    assert str(caught.value.last_error) == "no answer within 0.01 seconds"


@pytest.mark.parametrize("name", METHODS_THAT[Repeat.ONCE])
async def test_what_must_not_be_repeated_is_not_after_an_attempt_that_took_too_long(
    name: str,
) -> None:
    server = FakePool([None, ["answer"]])
    with pytest.raises(OutcomeUnknown):
        await ask(server, name, attempt_seconds=0.01)
    assert len(server.sent) == 1


async def test_an_attempt_that_gets_no_connection_in_time_leaves_nothing_unknown() -> None:
    class Slow(FakePool):
        async def acquire(self) -> FakeServer:
            self.taken += 1
            return await asyncio.Event().wait() if self.taken == 1 else self

    server = Slow([["answer"]])
    assert await ask(server, "set_overdraft_limit", attempt_seconds=0.01) == ["answer"]
    with pytest.raises(TimeoutError, match=r"no answer within 0\.01 seconds"):
        await ask(Slow(), attempt_seconds=0.01, attempts=1)


async def test_a_caller_who_cancels_is_not_taken_for_an_attempt_that_took_too_long() -> None:
    server = FakePool([None, ["answer"]])
    call = asyncio.create_task(ask(server, attempt_seconds=30))
    await server.hangs.wait()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert len(server.sent) == 1


async def test_as_many_attempts_as_the_time_allows(pauses: list[float]) -> None:
    server = FakePool([LOST] * 200 + [["answer"]])
    assert await ask(server) == ["answer"]
    assert len(pauses) == 200


async def test_a_pool_without_a_free_connection_leaves_nothing_unknown() -> None:
    class Busy(FakePool):
        async def acquire(self) -> FakeServer:
            return await asyncio.Event().wait()

    with pytest.raises(TimeoutError, match=r"no answer within 0\.01 seconds"):
        await ask(Busy(), seconds=0.01)


async def test_what_is_unknown_carries_method_key_and_last_error() -> None:
    with pytest.raises(OutcomeUnknown) as caught:
        await ask(FakePool([server_error("40001"), LOST]), attempts=2)
    error = caught.value
    assert (error.method, error.key, error.last_error) == ("reserve_credits", {"job_id": JOB}, LOST)
    assert error.http_status == 503
    assert error.__cause__ is LOST
    assert str(error) == (
        f"It is unknown whether reserve_credits(job_id={JOB}) took effect. "
        f"ConnectionDoesNotExistError: {LOST}"
    )
    assert not isinstance(error, CreditsError)  # which says that nothing has changed


# The caller's own cancellation


async def test_a_cancelled_call_has_a_note_with_its_key() -> None:
    server = FakePool([None])
    task = asyncio.create_task(ask(server))
    await server.hangs.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError) as caught:
        await task
    assert caught.value.__notes__ == [
        f"It is unknown whether reserve_credits(job_id={JOB}) took effect."
    ]
    assert (len(server.sent), server.given_back) == (1, 1)


async def test_a_repetition_can_be_cancelled_too() -> None:
    server = FakePool([server_error("40001"), None])
    task = asyncio.create_task(ask(server))
    await server.hangs.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert len(server.sent) == 2


async def test_a_call_cancelled_before_it_was_sent_has_no_note() -> None:
    begun = asyncio.Event()

    class Busy(FakePool):
        async def acquire(self) -> FakeServer:
            begun.set()
            return await asyncio.Event().wait()

    task = asyncio.create_task(ask(Busy()))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError) as caught:
        await task
    assert not hasattr(caught.value, "__notes__")


# The caller's own connection


async def test_in_the_callers_transaction_every_error_is_the_callers() -> None:
    for error in (server_error("40001"), server_error("55P03"), LOST, TimeoutError()):
        for kind in (FakeServer, FakePool):  # a pool may hand out the caller's connection
            server = kind([error], in_transaction=True)
            with pytest.raises((type(error), Unavailable)) as caught:
                await ask(server)
            assert error in (caught.value, caught.value.__cause__)
            assert (len(server.sent), server.listeners) == (1, [])


async def test_in_the_callers_transaction_the_time_is_not_limited() -> None:
    class Slow(FakeServer):
        async def fetch(self, *statement: Any) -> Any:
            await asyncio.sleep(0.05)  # a timer that comes after the one of the policy
            return await super().fetch(*statement)

    assert await ask(Slow([["answer"]], in_transaction=True), seconds=0.01) == ["answer"]


async def test_a_connection_outside_of_a_transaction_is_used_again() -> None:
    server = FakeServer([server_error("55P03"), TimeoutError(), ["answer"]])
    assert await ask(server) == ["answer"]


async def test_a_lost_connection_of_the_caller_cannot_be_used_again() -> None:
    class Losing(FakeServer):
        async def fetch(self, *statement: Any) -> Any:
            self.closed = True
            return await super().fetch(*statement)

    server = Losing([LOST])
    with pytest.raises(OutcomeUnknown) as caught:
        await ask(server)
    assert caught.value.last_error is LOST
    assert len(server.sent) == 1


async def test_a_lost_connection_may_have_gone_back_to_its_pool() -> None:
    class Losing(FakeServer):
        def is_closed(self) -> bool:
            if self.sent:
                raise asyncpg.InterfaceError("it has been released back to the pool")
            return False

        def remove_log_listener(self, _: object) -> None:
            raise asyncpg.InterfaceError("it has been released back to the pool")

    with pytest.raises(OutcomeUnknown) as caught:
        await ask(Losing([LOST]))
    assert caught.value.last_error is LOST


async def test_a_connection_that_was_closed_before_leaves_nothing_unknown() -> None:
    closed = asyncpg.InterfaceError("connection is closed")
    with pytest.raises(asyncpg.InterfaceError) as caught:
        await ask(FakeServer([closed], closed=True))
    assert caught.value is closed


# A commit that the standby may not have


@pytest.mark.parametrize("name", METHODS_THAT[Repeat.KEY])
async def test_a_wait_for_the_standby_that_was_cut_is_confirmed_by_the_same_call(name: str) -> None:
    server = FakePool([WARNING, ["answer"]])
    assert await ask(server, name) == ["answer"]
    assert server.sent[0] == server.sent[1]


async def test_a_confirmation_that_is_cut_too_is_unknown() -> None:
    with pytest.raises(OutcomeUnknown) as caught:
        await ask(FakePool([WARNING, WARNING]), attempts=2)
    assert caught.value.last_error.sqlstate == "08007"
    assert str(caught.value.last_error) == WARNING.message


@pytest.mark.parametrize("name", [*METHODS_THAT[Repeat.REST], *METHODS_THAT[Repeat.ONCE]])
async def test_what_cannot_be_confirmed_is_unknown_at_once(name: str) -> None:
    server = FakePool([WARNING])
    with pytest.raises(OutcomeUnknown):
        await ask(server, name)
    assert len(server.sent) == 1


@pytest.mark.parametrize("name", METHODS_THAT[Repeat.READ])
async def test_a_read_needs_no_confirmation(name: str) -> None:
    server = FakePool([WARNING])
    await ask(server, name)
    assert len(server.sent) == 1


async def test_the_warning_is_known_by_its_english_text_too() -> None:
    """A proxy may not pass on which function of the server it comes from."""
    text = "canceling wait for synchronous replication due to user request"
    english = asyncpg.PostgresLogMessage.new({"S": "WARNING", "C": "01000", "M": text})
    server = FakePool([english, ["answer"]])
    assert await ask(server) == ["answer"]


async def test_other_messages_of_the_server_are_no_doubt() -> None:
    other = asyncpg.PostgresLogMessage.new({"S": "WARNING", "C": "01000", "M": "look out"})
    server = FakePool([other])
    assert await ask(server) == []
    assert len(server.sent) == 1


# Imports


WITHOUT = """
import sys

class Without:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "tenacity":
            raise ImportError(name)

sys.meta_path.insert(0, Without())
import pgcredits
assert issubclass(pgcredits.OutcomeUnknown, Exception)
try:
    pgcredits.Retry(None)
except ImportError as error:
    print(error)
"""


def test_only_the_use_of_it_needs_the_extra() -> None:
    told = subprocess.run(
        [sys.executable, "-c", WITHOUT], check=True, capture_output=True, text=True
    ).stdout
    assert told == "Retry needs tenacity: pip install 'pgcredits[retry]'\n"


def test_importing_the_client_does_not_load_the_extra() -> None:
    program = "import pgcredits, sys; sys.exit('tenacity' in sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True)
