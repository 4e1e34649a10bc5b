"""What the clients did: every attempt of every call, written down before it is sent.

Each client process appends to a file of its own, ``history-<process>.jsonl``, one JSON array a
line; the first line is the process's ``header``. Times are nanoseconds of the machine's monotonic
clock, which all processes share.

    [1, op, attempt, seat, shape, method, profile, args, invoked]   an intent, before it is sent
    [2, op, attempt, seat, shape, invoked]                          the same call once more
    [0, op, attempt, completed, outcome, result]                    what came of it
    [3, op, sent, method, profile, args]                            taken over from another process

An intent reaches the operating system before the call is sent, so a client that is killed leaves
its keys. An attempt without a third line is unknown. Outcomes:

    ok        answered; result: what ``calls`` keeps of the answer
    refused   a refusal of the contract; result: [token, figures of the detail]
    failed    definite, no effect; result: [sqlstate, message]
    aborted   definite, no effect: the client rolled its transaction back; result: what was answered
    unknown   may have happened or not; result: [sqlstate or class of the error, message]
    strange   an answer that is not to this call; result: [message]

A check may call an answer ``overlooked``: it ended the attempt, and what it said does not count.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from fire.checker.calls import WRITES

_FILES = "history-*.jsonl"
# An operation's number is process * PER_PROCESS + its place in that process.
PER_PROCESS = 10**9
SHAPES = ("direct", "client", "json")
# Failures that pass. Those of a connection begin with 08, or have no SQLSTATE at all.
_PASSING = ("40001", "40P01", "55P03", "25006", "26000", "53300", "57014", "57P01", "57P03")
_SQLSTATE_LENGTH = 5
_encode = json.JSONEncoder(separators=(",", ":")).encode


class Attempt(NamedTuple):
    """One time that a call was sent. ``completed`` is None when nothing was ever heard of it."""

    invoked: int
    completed: int | None
    outcome: str
    result: Any
    seat: int
    shape: int


def says_nothing(outcome: str, result: Any) -> bool:
    """Whether an attempt failed in a way that is no answer to the call: the next may have one."""
    if outcome != "failed":
        return False
    state = result[0]
    return state in _PASSING or state.startswith("08") or len(state) != _SQLSTATE_LENGTH


@dataclass(slots=True)
class Call:
    """One operation: the same call under the same keys, however often it was sent.

    ``sent`` counts the attempts in all files, also in those that were not loaded.
    """

    op: int
    method: str
    profile: int
    args: list[Any]
    attempts: list[Attempt] = field(default_factory=list)
    sent: int = 0

    @property
    def last(self) -> Attempt:
        return self.attempts[-1]

    @property
    def process(self) -> int:
        return self.op // PER_PROCESS

    def is_pending(self) -> bool:
        """Whether nobody knows yet what came of a call that writes.

        A first no after an unknown attempt proves little: that attempt may have been on its way
        still. A second no, once its connection is gone, does. A failure that passes is none.
        """
        if self.method not in WRITES:
            return False
        if self.attempts and self.attempts[-1].outcome in ("ok", "strange"):
            return False
        noes = 0
        for attempt in reversed(self.attempts):
            if attempt.outcome == "unknown":
                return noes < 2
            noes += not says_nothing(attempt.outcome, attempt.result)
        return self.sent > len(self.attempts) and noes < 2


class Writer:
    """Appends to one process's file."""

    def __init__(self, folder: Path, process: int) -> None:
        self.process = process
        self._file = os.open(
            folder / f"history-{process}.jsonl",
            os.O_WRONLY | os.O_CREAT | os.O_APPEND,
            0o644,
        )
        self._unwritten: list[str] = []
        header = {"process": process, "pid": os.getpid(), **clocks()}
        os.write(self._file, (json.dumps(header) + "\n").encode())

    def intend(
        self,
        call: tuple[int, str, int, list[Any]],
        attempt: int,
        seat: int,
        shape: int,
        *,
        known: bool,
    ) -> None:
        """Writes an intent; ``known``: a file has the call's method and arguments already."""
        op, method, profile, args = call
        invoked = time.monotonic_ns()
        line: list[Any] = (
            [2, op, attempt, seat, shape, invoked]
            if known
            else [1, op, attempt, seat, shape, method, profile, args, invoked]
        )
        self._unwritten.append(_encode(line))
        self.flush()

    def complete(self, op: int, attempt: int, outcome: str, result: Any) -> None:
        """Kept until the next intent: what is lost with the process is an unknown outcome."""
        line = [0, op, attempt, time.monotonic_ns(), outcome, result]
        self._unwritten.append(_encode(line))

    def adopt(self, call: tuple[int, str, int, list[Any]], sent: int) -> None:
        """Writes down an open call of a process that is gone, so that it is not lost twice."""
        op, method, profile, args = call
        self._unwritten.append(_encode([3, op, sent, method, profile, args]))

    def flush(self) -> None:
        if self._unwritten:
            data = ("\n".join(self._unwritten) + "\n").encode()
            self._unwritten.clear()
            os.write(self._file, data)

    def close(self) -> None:
        self.flush()
        os.close(self._file)


