"""What the tests of CoalescingCredits share: a server that answers when a test says so."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from pgcredits import Balance, CoalescingCredits, Credits, Refund, Reservation, Settlement

GUARD_SECONDS = 60  # for what must happen; no test depends on how long it takes
NEVER = 3600.0  # a wait that no test sits out
P, Q, R = uuid4(), uuid4(), uuid4()
BATCHES = {
    "reserve_credits_many": Reservation,
    "settle_job_many": Settlement,
    "refund_job_many": Refund,
}
SINGLES = {"reserve_credits": Reservation, "settle_job": Settlement, "refund_job": Refund}


@dataclass
class Sent:
    """A statement that arrived: the single function or the batch, and its elements."""

    function: str
    elements: list[dict[str, Any]]
    go: asyncio.Future[None]

    @property
    def jobs(self) -> list[str]:
        return [str(element["job_id"]) for element in self.elements]


@dataclass
class Server:
    """Answers each statement when the test says so, or at once where it does not ``hold``.

    ``trouble``: raises for a statement as a whole; ``refused``: jobs that get an error.
    """

    hold: bool = True
    trouble: Callable[[Sent], None] = lambda _: None
    refused: set[str] = field(default_factory=set)
    sent: list[Sent] = field(default_factory=list)
    most_at_once: int = 0
    _at_once: int = 0
    _change: asyncio.Event = field(default_factory=asyncio.Event)

    def acquire(self) -> None:
        """As a pool has it."""
        raise AssertionError("nothing here takes a connection for itself")

    async def fetch(self, query: str, *arguments: Any) -> list[dict[str, Any]]:
        function = str(re.findall(r"credits\.(\w+)\(", query)[0])
        if function in BATCHES:
            elements = json.loads(arguments[0])
        else:
            elements = [dict(zip(re.findall(r"(\w+) => ", query), arguments, strict=True))]
        sent = Sent(function, elements, asyncio.get_running_loop().create_future())
        self.sent.append(sent)
        self._change.set()
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            if self.hold:
                await sent.go
            self.trouble(sent)
        finally:
            self._at_once -= 1
        if function in BATCHES:
            return [self._row(sent, number) for number in range(len(elements))]
        if function in SINGLES and sent.jobs[0] in self.refused:
            raise refusal()
        return [columns(SINGLES.get(function, Balance), elements[0])]

    def _row(self, sent: Sent, number: int) -> dict[str, Any]:
        row = columns(BATCHES[sent.function], sent.elements[number])
        if sent.jobs[number] not in self.refused:
            return {**row, "error": None}
        error = {
            "code": "PT402",
            "message": "insufficient_credits",
            "details": {"required": 5, "available": 3},
            "hint": "Buy some.",
        }
        return {**dict.fromkeys(row), "error": json.dumps(error)}

    def let_go(self) -> None:
        """Answers whatever waits, and from now on at once."""
        self.hold = False
        for sent in self.sent:
            if not sent.go.done():
                sent.go.set_result(None)

    async def arrived(self, count: int) -> Sent:
        """The newest of so many statements, once they have arrived."""
        async with asyncio.timeout(GUARD_SECONDS):
            while len(self.sent) < count:
                self._change.clear()
                await self._change.wait()
        await idle()
        assert len(self.sent) == count, "more was sent"
        return self.sent[-1]


def columns(model: type[Any], element: dict[str, Any]) -> dict[str, Any]:
    """A row of an answer; what tells one from another is the ids and the cost."""
    row: dict[str, Any] = dict.fromkeys(model.__slots__, 0)
    ids = {name: UUID(str(element[name])) for name in ("job_id", "profile_id") if element.get(name)}
    return row | ids | {"cost": element.get("cost")} if "cost" in row else row | ids


def refusal() -> asyncpg.PostgresError:
    detail = json.dumps({"required": 5, "available": 3})
    return asyncpg.PostgresError.new(
        {"C": "PT402", "M": "insufficient_credits", "S": "ERROR", "D": detail, "H": "Buy some."}
    )


async def idle() -> None:
    """Lets every task go as far as it can without the clock."""
    for _ in range(20):
        await asyncio.sleep(0)


@asynccontextmanager
async def coalescing(server: Any, **settings: Any) -> AsyncIterator[CoalescingCredits]:
    """Waits for nothing by the clock, unless a test asks for it."""
    async with asyncio.timeout(GUARD_SECONDS):
        async with CoalescingCredits(server, **{"max_wait": NEVER, **settings}) as client:
            try:
                yield client
            except BaseException:
                if isinstance(server, Server):
                    server.let_go()  # else closing waits for what the test was about to allow
                raise


def reserve(
    client: Credits, profile_id: UUID = P, cost: int = 5, job_id: UUID | None = None, **more: Any
) -> asyncio.Task[Reservation]:
    """A task that reserves; its name is the job."""
    job_id = job_id or uuid4()
    call = client.reserve_credits(profile_id, job_id, cost, **more)
    return asyncio.create_task(call, name=str(job_id))


def names(*tasks: asyncio.Task[Any]) -> list[str]:
    return [task.get_name() for task in tasks]


async def caught(task: asyncio.Task[Any]) -> BaseException:
    """The exception that a task ended with."""
    async with asyncio.timeout(GUARD_SECONDS):
        await asyncio.wait([task])
    error = task.exception()
    assert error is not None
    return error
