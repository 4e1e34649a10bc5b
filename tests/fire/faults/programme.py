"""The three campaigns, one after the other, and what they add up to."""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path

from fire.faults import failover, restore, storm
from fire.faults.aftermath import Aftermath
from fire.faults.pooler import find_pgbouncer
from fire.faults.schedule import plan
from fire.faults.servers import open_folder, orphans
from fire.report import Report

# Of the time that is given. The checks come on top.
SHARES = {"storm": 0.78, "failover": 0.13, "restore": 0.09}
# What a run of this length must reach; a shorter one less in proportion.
FULL_SECONDS = 540
GOALS = {
    "operations": 500_000,
    "faults": 500,
    "kinds of faults": 12,
    "times that nobody could work": 30,
    "unknown outcomes": 1000,
    "answers lost, to writes": 50,
    "failovers": 10,
    "positions recovered to": 25,
}
_SUMS = (
    "operations",
    "acknowledged",
    "faults",
    "times that nobody could work",
    "unknown outcomes",
    "unknown outcomes, resolved",
    "unknown outcomes, had committed",
    "answers lost, to writes",
    "failovers",
    "positions recovered to",
    "acknowledged calls looked for after a fault",
)


class Programme:
    """``below``: where the servers' folders are made; by default where temporary files are."""

    def __init__(self, report: Report, seconds: float, below: Path | None = None) -> None:
        self.report = report
        self.seconds = seconds
        self._below = below
        self._kinds: set[str] = set()
        self._worked = 0.0

    def run(self) -> None:
        with orphans():
            self._storm(self.seconds * SHARES["storm"])
            self._failover(self.seconds * SHARES["failover"])
            self._restore(self.seconds * SHARES["restore"])
        self._conclude()

    def _storm(self, seconds: float) -> None:
        seed, pooler = self.report.seed, find_pgbouncer() is not None
        if not pooler:
            self.report.notes.append("pgbouncer is not installed: no faults of a pooler")
        with open_folder(self._below) as folder, storm.scene(folder, seed, storm.Size()) as scene:
            found = storm.storm(scene, plan(seed, pooler=pooler), seconds)
            self._add("storm", found, seconds, folder)
            self.report.found("broken pages", storm.broken_pages(scene.server))

    def _failover(self, seconds: float) -> None:
        size = storm.Size(cold=500)
        with open_folder(self._below) as folder:
            with failover.pair(folder, self.report.seed, size) as pair:
                found = failover.fail_over_again_and_again(pair, seconds)
            self._add("failover", found, seconds, folder)

    def _restore(self, seconds: float) -> None:
        size, load = storm.Size(cold=500), max(5.0, seconds * 0.3)
        least = round(GOALS["positions recovered to"] * self._share())
        with open_folder(self._below) as folder:
            with restore.recorded(folder, self.report.seed, size, load) as run:
                found = restore.recover_to_many(run, seconds - load, least=max(2, least), most=200)
            self._add("restore", found, load, folder)

    # --- sums ----------------------------------------------------------------------------------

    def _add(self, name: str, found: Aftermath, seconds: float, folder: Path) -> None:
        """The figures of one campaign; ``seconds``: for how long its clients worked."""
        if found.is_bad():
            kept = Path(tempfile.mkdtemp(prefix=f"pgcredits-{name}-"))
            shutil.copytree(folder / "run", kept, dirs_exist_ok=True)
            self.report.notes += [f"{name}: history and books are in {kept}", *found.log]
        figures = self.report.figures
        for figure, value in sorted(found.figures.items()):
            figures[f"{name}: {figure}"] = value
            if figure in _SUMS:
                figures[figure] += value
        for kind, silence in sorted(found.silences.items()):
            figures[f"{name}: longest silence in ms, {kind}"] = round(silence * 1000)
        for what, wrong in found.wrong.items():
            self.report.found(what, wrong)
        self._kinds |= set(found.silences)
        self._worked += seconds
        print(f"{name}: done after {time.monotonic() - self.report.begun:.0f} s", flush=True)

    def _conclude(self) -> None:
        figures = self.report.figures
        figures["kinds of faults"] = len(self._kinds)
        figures["operations a second"] = round(figures["operations"] / self._worked)
        silences = [v for name, v in figures.items() if "longest silence in ms" in name]
        figures["longest silence in ms"] = max(silences, default=0)
        open_still = figures["unknown outcomes"] - figures["unknown outcomes, resolved"]
        self.report.must_be_zero["unknown outcomes that stayed unknown"] = open_still
        for name, goal in GOALS.items():
            self.report.want(**{name: int(goal * self._share())})

    def _share(self) -> float:
        """How much of the goals a run of this length must reach; its first half minute is for
        starting up."""
        return min(1.0, max(0.0, self.seconds - 30) / (FULL_SECONDS - 30))
