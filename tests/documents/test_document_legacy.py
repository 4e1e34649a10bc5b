"""docs/legacy.md, followed from top to bottom on a server of its own: what it says is printed.

PGCREDITS_WRITE_EXAMPLES=1 writes the outputs anew instead of comparing them.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from document_tools import ROOT, run_sql

from pgcredits._legacy.importer import ACCEPTING
from pgcredits._legacy.names import KINDS, TABLES
from support import function_file

LEGACY = ROOT / "docs" / "legacy.md"
READERS_FOLDER = "/home/you"  # in the document
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$ ((?:.*\\\n)*.*\n)((?:(?!\$ ).*\n)*)", re.MULTILINE)


class Journey:
    """A reader with two terminals: one for `pgcredits local`, one for everything else."""

    def __init__(self, folder: Path, psql: str) -> None:
        self._folder = folder
        self._psql = psql
        self._server: subprocess.Popen[str] | None = None
        self._url = ""
        programs = [str(Path(sys.executable).parent), str(Path(psql).parent), os.environ["PATH"]]
        self._environment = {**os.environ, "PATH": os.pathsep.join(programs), "COLUMNS": "80"}
        self._environment.pop("DATABASE_URL", None)

    def follow(self, text: str) -> str:
        """Runs the blocks one after the other; the same text, with what they printed."""
        return BLOCK.sub(self._block, text)

    def end(self) -> None:
        """Presses Ctrl-C in the terminal of the server."""
        if self._server:
            self._server.send_signal(signal.SIGINT)
            self._server.communicate()

    def _block(self, match: re.Match[str]) -> str:
        language, code, output = match.groups()
        if language == "console":
            return f"```console\n{COMMAND.sub(self._command, code)}```\n"
        assert language == "sql", f"nothing runs this: {match[0]}"
        stop = "" if output is not None else "\\set ON_ERROR_STOP 1\n"
        printed = run_sql(self._psql, self._url, stop + self._here(code))
        if output is None:
            assert not printed.strip(), printed
            return match[0]
        return f"```sql\n{code}```\n\n```text\n{self._there(printed)}```\n"

    def _command(self, match: re.Match[str]) -> str:
        command, expected = match.groups()
        if command.startswith("export "):
            name, _, value = shlex.split(self._here(command))[1].partition("=")
            self._environment[name] = value
            printed = ""
        elif command.startswith("pgcredits local "):
            printed = self._start(command)
        else:
            printed = self._run(command)
        printed = self._there(printed)
        return f"$ {command}{expected if fits(expected, printed) else printed}"

    def _start(self, command: str) -> str:
        self._server = subprocess.Popen(
            shlex.split(command),
            cwd=self._folder,
            env=self._environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._server.stdout
        printed = ""
        for line in self._server.stdout:
            printed += line
            if line.startswith("  url "):
                self._url = line.split()[1]
            if line.startswith("  export "):
                break
        return printed

    def _run(self, command: str) -> str:
        ran = subprocess.run(
            ["sh", "-c", self._here(command)],
            check=False,
            cwd=self._folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert "Traceback" not in ran.stdout, ran.stdout
        return ran.stdout

    def _here(self, text: str) -> str:
        return text.replace(READERS_FOLDER, str(self._folder))

    def _there(self, text: str) -> str:
        return text.replace(str(self._folder), READERS_FOLDER)


def fits(expected: str, printed: str) -> bool:
    """Whether this was printed: `...` on a line stands for any lines, and times may differ."""
    expected, printed = (re.sub(r"\d+\.\d seconds", "? seconds", x) for x in (expected, printed))
    pattern = "".join(
        r"(?:.*\n)+" if line == "...\n" else re.escape(line)
        for line in expected.splitlines(keepends=True)
    )
    return bool(re.fullmatch(pattern, printed))


@pytest.fixture
def journey(psql: str) -> Iterator[Journey]:
    # The server's user is not root, and a socket's path is short.
    folder = Path(tempfile.mkdtemp(prefix="pgcredits-test-")).resolve()
    folder.chmod(0o1777)
    journey = Journey(folder, psql)
    yield journey
    journey.end()
    shutil.rmtree(folder)


def test_the_way_out_of_the_past_prints_what_the_document_says(journey: Journey) -> None:
    text = LEGACY.read_text("utf-8")
    followed = journey.follow(text)
    if os.environ.get("PGCREDITS_WRITE_EXAMPLES"):
        LEGACY.write_text(followed, "utf-8")
    assert followed.splitlines() == LEGACY.read_text("utf-8").splitlines()


@pytest.mark.parametrize(
    ("expected", "printed", "does"),
    [
        ("a\n", "a\n", True),
        ("a\n", "a\nb\n", False),
        ("a\n...\nd\n", "a\nb\nc\nd\n", True),
        ("a\n...\nd\n", "a\nb\nc\n", False),
        ("It took 0.1 seconds\n", "It took 12.7 seconds\n", True),
        ("1.5\n", "1x5\n", False),
    ],
)
def test_an_output_fits_where_only_times_and_left_out_lines_differ(
    expected: str, printed: str, does: bool
) -> None:
    assert fits(expected, printed) == does


def first_cells(heading: str) -> list[str]:
    """The words in the first column of the tables below a heading."""
    section = LEGACY.read_text("utf-8").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)


def test_the_document_explains_every_kind_of_damage() -> None:
    sql = function_file("_check_damage_kinds").read_text("utf-8")
    in_sql = re.findall(r"'(\w+)'", sql.partition("array[")[2].partition("]")[0])
    # A single profile is not checked for rows that have none.
    assert first_cells("What does not add up") == list(ACCEPTING) == [*in_sql, "profile_missing"]


def test_the_document_explains_every_table_and_every_kind_of_ledger_row() -> None:
    tables, kinds = first_cells("The old tables")[:3], first_cells("The old tables")[3:]
    assert tables == list(TABLES)
    assert sorted(kinds) == sorted({*KINDS} - {"unknown"})
