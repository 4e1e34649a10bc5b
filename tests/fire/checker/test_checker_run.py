"""A short run against a real server with fsync on, and the checker checked on what it recorded."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree

import pytest

from fire.checker import books, history
from fire.checker.books import Books
from fire.checker.check import Verdict, check
from fire.checker.floors import floors
from fire.checker.history import History
from fire.checker.plan import Plan
from fire.checker.selftest import self_test
from fire.checker.workload import Run
from pgcredits._server.local_server import LocalServer
from pgcredits._server.migrate import migrate

SECONDS = 8
ENOUGH = 4000
PLAN = Plan(seed=20260501, cold=150, clients=8, closed_period_refund="lapse")


@dataclass
class Recorded:
    books: Books
    history: History
    verdict: Verdict
    paused: bool
    calls_in_pause: int
    left_open: int


@pytest.fixture(scope="module")
def recorded() -> Iterator[Recorded]:
    """A run in which a client process is killed and all of them pause."""
    scratch = Path(tempfile.mkdtemp(prefix="pgcredits-fire-"))
    scratch.chmod(0o755)  # the server's own user has to reach its folder
    folder = scratch / "run"
    folder.mkdir()
    try:
        with LocalServer(scratch / "server") as server:
            migrate(server.url())
            with Run(folder, PLAN, server.url()) as run:
                run.open_profiles()
                run.start()
                run.work(seconds=SECONDS / 2)
                run.kill(run.processes[0])
                run.work(seconds=SECONDS / 2)
                # On a busy machine it takes longer to see everything.
                run.work(calls=max(0, ENOUGH - run.figures()["calls"]))
                paused = run.pause()
                before = run.figures()["calls"]
                in_pause = history.load(folder)
                calls_in_pause = run.figures()["calls"] - before
                run.resume()
                run.work(calls=50)
                run.stop()
                run.resolve()
            books.dump(server.url(), folder)
        stored, calls = books.load(folder, PLAN.ids), history.load(folder)
        yield Recorded(
            stored, calls, check(stored, calls), paused, calls_in_pause, len(in_pause.pending())
        )
    finally:
        rmtree(scratch, ignore_errors=True)


def test_all_rules_hold(recorded: Recorded) -> None:
    assert not recorded.verdict.violations, f"seed {PLAN.seed}: {recorded.verdict.violations[:3]}"


def test_the_run_covers_enough(recorded: Recorded) -> None:
    figures = recorded.verdict.figures
    wanted = floors(recorded.verdict, seconds=0)
    del wanted["corruptions flagged"]  # has a test of its own
    short = {name: figures[name] for name, least in wanted.items() if figures[name] < least}
    assert not short, f"unproductive, seed {PLAN.seed}: {short}"
    assert recorded.verdict.figures["operations"] >= ENOUGH


def test_a_killed_client_leaves_no_call_open(recorded: Recorded) -> None:
    assert recorded.verdict.figures["unknown: killed"] > 0
    assert not recorded.history.pending()


def test_in_a_pause_no_call_is_on_its_way(recorded: Recorded) -> None:
    assert recorded.paused
    assert recorded.calls_in_pause == 0
    assert recorded.left_open == 0


def test_every_corruption_of_this_run_is_flagged(recorded: Recorded) -> None:
    if recorded.verdict.violations:
        pytest.skip("only a good run can be damaged")
    findings = self_test(recorded.books, recorded.history, PLAN.seed)
    missed = [finding for finding in findings if finding.possible and not finding.caught]
    assert not missed
    assert sum(finding.caught for finding in findings) >= 20
