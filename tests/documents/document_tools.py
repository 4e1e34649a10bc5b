"""Reads the documents of this repository and runs the code in them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "docs" / "examples"
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("sql/*.md")])


@dataclass(frozen=True)
class Block:
    """A fenced block of a document; ``output`` is the ```text block right below it."""

    language: str
    words: list[str]
    code: str
    output: str | None
    line: int


def blocks(document: Path) -> list[Block]:
    text = document.read_text("utf-8")
    found = re.finditer(
        r"^```(\S*)(.*)\n((?:.*\n)*?)```\n(?=(?:\n```text\n((?:.*\n)*?)```\n)?)", text, re.MULTILINE
    )
    return [
        Block(
            language=match[1],
            words=match[2].split(),
            code=match[3],
            output=match[4],
            line=text.count("\n", 0, match.start()) + 1,
        )
        for match in found
    ]


def run_sql(psql: str, url: str, sql: str) -> str:
    """What psql prints, errors included."""
    return _run(
        [psql, "-X", "-q", "-v", "SHOW_CONTEXT=never", url], sql, {"PGOPTIONS": "", "LC_ALL": "C"}
    )


def run_python(url: str, source: str) -> str:
    return _run([sys.executable, "-W", "error", "-"], source, {"DATABASE_URL": url})


def _run(command: list[str], source: str, environment: dict[str, str]) -> str:
    ran = subprocess.run(
        command,
        input=source,
        check=False,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, **environment},
    )
    assert ran.returncode == 0, ran.stdout
    lines = (line.rstrip() for line in ran.stdout.splitlines())  # psql fills its columns up
    return "\n".join(lines).rstrip("\n") + "\n"
