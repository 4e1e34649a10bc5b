"""A run of the workload: its processes, where they connect, and what they left open."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Self

import psycopg

from fire.checker import history
from fire.checker.calls import LIMIT, LIMITED, SPENDER
from fire.checker.driver import Driver, begun_file, load_open, open_operations
from fire.checker.plan import Operation, Plan
from fire.checker.target import Target

_TESTS = Path(__file__).resolve().parents[2]
_END_SECONDS = 30
# Of the hot profiles; the check of the books says whether it was.
_TOLD = (
    "credits.low",
    "credits.depleted",
    "job.shortfall",
    "hold.expired",
    "pack.expiring",
    "pack.lapsed",
    "grant.uncollected",
)


class Run:
    """``Run(folder, plan, url)``: ``folder`` is empty and gets everything that is written down.

    Use it as a ``with`` block: no process outlives the block.
    """

    def __init__(
        self, folder: Path, plan: Plan, url: str, *, pooler_url: str | None = None
    ) -> None:
        if any(folder.iterdir()):
            raise ValueError(f"a run needs an empty folder: {folder}")
        self.folder = folder
        self.plan = plan
        plan.save(folder)
        self.target = Target.create(folder, url, pooler_url)
        self.begun_ns = time.monotonic_ns()
        self._processes: dict[int, subprocess.Popen[bytes]] = {}
        self._inherited: set[int] = set()
        self._next = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._processes.values():
            process.kill()
            process.wait()

    # --- its life -----------------------------------------------------------------------------

    def open_profiles(self) -> None:
        """Opens all profiles, as calls of the history like all others. Needs a healthy server,
        and a user who may change its settings."""
        plan = self.plan
        with psycopg.connect(self.target.address().url) as connection:
            connection.execute(
                "update credits.settings set closed_period_refund = %s",
                [plan.closed_period_refund],
            )
        first = self._next * history.PER_PROCESS + 1
        openings = [
            Operation(first + index, "open", index, [plan.monthly, plan.addon])
            for index in range(plan.profiles)
        ]
        self._make_all(openings, _END_SECONDS + plan.profiles / 50)
        with psycopg.connect(self.target.address().url) as connection:
            for index in range(plan.hot):
                connection.execute(
                    "select credits.set_alert(%s, %s, %s)",
                    [plan.ids.profile(index), plan.monthly, list(_TOLD)],
                )
            for index in range(LIMITED):
                connection.execute(
                    "select credits.set_limit(%s, %s, 'total', %s, 'asked for', 'ann')",
                    [plan.ids.profile(index), SPENDER, LIMIT],
                )

    def start(self) -> None:
        """Starts the processes of the plan."""
        self.begun_ns = time.monotonic_ns()
        for _ in range(self.plan.processes):
            self._start()

    def kill(self, process: int) -> int:
        """SIGKILLs one process of ``processes`` and starts another that inherits what it left
        open. Returns the new one's number. One that has just started first takes over what it
        inherits itself: nobody else knows of it."""
        deadline = time.monotonic() + _END_SECONDS
        while not begun_file(self.folder, process).exists() and time.monotonic() < deadline:
            self.raise_if_ended()
            time.sleep(0.01)
        gone = self._processes.pop(process)
        gone.kill()
        gone.wait()
        self._inherited.add(process)
        return self._start(process)

    @property
    def processes(self) -> list[int]:
        return sorted(self._processes)

    def change(self, url: str, pooler_url: str | None = None) -> None:
        """Sends all connections elsewhere, as after a failover."""
        self.target.change(url, pooler_url)

    def pause(self, seconds: float = _END_SECONDS) -> bool:
        """Lets no new call begin, and waits until none is on its way; False: some still are."""
        self.target.pause()
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.raise_if_ended()
            if all(self.target.is_idle(process) for process in self._processes):
                return True
            time.sleep(0.01)
        return False

    def resume(self) -> None:
        self.target.run()

    def work(self, *, seconds: float | None = None, calls: int | None = None) -> None:
        """Waits while the processes work: so long, or until so many more calls were made."""
        deadline = None if seconds is None else time.monotonic() + seconds
        wanted = None if calls is None else self.figures()["calls"] + calls
        while (deadline is None or time.monotonic() < deadline) and (
            wanted is None or self.figures()["calls"] < wanted
        ):
            self.raise_if_ended()
            time.sleep(0.05)

    def figures(self) -> dict[str, int]:
        """Attempts so far, by outcome."""
        return self.target.figures()

    def raise_if_ended(self) -> None:
        """A process that ended by itself is a defect of the workload."""
        for number, process in self._processes.items():
            if process.poll() is not None:
                raise RuntimeError(f"process {number} ended: {self._errors(number)}")

    def stop(self) -> None:
        """Stops all processes; what they left open is for ``resolve``."""
        self.target.stop()
        for number, process in self._processes.items():
            if process.wait(self.plan.patience + _END_SECONDS) != 0:
                raise RuntimeError(f"process {number} failed: {self._errors(number)}")
        self._processes.clear()

    def resolve(self, seconds: float = 60.0) -> int:
        """Makes every call again whose outcome nobody knows, under the same key, until there is
        none. Needs a healthy server. Returns how many there were.

        Then works off what is overdue: a refused call may have seen it worked off, and undid it.
        """
        pending = [operation for number in range(self._next) for operation in self._open(number)]
        self._make_all(pending, seconds)
        for _ in range(2):  # working off a hold can reopen a pack
            self._make_once("expire_holds", -1, [10000])
            self._make_once("expire_packs", -1, [10000])
        return len(pending)

    def resend(self, calls: Iterable[history.Call], seconds: float = 60.0) -> None:
        """Makes these calls once more, under the same keys."""
        self._make_all(open_operations(calls), seconds)

    def _make_all(self, operations: list[Operation], seconds: float) -> None:
        """Makes calls until their outcome is known, or the time is up."""
        deadline = time.monotonic() + seconds
        while operations and time.monotonic() < deadline:
            number = self._number()
            driver = Driver(self.folder, number)
            driver.inherit(operations)
            work = asyncio.wait_for(driver.run(until_done=True), deadline - time.monotonic())
            try:
                asyncio.run(work)
            except TimeoutError:
                break
            operations = self._open(number)

    def _make_once(self, *call: Any) -> None:
        first = self._next * history.PER_PROCESS + 1
        self._make_all([Operation(first, *call)], _END_SECONDS)

    def _open(self, number: int) -> list[Operation]:
        return [] if number in self._inherited else load_open(self.folder, number)

    # --- processes ----------------------------------------------------------------------------

    def _number(self) -> int:
        self._next += 1
        return self._next - 1

    def _start(self, *inherits: int) -> int:
        number = self._number()
        path = os.pathsep.join([str(_TESTS), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
        with self._log(number).open("wb") as log:
            self._processes[number] = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "fire.checker.process",
                    str(self.folder),
                    str(number),
                    *map(str, inherits),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, "PYTHONPATH": path},
            )
        return number

    def _log(self, number: int) -> Path:
        return self.folder / f"driver-{number}.log"

    def _errors(self, number: int) -> str:
        return self._log(number).read_text("utf-8", "replace")[-2000:]
