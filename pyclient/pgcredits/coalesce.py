"""Gathers the calls of many tasks into batches, for hundreds that work for one customer.

``async with CoalescingCredits(pool) as credits_client:``
"""

from __future__ import annotations

import asyncio
import json
import re
from contextvars import Context
from dataclasses import dataclass
from functools import cache
from typing import Any, Self
from uuid import UUID

from pgcredits.batches import encode
from pgcredits.client import Credits, Executor, _Row
from pgcredits.errors import CreditsError
from pgcredits.retry import METHODS, OutcomeUnknown, Retry

# The batch of each function, its parameter, and the attribute of its answers.
_BATCHES = {
    "reserve_credits": ("reserve_credits_many", "reservations", "reservation"),
    "settle_job": ("settle_job_many", "settlements", "settlement"),
    "refund_job": ("refund_job_many", "refunds", "refund"),
}
# The database refuses a call with more metadata, but only once it has read the whole batch.
_META_CHARACTERS = 100_000
# Errors with these SQLSTATEs changed nothing, and may be about one call of the batch.
_OUT_OF_TIME = ("55P03", "57014")  # the lock of a profile was not got in time
_OF_ONE_CALL = ("PT", "22", "23", "54", *_OUT_OF_TIME)


@dataclass(slots=True, eq=False)
class _Call:
    """A call of the client, as it would be sent alone, and the arguments by their names."""

    model: type[Any]
    text: str
    function: str
    arguments: dict[str, Any]
    answer: asyncio.Future[Any]
    alone: bool = False

    @property
    def profile_id(self) -> UUID:
        profile_id: UUID = self.arguments["profile_id"]
        return profile_id


