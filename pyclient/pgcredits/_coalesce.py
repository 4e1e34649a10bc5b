"""Gathers the calls of many tasks into batches, for hundreds that work for one customer.

``async with CoalescingCredits(pool) as credits_client:``
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextvars import Context
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from pgcredits._batches import BATCHES, NotDone, check_answers, read_answers
from pgcredits._call import Call, Driver, Executor, Row, executor_over
from pgcredits._client import Credits
from pgcredits._errors import CreditsError, Unavailable
from pgcredits._retry import OutcomeUnknown, Retry, key_of
from pgcredits._traced import Traced

# The database refuses a call with more metadata, but only once it has read the whole batch.
_META_CHARACTERS = 100_000
# Of how many profiles without waiting calls it is remembered that their last batch failed. One that
# is forgotten may make another batch fail, and nothing else.
_MOST_SUSPECTS = 1000
# Errors with these SQLSTATEs changed nothing, and may be about one call of the batch.
_OUT_OF_TIME = ("55P03", "57014")  # the lock of a profile was not got in time
_OF_ONE_CALL = ("PT", "22", "23", "54", *_OUT_OF_TIME)


class CoalescingCredits(Credits):
    """``Credits`` whose ``reserve_credits``, ``settle_job`` and ``refund_job`` travel in batches.

    ``executor``: an asyncpg Pool, or ``Retry`` or ``Traced`` over one. Not a connection: a batch
    commits by itself, never with a transaction of the caller.
    ``max_in_flight``: maximum number of concurrent batches, each over a connection of the pool.
    ``max_batch``: maximum number of calls in a batch, 10,000 or fewer.
    ``max_wait``: while a batch is under way, and there may be another, calls gather for at most
    this many seconds. While none is under way they are sent at once.

    A profile is in one batch at a time: its calls keep their order, and no batch waits for another.
    Arguments, results and errors are those of ``Credits``, and each caller gets its own. A call
    that is cancelled before it was sent is not sent. A call without ``profile_id`` is sent alone.
    """

    def __init__(
        self,
        executor: Executor | Driver,
        *,
        max_wait: float = 0.002,
        max_batch: int = 500,
        max_in_flight: int = 2,
    ) -> None:
        if not hasattr(_driver_of(executor), "acquire"):
            raise TypeError(
                "Give an asyncpg Pool, or Retry or Traced over one: many callers share a batch."
            )
        if max_wait < 0 or not 1 <= max_batch <= 10_000 or max_in_flight < 1:
            raise ValueError(
                "Give a wait of 0 or more, a batch of 1 to 10000, 1 or more in flight."
            )
        self._coalescing = _Coalescing(executor_over(executor), max_wait, max_batch, max_in_flight)
        super().__init__(self._coalescing)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Refuses new calls, and waits until those that were made before have their results.

        They get them too if this wait is cancelled.
        """
        await self._coalescing.close()


def _driver_of(executor: Any) -> Any:
    while isinstance(executor, Retry | Traced):
        executor = executor._driver if isinstance(executor, Retry) else executor.given
    return executor


@dataclass(slots=True, eq=False)
class _Caller:
    """Somebody who waits for the answer to a call. ``alone``: it is in no batch with others."""

    call: Call
    answer: asyncio.Future[Row]
    alone: bool = False

    @property
    def profile_id(self) -> UUID:
        profile_id: UUID = self.call.arguments["profile_id"]
        return profile_id


