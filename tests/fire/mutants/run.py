"""Runs mutants: each in a copy of the sources, against the tests that are to notice it."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from fire.mutants.mutant import Mutant, copy_sources
from fire.mutants.places import Sources
from pgcredits._server.local_server import LocalServer
from pgtap_source import pgtap_script

_LONGEST_SECONDS = 180  # a mutant that makes a call wait for ever counts as noticed


@dataclass(frozen=True)
class Outcome:
    """What became of a mutant: ``noticed`` by a test, or not; ``by``: the first test that was red.

    ``broken``: the tests could not run at all, which proves nothing.
    """

    mutant: str
    noticed: bool
    by: str
    broken: bool = False


class Copy:
    """A copy of the sources, mutated for the time of a run and then as before."""

    def __init__(self, folder: Path, number: int, server_url: str) -> None:
        self._folder = folder
        self._number = number
        self._server_url = server_url
        copy_sources(folder)
        self._sources = Sources(folder)

    def run(self, mutant: Mutant, seconds: float) -> Outcome:
        """Breaks the rule, runs the tests, and mends it again."""
        change = mutant.change(self._sources)
        sums = self._folder / "migrations" / "checksums.txt"
        released = sums.read_text("utf-8")
        change.file.write_text(change.new, "utf-8")
        if change.file.parent == sums.parent:  # else the migrator would notice, and no test
            old, new = (
                hashlib.sha256(text.encode()).hexdigest() for text in (change.old, change.new)
            )
            sums.write_text(released.replace(old, new), "utf-8")
        try:
            return self._test(mutant, seconds)
        finally:
            change.file.write_text(change.old, "utf-8")
            sums.write_text(released, "utf-8")

    def _test(self, mutant: Mutant, seconds: float) -> Outcome:
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider"]
        command += [str(self._folder / "tests" / path) for path in mutant.tests]
        try:
            result = subprocess.run(
                command,
                check=False,
                capture_output=True,
                text=True,
                cwd=self._folder,
                timeout=seconds,
                env={
                    **os.environ,
                    "PYTHONPATH": str(self._folder / "pyclient"),
                    "PYTHONDONTWRITEBYTECODE": "1",
                    "PYTEST_XDIST_WORKER": f"mutant{self._number}",  # names its databases
                    "PGCREDITS_TEST_URL": self._server_url,
                    "PGCREDITS_TEST_PGTAP": str(pgtap_script()),
                    "PGCREDITS_LAWS_SECONDS": "10",
                },
            )
        except subprocess.TimeoutExpired:
            return Outcome(mutant.name, noticed=True, by="it never ended")
        red = [line for line in result.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
        by = red[0].split(" - ")[0].removeprefix("FAILED ").strip() if red else ""
        broken = result.returncode not in (0, 1)
        if broken:
            by = result.stdout[-500:] + result.stderr[-500:]
        return Outcome(mutant.name, noticed=result.returncode == 1, by=by, broken=broken)


def run(
    mutants: Sequence[Mutant],
    *,
    workers: int = 2,
    tell: Callable[[Outcome], None] = print,
    seconds: float = _LONGEST_SECONDS,
) -> list[Outcome]:
    """Runs mutants, some at a time, on their own server. ``tell``: called with each outcome;
    ``seconds``: how long the tests of one may take."""
    with (
        tempfile.TemporaryDirectory(prefix="pgcredits-mutants-") as folder,
        LocalServer() as server,
    ):
        copies: SimpleQueue[Copy] = SimpleQueue()
        for number in range(min(workers, len(mutants))):
            copies.put(Copy(Path(folder, str(number)), number, server.url()))

        def one(mutant: Mutant) -> Outcome:
            copy = copies.get()
            try:
                outcome = copy.run(mutant, seconds)
            finally:
                copies.put(copy)
            tell(outcome)
            return outcome

        with ThreadPoolExecutor(workers) as pool:
            return list(pool.map(one, mutants))