class CoalescingCredits(Credits):
    """``Credits`` whose ``reserve_credits``, ``settle_job`` and ``refund_job`` travel in batches.

    ``executor``: an asyncpg Pool, or ``Retry`` over one. Not a connection: a batch commits by
    itself, never with a transaction of the caller.
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
        executor: Executor,
        *,
        max_wait: float = 0.002,
        max_batch: int = 500,
        max_in_flight: int = 2,
    ) -> None:
        if not hasattr(executor._executor if isinstance(executor, Retry) else executor, "acquire"):
            raise TypeError("Give an asyncpg Pool, or Retry over one: many callers share a batch.")
        if max_wait < 0 or not 1 <= max_batch <= 10_000 or max_in_flight < 1:
            raise ValueError(
                "Give a wait of 0 or more, a batch of 1 to 10000, 1 or more in flight."
            )
        super().__init__(executor)
        self._max_wait = max_wait
        self._max_batch = max_batch
        self._max_in_flight = max_in_flight
        self._closed = False
        self._timer: asyncio.TimerHandle | None = None
        self._under_way: dict[asyncio.Task[list[Any]], list[_Call]] = {}
        self._waiting: list[_Call] = []  # for profiles that are in no batch
        self._held: dict[UUID, list[_Call]] = {}  # for each profile that is in one
        self._suspects: set[UUID] = set()  # profiles whose last batch failed: no company for others

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Refuses new calls, and waits until those that were made before have their results.

        They get them too if this wait is cancelled.
        """
        self._closed = True
        self._send()
        while self._under_way:
            await asyncio.wait(self._under_way)

    async def _all(self, model: type[_Row], call: str, *arguments: object) -> list[_Row]:
        if self._closed:
            raise RuntimeError("This CoalescingCredits is closed: the call was not sent.")
        function = call.removeprefix("credits.").partition("(")[0]
        if function not in _BATCHES:
            return await super()._all(model, call, *arguments)
        named: dict[str, Any] = dict(zip(_parameters(call), arguments, strict=True))
        if named["profile_id"] is None or _spoils_a_batch(named.get("meta", "{}")):
            return await super()._all(model, call, *arguments)
        answer = asyncio.get_running_loop().create_future()
        self._enter(_Call(model, call, function, named, answer))
        return [await answer]

    def _enter(self, call: _Call) -> None:
        if call.profile_id in self._held:
            self._held[call.profile_id].append(call)
            return
        self._waiting.append(call)
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

    def _take(self) -> list[_Call]:
        """The next batch, oldest call first. Later calls for its profiles are held from now on."""
        batch: list[_Call] = []
        rest: list[_Call] = []
        for call in self._waiting:
            if not call.answer.done():  # otherwise it was cancelled
                room = len(batch) < self._max_batch
                fits = not batch or (room and self._lane(call) == self._lane(batch[0]))
                (batch if fits else rest).append(call)
        self._held.update((call.profile_id, []) for call in batch)
        self._waiting = []
        for call in rest:
            self._held.get(call.profile_id, self._waiting).append(call)
        return batch

    def _lane(self, call: _Call) -> tuple[object, ...]:
        """Calls in the same lane may be in one batch."""
        if call.alone:
            return (call,)
        return (call.function, call.profile_id if call.profile_id in self._suspects else None)

    async def _answers(self, batch: list[_Call]) -> list[Any]:
        """A result or a refusal for each call."""
        first = batch[0]
        if len(batch) == 1:
            try:
                return await super()._all(first.model, first.text, *first.arguments.values())
            except CreditsError as refusal:
                return [refusal]
        function, parameter, attribute = _BATCHES[first.function]
        as_checked = dict.fromkeys(first.arguments, lambda _, value: value)
        answers: list[Any] = await self._many(
            first.model,
            attribute,
            f"credits.{function}({parameter} => $1::text::jsonb)",
            encode(parameter, [call.arguments for call in batch], as_checked),
        )
        if len(answers) != len(batch):
            raise RuntimeError(f"{len(answers)} answers to {len(batch)} calls")
        return answers

    def _done(self, task: asyncio.Task[list[Any]]) -> None:
        """Runs also after a task that was cancelled before it began: nobody is left hanging."""
        batch = self._under_way.pop(task)
        profiles = dict.fromkeys(call.profile_id for call in batch)
        error = asyncio.CancelledError() if task.cancelled() else task.exception()
        if error is None:
            self._suspects.difference_update(profiles)
            for call, answer in zip(batch, task.result(), strict=True):
                _give(call, answer)
        else:
            self._suspects.update(profiles)
            if len(batch) > 1 and _may_be_of_one_call(error, alike=len(profiles) == 1):
                for call in batch:
                    call.alone = len(profiles) == 1
                self._waiting[:0] = batch
            else:
                for call in batch:
                    _give(call, _own(error, call))
        for profile_id in profiles:
            self._waiting += self._held.pop(profile_id)
        self._send()


@cache
def _parameters(call: str) -> list[str]:
    return re.findall(r"(\w+) => ", call)


def _spoils_a_batch(meta: str) -> bool:
    """Whether the database cannot read it as jsonb, or takes long to."""
    if len(meta) > _META_CHARACTERS or "\\u0000" in meta:
        return True
    if "\\ud" not in meta:
        return False
    try:
        json.dumps(json.loads(meta), ensure_ascii=False).encode()
    except UnicodeEncodeError:  # half of a surrogate pair
        return True
    return False


def _may_be_of_one_call(error: BaseException, *, alike: bool) -> bool:
    """Whether the calls go again, apart: profile by profile, then (``alike``) one by one."""
    sqlstate = str(getattr(error, "sqlstate", None))
    return sqlstate.startswith(_OF_ONE_CALL) and not (alike and sqlstate in _OUT_OF_TIME)


def _give(call: _Call, answer: Any) -> None:
    if call.answer.done():  # the caller was cancelled
        return
    if isinstance(answer, BaseException):
        call.answer.set_exception(answer)
    else:
        call.answer.set_result(answer)


def _own(error: BaseException, call: _Call) -> Exception:
    """The caller's own instance, as each raises it with a traceback of its own."""
    own: Exception
    if isinstance(error, OutcomeUnknown):
        key = {name: call.arguments[name] for name in METHODS[call.function][1]}
        key = {name: value for name, value in key.items() if value is not None}
        own = OutcomeUnknown(call.function, key, error.last_error)
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