class _Coalescing:
    """Makes calls one by one, or many of the same function as a batch of it."""

    def __init__(
        self, executor: Executor, max_wait: float, max_batch: int, max_in_flight: int
    ) -> None:
        self._executor = executor
        self._max_wait = max_wait
        self._max_batch = max_batch
        self._max_in_flight = max_in_flight
        self._closed = False
        self._timer: asyncio.TimerHandle | None = None
        self._under_way: dict[asyncio.Task[list[Row | NotDone]], list[_Caller]] = {}
        self._waiting: list[_Caller] = []  # for profiles that are in no batch
        self._held: dict[UUID, list[_Caller]] = {}  # for each profile that is in one
        # Profiles whose last batch failed, the latest last: no company for others.
        self._suspects: dict[UUID, None] = {}

    async def close(self) -> None:
        self._closed = True
        self._send()
        while self._under_way:
            await asyncio.wait(self._under_way)

    async def call(self, call: Call, /) -> Sequence[Row]:
        if self._closed:
            raise RuntimeError("This CoalescingCredits is closed: the call was not sent.")
        if not _may_have_company(call):
            return await self._executor.call(call)
        answer: asyncio.Future[Row] = asyncio.get_running_loop().create_future()
        self._enter(_Caller(call, answer))
        return [await answer]

    def _enter(self, caller: _Caller) -> None:
        if caller.profile_id in self._held:
            self._held[caller.profile_id].append(caller)
            return
        self._waiting.append(caller)
        if len(self._under_way) == self._max_in_flight:
            return
        if self._timer is None:
            # At once means after all tasks that are about to run: they may call, too.
            delay = self._max_wait if self._under_way else 0
            self._timer = asyncio.get_running_loop().call_later(delay, self._send)
        elif len(self._waiting) >= self._max_batch:
            self._send()

    def _send(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        while len(self._under_way) < self._max_in_flight and (batch := self._take()):
            # In an empty context: the batch does not belong to the caller that happens to run now.
            task = asyncio.get_running_loop().create_task(self._answers(batch), context=Context())
            self._under_way[task] = batch
            task.add_done_callback(self._done)

    def _take(self) -> list[_Caller]:
        """The next batch, oldest call first. Later calls for its profiles are held from now on."""
        batch: list[_Caller] = []
        rest: list[_Caller] = []
        for caller in self._waiting:
            if not caller.answer.done():  # otherwise it was cancelled
                room = len(batch) < self._max_batch
                fits = not batch or (room and self._lane(caller) == self._lane(batch[0]))
                (batch if fits else rest).append(caller)
        self._held.update((caller.profile_id, []) for caller in batch)
        self._waiting = []
        for caller in rest:
            self._held.get(caller.profile_id, self._waiting).append(caller)
        return batch

    def _lane(self, caller: _Caller) -> tuple[object, ...]:
        """Calls in the same lane may be in one batch."""
        if caller.alone:
            return (caller,)
        return (
            caller.call.function,
            caller.profile_id if caller.profile_id in self._suspects else None,
        )

    async def _answers(self, batch: list[_Caller]) -> list[Row | NotDone]:
        """A row or a refusal for each caller."""
        call = batch[0].call
        answers: list[Row | NotDone]
        if len(batch) == 1:
            try:
                answers = [*await self._executor.call(call)]
            except Unavailable:  # of a batch as of one call: its profiles go apart from others
                raise
            except CreditsError as refusal:
                answers = [refusal]
        else:
            elements = (caller.call.arguments for caller in batch)
            call = BATCHES[call.function].call(elements, call.columns)
            answers = read_answers(call, await self._executor.call(call))
        check_answers(answers, batch)
        return answers

    def _done(self, task: asyncio.Task[list[Any]]) -> None:
        """Runs also after a task that was cancelled before it began: nobody is left hanging."""
        batch = self._under_way.pop(task)
        profiles = dict.fromkeys(caller.profile_id for caller in batch)
        error = asyncio.CancelledError() if task.cancelled() else task.exception()
        for profile_id in profiles:
            self._suspects.pop(profile_id, None)
        if error is None:
            for caller, answer in zip(batch, task.result(), strict=True):
                _give(caller, answer)
        else:
            self._suspects.update(profiles)
            if len(batch) > 1 and _may_be_of_one_call(error, alike=len(profiles) == 1):
                for caller in batch:
                    caller.alone = len(profiles) == 1
                self._waiting[:0] = batch
            else:
                for caller in batch:
                    _give(caller, _own(error, caller.call))
        for profile_id in profiles:
            self._waiting += self._held.pop(profile_id)
        self._forget()
        self._send()

    def _forget(self) -> None:
        """Profiles that never come back are not remembered for ever: the oldest go first."""
        if len(self._suspects) <= _MOST_SUSPECTS:
            return
        coming = {caller.profile_id for caller in self._waiting}.union(self._held)
        away = [profile_id for profile_id in self._suspects if profile_id not in coming]
        for profile_id in away[: max(0, len(away) - _MOST_SUSPECTS)]:
            del self._suspects[profile_id]


def _may_have_company(call: Call) -> bool:
    """Whether there is a batch of it, and it neither lacks its profile nor takes long to read."""
    return (
        call.function in BATCHES
        and call.arguments.get("profile_id") is not None
        and len(call.arguments.get("meta") or "{}") <= _META_CHARACTERS
    )


def _may_be_of_one_call(error: BaseException, *, alike: bool) -> bool:
    """Whether the calls go again, apart: profile by profile, then (``alike``) one by one."""
    sqlstate = str(getattr(error, "sqlstate", None))
    return sqlstate.startswith(_OF_ONE_CALL) and not (alike and sqlstate in _OUT_OF_TIME)


def _give(caller: _Caller, answer: Any) -> None:
    if caller.answer.done():  # the caller was cancelled
        return
    if isinstance(answer, BaseException):
        caller.answer.set_exception(answer)
    else:
        caller.answer.set_result(answer)


def _own(error: BaseException, call: Call) -> Exception:
    """The caller's own instance, as each raises it with a traceback of its own."""
    own: Exception
    if isinstance(error, OutcomeUnknown):
        own = OutcomeUnknown(call.function, key_of(call), error.last_error)
    elif isinstance(error, Exception):
        own = type(error).__new__(type(error), *error.args)
        own.__dict__.update(error.__dict__)
        if hasattr(error, "__notes__"):
            own.__notes__ = [*error.__notes__]
    else:
        own = ConnectionAbortedError(
            "The batch was cancelled: the same call again tells the outcome."
        )
    own.__cause__ = error
    return own
