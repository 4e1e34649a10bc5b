"""Retries a call where that is safe: with the same ids, until an answer says what happened.

``Credits(Retry(pool))``. Needs the extra ``pgcredits[retry]``.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

import asyncpg

from pgcredits._call import Call, Driver, Row, package_of, send

if TYPE_CHECKING:
    from tenacity import AsyncRetrying, RetryCallState

logger = logging.getLogger("pgcredits")

# How long a connection may take to go back to its pool; then it is thrown away.
_GOODBYE_SECONDS = 1.0
# A prepared statement is not there, or is there already.
_STATEMENT_LOST = frozenset({"26000", "42P05"})
# Messages cut a key to this length; a reference or refund id has at most 255 characters.
_LONGEST_KEY = 300


class Failure(Enum):
    """What an error means for the call that met it."""

    PASSING = "nothing happened, and the same call may succeed in a moment"
    UNKNOWN = "it may have happened: only the same call again tells"
    FINAL = "nothing happened, and the same call would fail again"


#: What an error of the server means, by SQLSTATE; the longest prefix decides. One that is not here
#: is FINAL, or UNKNOWN if it ended the connection (severity FATAL or PANIC).
SQLSTATES: dict[str, Failure] = {
    "PT": Failure.FINAL,  # a refusal of ours
    "22": Failure.FINAL,  # data exception
    "23": Failure.FINAL,  # integrity constraint violation
    "28": Failure.FINAL,  # the login was refused
    "42": Failure.FINAL,  # syntax, a missing right, a missing function
    "08001": Failure.PASSING,  # could not connect
    "08004": Failure.PASSING,  # the server refused the connection
    "25006": Failure.PASSING,  # a standby, for now
    "26000": Failure.PASSING,  # a pooler gave the prepared statement's session to somebody else
    "42P05": Failure.PASSING,  # the same
    "40001": Failure.PASSING,  # serialization failure
    "40P01": Failure.PASSING,  # deadlock
    "53300": Failure.PASSING,  # too many connections
    "55P03": Failure.PASSING,  # the lock was not got in time
    "57P03": Failure.PASSING,  # the server starts or stops
    "08": Failure.UNKNOWN,  # the connection was lost
    "40003": Failure.UNKNOWN,  # statement completion unknown
    "53": Failure.UNKNOWN,  # out of disk or memory, perhaps at the commit
    "57P01": Failure.UNKNOWN,  # the session was ended
    "57P02": Failure.UNKNOWN,  # the server crashed
    "57P05": Failure.UNKNOWN,  # the session was idle for too long
}
#: What an error without a SQLSTATE means, for a call that was sent. The first that fits decides;
#: any other exception is FINAL. asyncpg has several faces for one lost connection.
EXCEPTIONS: tuple[tuple[type[Exception], Failure], ...] = (
    (asyncpg.ClientConfigurationError, Failure.FINAL),
    (asyncpg.UnsupportedClientFeatureError, Failure.FINAL),
    (asyncpg.UnsupportedServerFeatureError, Failure.FINAL),
    (asyncpg.InterfaceError, Failure.UNKNOWN),
    (asyncpg.InternalClientError, Failure.UNKNOWN),
    (TimeoutError, Failure.UNKNOWN),
    (OSError, Failure.UNKNOWN),
)


def classify(error: BaseException, *, sent: bool = True) -> Failure:
    """What an error means for a call; ``sent``: False if it came before the call was sent."""
    failure = _classify_sent(error)
    if sent or failure is not Failure.UNKNOWN:
        return failure
    # A pool that was closed stays closed. Any other failure to connect may pass.
    return Failure.FINAL if isinstance(error, asyncpg.InterfaceError) else Failure.PASSING


def _classify_sent(error: BaseException) -> Failure:
    if isinstance(error, asyncpg.InvalidCachedStatementError):  # 0A000 has other meanings too
        return Failure.PASSING
    told, sqlstate = _told(error)
    if sqlstate:
        if known := failure_of(sqlstate):
            return known
        about = getattr(told, "diag", told)
        severity = (
            getattr(about, "severity_en", None)
            or getattr(about, "severity_nonlocalized", None)
            or getattr(about, "severity", None)
        )
        return Failure.UNKNOWN if severity in {"FATAL", "PANIC"} else Failure.FINAL
    for kind, failure in EXCEPTIONS:
        if isinstance(error, kind):
            return failure
    return Failure.UNKNOWN if _is_lost_connection(error) else Failure.FINAL


def failure_of(sqlstate: str) -> Failure | None:
    """What a SQLSTATE alone says; None if nothing."""
    for length in range(len(sqlstate), 1, -1):
        if sqlstate[:length] in SQLSTATES:
            return SQLSTATES[sqlstate[:length]]
    return None


def _told(error: BaseException) -> tuple[Any, str]:
    """The error that has a SQLSTATE, and that; SQLAlchemy and Django put a face of theirs on it."""
    for each in (error, getattr(error, "orig", None), error.__cause__):
        sqlstate = getattr(each, "sqlstate", None) or getattr(each, "pgcode", None)
        if sqlstate is None and package_of(type(each)) == "postgrest":
            sqlstate = getattr(each, "code", None)
        if sqlstate:
            return each, str(sqlstate)
    return error, ""


def _is_lost_connection(error: BaseException) -> bool:
    """Whether another driver than asyncpg says so."""
    return any(
        kind.__name__ in {"OperationalError", "InterfaceError", "TransportError"}
        and package_of(kind) in {"psycopg", "psycopg2", "sqlalchemy", "django", "httpx"}
        for kind in type(error).__mro__
    )


class Repeat(Enum):
    """Whether a call may be retried after it may have happened."""

    READ = "a read: yes, and nothing stays unknown"
    KEY = (
        "yes: the arguments identify the effect, and it happens once however often it is asked for"
    )
    REST = "yes, but the answer is then only of what the first call left"
    ONCE = "no: it could undo what another caller did since"


#: Each method's Repeat, and which of its arguments are the key.
METHODS: dict[str, tuple[Repeat, tuple[str, ...]]] = {
    "open_profile": (Repeat.KEY, ("profile_id",)),
    "grant_addon": (Repeat.KEY, ("profile_id", "reference")),
    "renew_monthly": (Repeat.KEY, ("profile_id", "period_start")),
    "change_allowance": (Repeat.KEY, ("profile_id", "reference")),
    "reserve_credits": (Repeat.KEY, ("job_id",)),
    "raise_reservation": (Repeat.KEY, ("job_id", "cost")),  # what it holds is not taken again
    "extend_hold": (Repeat.KEY, ("job_id",)),  # a deadline never comes nearer
    "settle_job": (Repeat.KEY, ("job_id",)),
    "refund_job": (Repeat.KEY, ("job_id", "refund_id")),
    "rollback_reservation": (Repeat.KEY, ("job_id",)),
    "reserve_credits_many": (Repeat.KEY, ("reservations",)),  # each element has its key
    "settle_job_many": (Repeat.KEY, ("settlements",)),
    "refund_job_many": (Repeat.KEY, ("refunds",)),
    "renew_monthly_many": (Repeat.KEY, ("renewals",)),
    "grant_addon_many": (Repeat.KEY, ("grants",)),
    "revoke_grant": (Repeat.KEY, ("profile_id", "reference", "revocation_id")),
    "reinstate_grant": (Repeat.KEY, ("profile_id", "reference", "revocation_id")),
    "revoke_renewal": (Repeat.KEY, ("profile_id", "period_start", "revocation_id")),
    "reinstate_renewal": (Repeat.KEY, ("profile_id", "period_start", "revocation_id")),
    "adjust_credits": (Repeat.KEY, ("profile_id", "adjustment_id")),
    "close_profile": (Repeat.KEY, ("profile_id",)),  # for good
    "move_credits": (Repeat.KEY, ("profile_id", "move_id")),
    "import_profile": (Repeat.KEY, ("profile_id",)),
    "repair_refunds": (Repeat.KEY, ("profile_id",)),
    "expire_holds": (Repeat.REST, ()),
    "expire_packs": (Repeat.REST, ()),
    "watch_profiles": (Repeat.KEY, ("after_id",)),
    "claim_events": (Repeat.REST, ()),  # what the first call claimed comes when its lease is over
    "finish_events": (Repeat.REST, ("event_ids",)),
    "fail_events": (Repeat.REST, ("event_ids",)),
    "decline_topup": (Repeat.KEY, ("profile_id", "reference")),
    "set_alert": (Repeat.ONCE, ("profile_id",)),
    "set_topup": (Repeat.ONCE, ("profile_id",)),
    "set_overdraft_limit": (Repeat.ONCE, ("profile_id",)),
    "set_limit": (Repeat.ONCE, ("profile_id", "spender", "window_name")),
    "get_balance": (Repeat.READ, ("profile_id",)),
    "get_statement": (Repeat.READ, ("profile_id",)),
    "balance_at": (Repeat.READ, ("profile_id",)),
    "explain_job": (Repeat.READ, ("job_id",)),
    "find_grants": (Repeat.READ, ("reference",)),
    "preview_reserve": (Repeat.READ, ("profile_id",)),
    "get_job": (Repeat.READ, ("job_id",)),
    "get_profile": (Repeat.READ, ("profile_id",)),
    "list_profiles": (Repeat.READ, ("after_profile_id",)),
    "get_limits": (Repeat.READ, ("profile_id",)),
    "list_grants": (Repeat.READ, ("profile_id",)),
    "list_jobs": (Repeat.READ, ("profile_id",)),
    "usage": (Repeat.READ, ("profile_id",)),
    "check_integrity": (Repeat.READ, ("profile_id",)),
    "check_profiles": (Repeat.READ, ("after_id",)),
    "check_legacy_profile": (Repeat.READ, ("profile_id",)),
    "audit_refunds": (Repeat.READ, ("profile_id",)),
    "schema_version": (Repeat.READ, ()),
}


def _is_known(call: Call) -> bool:
    """Whether it is a call of a method, with its key."""
    return call.function in METHODS and call.arguments.keys() >= set(METHODS[call.function][1])


def key_of(call: Call) -> dict[str, Any]:
    """The arguments of a call that say which effect is meant."""
    _, names = METHODS[call.function]
    return {name: call.arguments[name] for name in names if call.arguments.get(name) is not None}


class OutcomeUnknown(Exception):  # noqa: N818 - not a refusal and not an error: unknown
    """The time ran out before an answer said whether a call took effect.

    ``method`` was called; ``key`` has the arguments that identify the effect; ``last_error`` is
    what went wrong last. The same call with the same ids may be made at any later time.
    """

    token = "outcome_unknown"  # noqa: S105 - no secret
    http_status = 503  # what to answer a request: to try again is safe, with the same ids

    def __init__(self, method: str, key: Mapping[str, Any], last_error: Exception) -> None:
        super().__init__(f"{_unknown(method, key)} {type(last_error).__name__}: {last_error}")
        self.method = method
        self.key = dict(key)
        self.last_error = last_error

    def __reduce__(self) -> Any:
        """Copies go to other processes, too."""
        return OutcomeUnknown, (self.method, self.key, self.last_error)


def _unknown(method: str, key: Mapping[str, Any]) -> str:
    return f"It is unknown whether {method}({_spelled(key)}) took effect."


def _spelled(key: Mapping[str, Any]) -> str:
    return ", ".join(
        f"{name}={_on_one_line(_shortened(str(value)))}" for name, value in key.items()
    )


def _on_one_line(text: str) -> str:
    """No text of a caller or of the server may look like a line of its own in a log."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in text
    )


