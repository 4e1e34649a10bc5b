"""Runs mutants: each in a copy of the sources, against the tests that are to notice it."""

from __future__ import annotations

import hashlib
import os
import re
import signal
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

_LONGEST_SECONDS = 300
# An edit that names what is not there fails in every call. The server finds that out when it runs
# the function, not when it creates it; any test would notice.
_SENSELESS = re.compile(
    r"""ERROR:\s+(?:syntax\ error\ at|missing\ FROM-clause|
          .*\bis\ ambiguous|record\ .*\ has\ no\ field|
          (?:column|function|operator|relation|type)\ [^\n]*does\ not\ exist|operator\ does\ not)
      | (?:asyncpg\.exceptions|psycopg\.errors)\.
        (?:Undefined(?:Column|Function|Table|Object)|PostgresSyntax|Syntax|Ambiguous|Datatype)
      | ^E\s+(?:SyntaxError|NameError|ImportError|IndentationError)\b""",
    re.VERBOSE | re.MULTILINE,
)


@dataclass(frozen=True)
class Outcome:
    """What became of a mutant: ``noticed`` if a test failed that passes without it, or not.

    ``by``: that test. ``broken``: the run proves nothing, for the reason in ``by``: an error and no
    failure, a time-out, code that cannot run, or a test that fails without the mutant too.
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
        """Breaks the rule and runs the tests. One that fails must pass on the mended code: what
        several sessions or generated worlds do may differ from run to run."""
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
            outcome = judged(mutant.name, *self._pytest(mutant.tests, seconds))
        finally:
            change.file.write_text(change.old, "utf-8")
            sums.write_text(released, "utf-8")
        if not outcome.noticed or ".py" not in outcome.by:
            return outcome  # one session alone does the same each time
        test = outcome.by.removeprefix("tests/")
        if "\\" in test:  # an id that pytest prints with escapes, and finds without them alone
            test = test.partition("[")[0]
        code, output = self._pytest((test,), seconds)
        if code == 0:
            return outcome
        why = f"{outcome.by} is red without the mutant: {output[-300:]}"
        return Outcome(mutant.name, noticed=False, by=why, broken=True)

    def _pytest(self, paths: Sequence[str], seconds: float) -> tuple[int | None, str]:
        """The exit code and what was printed. None: it took too long."""
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider"]
        command += [str(self._folder / "tests" / path) for path in paths]
        program = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=self._folder,
            start_new_session=True,
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
        try:
            output, _ = program.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(program.pid, signal.SIGKILL)  # the programs that it has started, too
            output, _ = program.communicate()
            return None, output
        return program.returncode, output


def judged(mutant: str, code: int | None, output: str) -> Outcome:
    """What a run of pytest says of a mutant."""
    red = [line for line in output.splitlines() if line.startswith(("FAILED ", "ERROR "))]
    by = red[0].split(" - ")[0] if red else ""
    if code == 0:
        return Outcome(mutant, noticed=False, by="")
    if code is None:
        why = "it took too long"
    elif found := _SENSELESS.search(output):
        why = f"the code cannot run: {found[0]}"
    elif code == 1 and by.startswith("FAILED "):
        return Outcome(mutant, noticed=True, by=by.removeprefix("FAILED ").strip())
    else:
        why = by or output[-1000:]
    return Outcome(mutant, noticed=False, by=why, broken=True)


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
