"""The clients of one process: they make calls until told to stop, and survive any outage.

A connection is opened again and again, and a call that nobody knows the outcome of is made again
under the same key.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import time
from collections import deque
from collections.abc import Iterable
from pathlib import Path

from fire.checker import history
from fire.checker.calls import WRITES
from fire.checker.plan import Chooser, Operation, Plan
from fire.checker.sending import (
    BANK,
    CLIENT,
    CONNECT_SECONDS,
    DIRECT,
    JSON,
    LOST,
    WHOLE_BANK,
    Connection,
)
from fire.checker.target import FIGURES, Target
from pgcredits import connect

_PAUSED_SECONDS = 0.01
_WATCH_SECONDS = 0.1
_SHORTEST_WAIT, _LONGEST_WAIT = 0.01, 0.25
# Definite, and worth another try: somebody held the lock, or the server was not ready.
_FIGURE = {name: place for place, name in enumerate(FIGURES)}


def shape_of(seat: int) -> int:
    """Of six connections three are direct, two go through the pooler, one is PostgREST's."""
    return (DIRECT, CLIENT, DIRECT, JSON, DIRECT, CLIENT)[seat % 6]


class Driver:
    def __init__(self, folder: Path, process: int) -> None:
        self.plan = Plan.load(folder)
        self.folder = folder
        self.process = process
        self.target = Target(folder)
        self.writer = history.Writer(folder, process)
        self.chooser = Chooser(self.plan, process, self.target)
        self.chance = random.Random(f"driver {self.plan.seed} {process}")  # noqa: S311
        self.figures = [0] * len(FIGURES)
        self.busy = 0
        # Calls to be made again, by whoever is free.
        self.again: deque[Operation] = deque()
        self.connections = [
            Connection(self.plan.ids, f"fire-{process}-{seat}", shape_of(seat))
            for seat in range(self.plan.clients)
        ]

    def inherit(self, operations: list[Operation]) -> None:
        """Takes over what another process left open."""
        for operation in operations:
            if operation.known:
                self.writer.adopt(operation.call, operation.sent)
        self.writer.flush()
        self.again.extend(operations)

    async def run(self, *, until_done: bool = False) -> None:
        """``until_done``: only what is to be made again, instead of until told to stop."""
        beside = [asyncio.create_task(self._watch())]
        if not until_done:
            beside.append(asyncio.create_task(self._audit()))
        try:
            await asyncio.gather(
                *(self._work(seat, until_done) for seat in range(len(self.connections)))
            )
        finally:
            for task in beside:
                task.cancel()
            for connection in self.connections:
                connection.close()
            self.writer.close()
            self.target.tell(self.process, self.figures)
            save_open(self.folder, self.process, self.again)

    async def _watch(self) -> None:
        """Gives up connections that do not answer, or that lead to where the target was."""
        while True:
            await asyncio.sleep(_WATCH_SECONDS)
            version, now = self.target.version, time.monotonic()
            for connection in self.connections:
                since = connection.busy_since
                stuck = since is not None and now - since > self.plan.patience
                if stuck or (connection.version != version and connection.is_open()):
                    connection.close()
            self.writer.flush()
            self.target.tell(self.process, self.figures)
            self.target.set_idle(self.process, self.busy == 0)

    async def _audit(self) -> None:
        """Reads all balances in one snapshot, about once a second in all processes together."""
        for turn in itertools.count():
            await asyncio.sleep(self.plan.processes)
            operation = self.chooser.new("bank", -1, [])
            try:
                connection = await connect(self.target.address().url, timeout=CONNECT_SECONDS)
            except LOST:
                continue
            self.writer.intend(operation.call, 0, len(self.connections), DIRECT, known=False)
            try:
                row = await connection.fetchrow(BANK if turn % 8 else WHOLE_BANK, timeout=10)
                self.writer.complete(operation.number, 0, "ok", list(row))
            except LOST:
                pass  # nothing was heard of it
            finally:
                connection.terminate()

    async def _work(self, seat: int, until_done: bool) -> None:
        while until_done or not self.target.is_stopped():
            if not until_done and not self.target.is_running():
                await asyncio.sleep(_PAUSED_SECONDS)
                continue
            if self.again:
                operation = self.again.popleft()
            elif until_done:
                return
            else:
                operation = self.chooser.next()
            self.busy += 1
            self.target.set_idle(self.process, False)
            try:
                await self._perform(seat, operation, until_done)
            finally:
                self.busy -= 1

    async def _perform(self, seat: int, operation: Operation, until_done: bool) -> None:
        """Makes a call, again and again while its outcome is open and nothing else is wanted."""
        connection = self.connections[seat]
        wait = _SHORTEST_WAIT
        # A call that was on its way before needs a second no: see Call.is_pending.
        was_unknown = operation.sent > 0
        noes = 0 if was_unknown else 1
        while True:
            if not await self._ready(connection, operation, until_done):
                if operation.sent:
                    self.again.append(operation)
                return
            outcome, result = await self._send(seat, connection, operation)
            if outcome == "unknown":
                noes, was_unknown = 0, True
                if operation.method not in WRITES:
                    return
                if not until_done and self.chance.random() >= self.plan.retry_at_once:
                    self.again.append(operation)
                    return
            elif outcome in ("ok", "strange", "aborted"):
                return
            else:
                again = history.says_nothing(outcome, result)
                noes += not (again and was_unknown)  # as Call.is_pending counts
                if noes >= 2 and not (again and until_done):
                    return
            await asyncio.sleep(wait * self.chance.random())
            wait = min(2 * wait, _LONGEST_WAIT)

    async def _ready(self, connection: Connection, operation: Operation, until_done: bool) -> bool:
        """Whether there is a connection to send the call on; keeps trying until told to stop."""
        wait = _SHORTEST_WAIT
        while True:
            if connection.version != self.target.version or not connection.is_open():
                if self.target.is_stopped() and not until_done:
                    return False
                try:
                    await connection.open(self.target.address())
                    self.figures[_FIGURE["connects"]] += 1
                except LOST:
                    await asyncio.sleep(wait * (0.5 + self.chance.random()))
                    wait = min(2 * wait, _LONGEST_WAIT)
                    continue
            try:
                await connection.prepare(operation)
            except LOST:
                connection.close()
                continue
            return True

    async def _send(
        self, seat: int, connection: Connection, operation: Operation
    ) -> tuple[str, object]:
        attempt = operation.sent
        self.writer.intend(operation.call, attempt, seat, connection.shape, known=operation.known)
        operation.sent += 1
        operation.known = True
        outcome, result = await connection.send(operation)
        self.writer.complete(operation.number, attempt, outcome, result)
        self.figures[0] += 1
        self.figures[_FIGURE[outcome]] += 1
        self.chooser.heard(operation, outcome)
        return outcome, result


def open_operations(calls: Iterable[history.Call]) -> list[Operation]:
    """What has to be made again, as a process can."""
    return [
        Operation(call.op, call.method, call.profile, call.args, sent=call.sent, known=True)
        for call in calls
    ]


def save_open(folder: Path, process: int, operations: Iterable[Operation]) -> None:
    """What a process leaves open when it ends: to read all files again would take seconds."""
    left = [[*operation.call, operation.sent] for operation in operations if operation.sent]
    (folder / f"open-{process}.json").write_text(json.dumps(left), "utf-8")


def begun_file(folder: Path, process: int) -> Path:
    """Is there once a process has taken over what it inherits."""
    return folder / f"begun-{process}"


def load_open(folder: Path, process: int) -> list[Operation]:
    """What a process left open, however it ended."""
    path = folder / f"open-{process}.json"
    if not path.exists():
        return open_operations(history.load(folder, [process]).pending())
    return [
        Operation(*call, sent=sent, known=True)
        for *call, sent in json.loads(path.read_text("utf-8"))
    ]