def _shortened(text: str) -> str:
    """A batch is its own key, and may be megabytes."""
    return text if len(text) <= _LONGEST_KEY else f"{text[:_LONGEST_KEY]}..."


class Retry:
    """A pool, or a connection, whose calls are retried where that is safe.

    ``seconds``: time limit of all attempts together; giving the connection back may take one more.
    The default outlasts a failover: see docs/high-availability.md.
    ``attempt_seconds``: time limit of one attempt; then there is another one. None: no such limit.
    ``attempts``: maximum number of attempts, including the first. None: as the time allows.
    ``first_pause``, ``longest_pause``: before the n-th retry it waits a random time between 0 and
    ``first_pause`` * 2 ** (n - 1) seconds, but never longer than ``longest_pause``.

    With a pool each attempt takes a connection from it anew. A connection in a transaction is left
    alone: each call is made once and every error is the caller's, who alone can retry the whole
    transaction. A call of a function that ``Credits`` has no method for is made once too.

    Raises errors as the pool or connection does, when a call certainly had no effect; and
    ``OutcomeUnknown`` when it may have had one. A cancelled call has a note with its key then.
    """

    def __init__(
        self,
        driver: Driver,
        *,
        seconds: float = 90.0,
        attempt_seconds: float | None = 15.0,
        attempts: int | None = None,
        first_pause: float = 0.1,
        longest_pause: float = 2.0,
    ) -> None:
        try:
            import tenacity  # noqa: F401
        except ImportError as error:
            raise ImportError("Retry needs tenacity: pip install 'pgcredits[retry]'") from error
        if not hasattr(driver, "acquire") and not hasattr(driver, "is_in_transaction"):
            raise TypeError("Give an asyncpg Pool or Connection.")
        if (
            seconds <= 0
            or (attempt_seconds is not None and attempt_seconds <= 0)
            or (attempts is not None and attempts < 1)
            or first_pause < 0
            or longest_pause < 0
        ):
            raise ValueError(
                "Give more than 0 seconds, 1 attempt or more, and pauses of 0 or more."
            )
        self._driver = driver
        self._seconds = seconds
        self._attempt_seconds = attempt_seconds
        self._attempts = attempts
        self._first_pause = first_pause
        self._longest_pause = longest_pause
        self._has_told_of_pooler = False

    async def call(self, call: Call, /) -> Sequence[Row]:
        """The rows of the answer, which may be that of a later attempt."""
        if not _is_known(call):
            return await send(self._driver, call)
        run = _Run(call, self._driver, self._seconds, self._attempt_seconds, self._tell_of_pooler)
        return await run.result(self._policy(run))

    def _policy(self, run: _Run) -> AsyncRetrying:
        import tenacity

        stop: tenacity.stop.stop_base = tenacity.stop_before_delay(self._seconds)
        if self._attempts is not None:
            stop |= tenacity.stop_after_attempt(self._attempts)
        return tenacity.AsyncRetrying(
            sleep=self._sleep,
            stop=stop,
            wait=tenacity.wait_random_exponential(
                multiplier=self._first_pause, max=self._longest_pause
            ),
            retry=tenacity.retry_if_exception(lambda _: run.again),
            before_sleep=run.note,
            reraise=True,
        )

    async def _sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def _tell_of_pooler(self) -> None:
        """Once: asyncpg keeps the statement, so that later attempts may meet the same error."""
        if not self._has_told_of_pooler:
            self._has_told_of_pooler = True
            logger.warning(
                "[Credits] A pooler such as PgBouncer loses prepared statements: "
                "pass statement_cache_size=0 to asyncpg."
            )