def clocks() -> dict[str, int]:
    return {"monotonic_ns": time.monotonic_ns(), "realtime_ns": time.time_ns()}


@dataclass
class History:
    """All calls of a run, by operation."""

    calls: dict[int, Call]
    headers: list[dict[str, int]] = field(default_factory=list)

    def __iter__(self) -> Iterator[Call]:
        return iter(self.calls.values())

    def pending(self) -> list[Call]:
        return [call for call in self if call.is_pending()]

    def realtime_offset(self) -> int:
        """What to add to a time of the history to have the wall clock's."""
        header = self.headers[0] if self.headers else clocks()
        return header["realtime_ns"] - header["monotonic_ns"]


def load(folder: Path, processes: Iterable[int] | None = None) -> History:
    """Reads the files of a folder, all or those of some processes."""
    files = (
        sorted(folder.glob(_FILES), key=lambda path: int(path.stem.split("-")[1]))
        if processes is None
        else [folder / f"history-{process}.jsonl" for process in processes]
    )
    headers, lines = [], []
    for path in files:
        header, rest = _read(path)
        if header is not None:
            headers.append(header)
            lines += rest
    calls: dict[int, Call] = {}
    outcomes: dict[tuple[int, int], list[Any]] = {}
    for line in lines:
        if line[0] == 0:
            outcomes[line[1], line[2]] = line
        elif line[0] == 1:
            calls[line[1]] = Call(line[1], line[5], line[6], line[7])
        elif line[0] == 3 and line[1] not in calls:
            calls[line[1]] = Call(line[1], line[3], line[4], line[5])
    for line in lines:
        if line[0] != 0:
            call = calls[line[1]]
            call.sent = max(call.sent, line[2] + (line[0] != 3))
            if line[0] != 3:
                call.attempts.append(_attempt(line, outcomes.get((line[1], line[2]))))
    for call in calls.values():
        if len(call.attempts) > 1:
            call.attempts.sort(key=lambda attempt: attempt.invoked)
    return History(calls, headers)


def _attempt(intent: list[Any], outcome: list[Any] | None) -> Attempt:
    seat, shape, invoked = intent[3], intent[4], intent[-1]
    if outcome is None:
        return Attempt(invoked, None, "unknown", ["", "no answer was written down"], seat, shape)
    return Attempt(invoked, outcome[3], outcome[4], outcome[5], seat, shape)


def _read(path: Path) -> tuple[dict[str, int] | None, list[list[Any]]]:
    text = path.read_text("utf-8")
    # The last line of a process that was killed may be torn.
    header, *lines = text[: text.rfind("\n") + 1].splitlines() or [""]
    return json.loads(header) if header else None, json.loads(f"[{','.join(lines)}]")
