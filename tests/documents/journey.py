"""Follows a document from top to bottom, and says what its commands and its SQL print.

PGCREDITS_WRITE_EXAMPLES=1 writes the outputs anew instead of comparing them.
"""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

from documents.document_tools import run_sql

READERS_FOLDER = "/home/you"  # in the document
SHOWN = {"py", "js"}  # other tests run these
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$ ((?:.*\\\n)*.*\n)((?:(?!\$ ).*\n)*)", re.MULTILINE)


class Journey:
    """A reader with two terminals: one for `pgcredits local`, one for everything else."""

    def __init__(self, folder: Path, psql: str, url: str = "") -> None:
        self._folder = folder
        self._psql = psql
        self._server: subprocess.Popen[str] | None = None
        self._url = url
        programs = [str(Path(sys.executable).parent), str(Path(psql).parent), os.environ["PATH"]]
        self._environment = {**os.environ, "PATH": os.pathsep.join(programs), "COLUMNS": "80"}
        self._environment.pop("DATABASE_URL", None)
        if url:
            self._environment["PGCREDITS_DATABASE_URL"] = url

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
        if language in SHOWN:
            return match[0]
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


def follow(document: Path, journey: Journey) -> None:
    """Compares a document with what it prints, or writes it anew."""
    followed = journey.follow(document.read_text("utf-8"))
    if os.environ.get("PGCREDITS_WRITE_EXAMPLES"):
        document.write_text(followed, "utf-8")
    assert followed.splitlines() == document.read_text("utf-8").splitlines()
