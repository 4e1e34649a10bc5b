"""Point-in-time recovery of a loaded run: the books are right at any position in the log.

While the workload runs, somebody notes how far the log has been flushed, and when. So for each
position there is a moment before which everything acknowledged must be in it, and one after which
nothing that was begun can be. The whole check looks at each restored server with the history as it
was known at the first of these.
"""

from __future__ import annotations

import random
import signal
import subprocess
import threading
import time
from bisect import bisect_right
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from fire.checker import books, history
from fire.checker.books import Books
from fire.checker.check import check, check_beginning
from fire.checker.history import Attempt, Call, History
from fire.checker.plan import Plan
from fire.checker.workload import Run
from fire.faults.aftermath import ALLOWED, Aftermath, examine
from fire.faults.servers import Server, install, open_folder, until
from fire.faults.storm import Size
from support import in_memory

_BYTES = "select {} - '0/0'::pg_lsn"
_NOT_YET = ["", "not yet"]


class Sampler(threading.Thread):
    """Notes how far the log is flushed, again and again; also through a crash."""

    def __init__(self, server: Server, seconds: float = 0.02) -> None:
        super().__init__(name="sampler", daemon=True)
        self.before: list[int] = []
        self.flushed: list[int] = []
        self.after: list[int] = []
        self._server = server
        self._seconds = seconds
        self._ended = threading.Event()

    def run(self) -> None:
        while not self._ended.is_set():
            try:
                with self._server.connect() as connection:
                    while not self._ended.wait(self._seconds):
                        self._sample(connection)
            except psycopg.OperationalError:
                self._ended.wait(self._seconds)

    def _sample(self, connection: psycopg.Connection[object]) -> None:
        before = time.monotonic_ns()
        row = connection.execute(_BYTES.format("pg_current_wal_flush_lsn()")).fetchone()
        assert isinstance(row, tuple)
        self.before.append(before)
        self.flushed.append(int(row[0]))
        self.after.append(time.monotonic_ns())

    def end(self) -> None:
        self._ended.set()
        self.join(60)

    def moments(self, position: int) -> tuple[int, int]:
        """What was acknowledged before the first moment was in the log by this position; what was
        begun after the second was not."""
        place = bisect_right(self.flushed, position)
        acknowledged = self.before[place - 1] if place else 0
        begun = self.after[place] if place < len(self.after) else time.monotonic_ns()
        return acknowledged, begun


def known_at(whole: History, acknowledged_ns: int, begun_ns: int) -> History:
    """The history as it was known at a moment; what was on its way then may be there or not.

    Without refusals: one that first worked off an overdue hold took that back, and the row that
    explains it may have been written only later.
    """
    calls: dict[int, Call] = {}
    for call in whole:
        attempts = [
            attempt if _was_known(attempt, acknowledged_ns) else _open(attempt)
            for attempt in call.attempts
            if attempt.invoked <= begun_ns and attempt.outcome != "refused"
        ]
        if attempts:
            calls[call.op] = Call(
                call.op, call.method, call.profile, call.args, attempts, len(attempts)
            )
    return History(calls, whole.headers)


def _was_known(attempt: Attempt, at: int) -> bool:
    return attempt.completed is not None and attempt.completed <= at


def _open(attempt: Attempt) -> Attempt:
    return attempt._replace(completed=None, outcome="unknown", result=_NOT_YET)


@dataclass
class Recorded:
    """A loaded run that is over: its backup, its log, and what is known of it."""

    base: Server
    archive: Path
    first: int
    last: int
    sampler: Sampler
    history: History
    books: Books
    plan: Plan
    found: Aftermath