@dataclass(slots=True)
class _Run:
    """The attempts at one call. ``unknown``: one of them may have taken effect."""

    call: Call
    driver: Any
    seconds: float
    attempt_seconds: float | None
    statement_lost: Callable[[], None]
    unknown: bool = False
    sent: bool = False  # whether the attempt that is under way has come so far
    again: bool = False  # whether the attempt that just failed may be followed by another
    # Of all attempts, and of the one that is under way.
    limit: asyncio.Timeout = field(default_factory=lambda: asyncio.timeout(None))
    attempt_limit: asyncio.Timeout = field(default_factory=lambda: asyncio.timeout(None))
    answers: _Answers | None = None  # of a batch, some of whose elements are to be sent again

    @property
    def repeat(self) -> Repeat:
        return METHODS[self.call.function][0]

    async def result(self, policy: AsyncRetrying) -> Sequence[Row]:
        try:
            async with asyncio.timeout(self.seconds) as self.limit:
                return await policy(self._attempt)
        except asyncio.CancelledError as cancelled:
            if self.unknown:
                cancelled.add_note(_unknown(self.call.function, key_of(self.call)))
            raise
        except Exception as error:
            if self.answers:  # those that are there, and what is unknown for the others
                return self.answers.rows
            last: Exception = error
            if self.limit.expired():
                last = TimeoutError(f"no answer within {self.seconds:g} seconds")
            if self.unknown:
                raise OutcomeUnknown(self.call.function, key_of(self.call), last) from last
            if last is error:
                raise
            raise last from error

    def note(self, state: RetryCallState) -> None:
        """One line in the log for each retry."""
        error = state.outcome.exception() if state.outcome else None
        logger.warning(
            "[Credits] %s(%s) again after %s: %s",
            self.call.function,
            _spelled(key_of(self.call)),
            type(error).__name__,
            _on_one_line(str(error).partition("\n")[0]),
        )

    async def _attempt(self) -> Sequence[Row]:
        self.again = self.sent = False
        try:
            async with asyncio.timeout(self.attempt_seconds) as self.attempt_limit:
                return await self._attempt_without_limit()
        except TimeoutError as error:
            if not self.attempt_limit.expired():
                raise
            self.again = not self.sent or self._may_repeat(confirming=False)
            raise TimeoutError(f"no answer within {self.attempt_seconds:g} seconds") from error

    async def _attempt_without_limit(self) -> Sequence[Row]:
        if not hasattr(self.driver, "acquire"):
            return await self._send_alone(self.driver)
        try:
            connection = await self.driver.acquire()
        except Exception as error:
            self.again = classify(error, sent=False) is Failure.PASSING
            raise
        try:
            return await self._send(connection)
        finally:
            # The pool has thrown away what it could not take back.
            with suppress(Exception):
                await self.driver.release(connection, timeout=_GOODBYE_SECONDS)

    async def _send_alone(self, connection: Any) -> Sequence[Row]:
        """Over the caller's only connection: without it there is no other attempt."""
        if _gone(connection):
            return await send(connection, self.call)
        try:
            return await self._send(connection)
        except Exception:
            self.again = self.again and not _gone(connection)
            raise

    async def _send(self, connection: Any) -> Sequence[Row]:
        if connection.is_in_transaction():
            self._take_all_the_time()
            return await send(connection, self.call)
        unknown_before = self.unknown
        self.sent, self.unknown = True, unknown_before or self.repeat is not Repeat.READ
        waits_cut: list[str] = []

        def listen(_: object, message: Any) -> None:
            if _says_wait_was_cut(message):
                waits_cut.append(str(message.message))

        connection.add_log_listener(listen)
        try:
            answer = await send(connection, self.answers.rest if self.answers else self.call)
            if waits_cut and self.repeat is not Repeat.READ:
                raise asyncpg.TransactionResolutionUnknownError(waits_cut[0])
            answer = self._whole(answer)
            self._take_all_the_time()  # the answer is there: nothing that follows may lose it
            return answer
        except Exception as error:
            if getattr(error, "sqlstate", None) in _STATEMENT_LOST:
                self.statement_lost()
            failure = classify(error)
            if failure is not Failure.UNKNOWN:
                self.unknown = unknown_before and not _is_refusal(error)
            self.again = failure is Failure.PASSING or (
                failure is Failure.UNKNOWN and self._may_repeat(confirming=bool(waits_cut))
            )
            raise
        finally:
            with suppress(asyncpg.InterfaceError):  # it went back to its pool when it was lost
                connection.remove_log_listener(listen)

    def _whole(self, answer: Sequence[Row]) -> Sequence[Row]:
        """The answer, or of a batch that of all attempts. Raises as for a lost connection where an
        element has none: a proxy of shards answers for those that it reached."""
        if self.call.attribute is None:
            return answer
        if self.answers is None:
            if not any(map(_is_open, answer)):
                return answer
            self.answers = _Answers(self.call)
        self.answers.take(answer)
        if self.answers.open:
            raise asyncpg.TransactionResolutionUnknownError(
                f"{len(self.answers.open)} elements of the batch have no answer yet"
            )
        return self.answers.rows

    def _take_all_the_time(self) -> None:
        self.limit.reschedule(None)
        self.attempt_limit.reschedule(None)

    def _may_repeat(self, *, confirming: bool) -> bool:
        if self.repeat is Repeat.REST:
            # It waits for the standby only if there is a rest.
            return not confirming
        return self.repeat is not Repeat.ONCE


