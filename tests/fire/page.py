"""The report of a programme as Markdown: goals, what must be zero, and every figure."""

from __future__ import annotations

import os
import platform
import subprocess
import textwrap
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from pgcredits._server.local_server import programs_folder
from support import TESTS

BEGIN, END = "<!-- report: begin -->", "<!-- report: end -->"

# What the whole programme has to reach: the piece, its figure, and at least how much.
GOALS = (
    ("faults", "operations", 500_000),
    ("faults", "faults", 500),
    ("faults", "kinds of faults", 10),
    ("faults", "unknown outcomes", 1000),
    ("faults", "failovers", 10),
    ("faults", "positions recovered to", 25),
    ("cluster", "failovers", 10),
    ("shards", "faults", 30),
    ("laws", "steps", 60_000),
    ("interleavings", "interleavings", 2000),
    ("checker", "corruptions flagged", 20),
    ("mutants", "mutants killed", 90),
)


class Found(Protocol):
    """What a piece found, see ``fire.programme``."""

    rounds: int
    seconds: float
    figures: Mapping[str, int]
    must_be_zero: Mapping[str, int]
    notes: list[str]

    @property
    def faults(self) -> list[str]: ...


def page(found: Mapping[str, Found], *, share: float, seed: int, seconds: float) -> str:
    """The report. ``share``: the part of a whole programme that one round was."""
    total = sum(sum(x.must_be_zero.values()) for x in found.values())
    zeros = [
        (name, "; ".join(x.must_be_zero), sum(x.must_be_zero.values())) for name, x in found.items()
    ]
    lines = [
        f"Commit {commit()}, seed {seed}, {datetime.now(UTC):%Y-%m-%d}, "
        f"{seconds / 60:.1f} minutes.",
        f"{machine()}.",
        "",
        *_table(("piece", "figure", "goal", "reached"), _goals(found, share)),
        "",
        f"Violations found: {total}.",
        "",
        *_table(("piece", "must be zero", "found"), zeros),
        "",
    ]
    faults = [_item(f"{name}: {fault}") for name, x in found.items() for fault in x.faults]
    if faults:
        lines += ["This run failed:", "", *faults, ""]
    lines += ["All figures:", ""]
    for name, x in found.items():
        figures = "; ".join(f"{figure}: {n:,}" for figure, n in sorted(x.figures.items()))
        rounds = f" in {x.rounds} rounds" if x.rounds > 1 else ""
        lines.append(_item(f"**{name}**, {x.seconds:.0f} s with its checks{rounds}. {figures}."))
    notes = [_item(f"{name}: {note}") for name, x in found.items() for note in x.notes]
    if notes:
        lines += ["", "Notes of the pieces:", "", *notes]
    return "\n".join(lines) + "\n"


def _goals(found: Mapping[str, Found], share: float) -> list[tuple[object, ...]]:
    return [
        (piece, name, round(wanted * share), found[piece].figures.get(name, 0))
        for piece, name, wanted in GOALS
        if piece in found
    ]


def _table(head: tuple[str, ...], rows: list[tuple[object, ...]]) -> list[str]:
    number = [isinstance(value, int) for value in rows[0]] if rows else []
    cells = [[f"{v:,}" if isinstance(v, int) else str(v) for v in row] for row in rows]
    return [
        "| " + " | ".join(head) + " |",
        "|" + "|".join("---:" if right else "---" for right in number) + "|",
        *("| " + " | ".join(row) + " |" for row in cells),
    ]


def _item(text: str) -> str:
    return textwrap.fill(f"- {text}", 100, subsequent_indent="  ", break_on_hyphens=False)


def put_into(file: Path, text: str) -> None:
    """Replaces what is between the two comments."""
    before, _, rest = file.read_text("utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    file.write_text(f"{before}{BEGIN}\n\n{text}\n{END}{after}", "utf-8")


def commit() -> str:
    """The commit of the sources."""

    def git(*words: str) -> str:
        result = subprocess.run(
            ["git", *words], check=False, capture_output=True, text=True, cwd=TESTS.parent
        )
        return result.stdout.strip()

    changed = git("status", "--porcelain", "--untracked-files=no", "--", ".", ":!docs")
    return (git("rev-parse", "--short", "HEAD") or "unknown") + (" and changes" if changed else "")


def machine() -> str:
    """What it ran on, without names."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    server = subprocess.run(
        [programs_folder() / "postgres", "--version"], check=True, capture_output=True, text=True
    ).stdout.strip()
    return (
        f"{cores} cores, {memory:.0f} GB of memory, {platform.system()} {platform.machine()}, "
        f"{server}, Python {platform.python_version()}"
    )