@contextmanager
def recorded(folder: Path, seed: int, size: Size, seconds: float) -> Iterator[Recorded]:
    """Loads a server for so long, kills it once meanwhile, and keeps backup and log."""
    plan = Plan(
        seed=seed, processes=size.processes, clients=size.clients, cold=size.cold, patience=3.0
    )
    with ExitStack() as stack:
        server = Server(folder / "server", archive_mode="on")
        archive = server.archive_folder()
        server.settings["archive_command"] = f"test ! -f {archive}/%f && cp %p {archive}/%f"
        stack.callback(server.stop)
        server.start()
        install(server)
        base = Server(folder / "base")
        (folder / "run").mkdir()
        with Run(folder / "run", plan, server.url()) as run:
            run.open_profiles()
            run.change(server.client_url())
            run.start()
            run.work(seconds=seconds / 4)
            sampler = Sampler(server)
            sampler.start()
            server.copy_to(base)
            first = server.ask(_BYTES.format("pg_current_wal_flush_lsn()"))
            run.work(seconds=seconds / 4)
            server.end(signal.SIGKILL)
            server.come_back()
            run.work(seconds=seconds / 2)
            last = server.ask(_BYTES.format("pg_current_wal_flush_lsn()"))
            sampler.end()
            healthy_ns = time.monotonic_ns()
            run.stop()
            run.resolve()
        found = examine(server.url(), folder / "run", plan, healthy_ns=healthy_ns)
        _archive_all(server, archive)
        server.stop()
        stored, calls = books.load(folder / "run", plan.ids), history.load(folder / "run")
        yield Recorded(base, archive, int(first), int(last), sampler, calls, stored, plan, found)


def _archive_all(server: Server, archive: Path) -> None:
    segment = server.ask("select pg_walfile_name(pg_current_wal_lsn())")
    server.ask("select pg_switch_wal()")
    until((archive / segment).exists, "the last of the log in the archive")


def recover(run: Recorded, position: int) -> list[str]:
    """Restores the backup, lets the log follow up to a position, and checks what is there."""
    with open_folder(in_memory()) as folder:
        return _recover(run, position, folder / "copy")


def _recover(run: Recorded, position: int, folder: Path) -> list[str]:
    copy = Server(folder, fsync="off")  # it is looked at and thrown away
    try:
        subprocess.run(["cp", "-a", str(run.base.data), str(copy.data)], check=True)
        copy.restore_to(f"{position >> 32:X}/{position & 0xFFFFFFFF:X}", run.archive)
        copy.start()
        until(
            lambda: copy.ask("select pg_get_wal_replay_pause_state()") == "paused",
            f"the end of the recovery to {position}",
        )
        dump = folder / "books"
        dump.mkdir()
        books.dump(copy.url(), dump)
        return _check_at(run, dump, position)
    finally:
        copy.stop()


def _check_at(run: Recorded, dump: Path, position: int) -> list[str]:
    stored = books.load(dump, run.plan.ids)
    known = known_at(run.history, *run.sampler.moments(position))
    verdict = check(stored, known, allowed=ALLOWED)
    wrong = [f"{v.rule}: {v.profile}: {v.text}" for v in verdict.violations if v.rule != "C9"]
    wrong += [f"{v.rule}: {v.profile}: {v.text}" for v in check_beginning(stored, run.books)]
    return [f"at {position}: {text}" for text in wrong]


def recover_to_many(run: Recorded, seconds: float, *, least: int, most: int) -> Aftermath:
    """Positions taken at random between backup and end, until the time is up."""
    found, deadline = run.found, time.monotonic() + seconds
    chance = random.Random(f"positions {run.plan.seed}")  # noqa: S311
    positions = [chance.randint(run.first, run.last) for _ in range(most)]

    def recover_in_time(number: int, position: int) -> list[str] | None:
        if number >= least and time.monotonic() > deadline:
            return None
        return recover(run, position)

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(recover_in_time, range(most), positions))
    reached = [wrong for wrong in answers if wrong is not None]
    found.figures["positions recovered to"] = len(reached)
    found.figures["bytes of log between the first and the last"] = run.last - run.first
    for wrong in reached:
        found.blame("wrong after a recovery to a position", wrong)
    return found