class _Answers:
    """The answers to the elements of a batch, and the call of those that have none yet.

    Only those are sent again: one that was refused might now be made, after it was told that it
    was not.
    """

    def __init__(self, call: Call) -> None:
        self.rest = call
        self.open = list(range(len(self._elements())))
        self.rows: list[Row] = []

    def take(self, answers: Sequence[Row]) -> None:
        """What the rest was answered."""
        if not self.rows:
            self.rows = [*answers]
        for place, row in zip(self.open, answers, strict=True):
            self.rows[place] = row
        elements = self._elements()
        left = [at for at, row in enumerate(answers) if _is_open(row)]
        self.open = [self.open[at] for at in left]
        (parameter,) = self.rest.arguments
        array = f"[{', '.join(elements[at] for at in left)}]"
        self.rest = self.rest._replace(arguments={parameter: array})

    def _elements(self) -> list[str]:
        """Each as it is written: read and written again, a number could be another."""
        (text,) = self.rest.arguments.values()
        decoder, found, at = json.JSONDecoder(), [], text.find("{")
        while at >= 0:
            _, end = decoder.raw_decode(text, at)
            found.append(text[at:end])
            at = text.find("{", end)
        return found


def _is_open(row: Row) -> bool:
    """Whether it is unknown what became of an element, or it may be answered in a moment."""
    if row["error"] is None:
        return False
    code = json.loads(row["error"])["code"]
    return failure_of(code) in {Failure.UNKNOWN, Failure.PASSING}


def _gone(connection: Any) -> bool:
    try:
        return bool(connection.is_closed())
    except asyncpg.InterfaceError:  # it went back to its pool
        return True


def _is_refusal(error: Exception) -> bool:
    """Whether it is an answer of the function itself: a replay would have come before it."""
    # One that is new in the schema has no class of ours.
    return str(getattr(error, "sqlstate", None)).startswith("PT")


def _says_wait_was_cut(message: Any) -> bool:
    """Whether the server warns that a commit stands, but the standby may not have it.

    By the name of the server's own function, as the text is translated.
    """
    # A proxy of shards has the warning of the shard behind words of its own.
    return message.server_source_function == "SyncRepWaitForLSN" or (
        "canceling wait for synchronous replication" in str(message.message)
    )
