"""Every piece under fire, one after the other, and a page that says what came out.

usage: python -m fire.programme [--seconds N] [--seed S] [--report FILE] [--page FILE]

2400 seconds are the whole programme. With fewer each piece is shorter and has to reach less in
proportion; with more, rounds with new seeds follow until the time is up. A piece that has covered
too little, as on a slow machine, goes on with another seed, half as long each time. Only the first
round has mutants, if it is a whole one, and a sample of them: ``make mutants`` has all.
--page: a Markdown file, the part of which between two comments becomes the report.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fire.page import page, put_into
from fire.report import options_of, read
from support import in_memory

WHOLE_SECONDS = 2400
# How often a piece is run at most, and by how much its seed changes each time.
_TURNS = 5
_ANOTHER_SEED = 1_000_000
# What is no sum: of several rounds the largest counts.
_LARGEST = (
    "longest",
    "a second",
    "kinds",
    "clients",
    "flagged",
    "numbers",
    "statements of",
    "cells",
    "in the list",
    "named, ",
    "pairs of",
)


@dataclass(frozen=True)
class Piece:
    """``seconds``: its part of a whole programme; its checks come on top."""

    module: str
    seconds: float
    options: tuple[str, ...] = ()


MUTANTS = Piece("fire.mutants", 600, ("--sample", "100"))
PIECES = (
    Piece("fire.faults", 800),
    Piece("fire.cluster", 240),
    Piece("fire.shards", 120),
    Piece("laws.soak", 100, ("--no-shrink",)),
    Piece("fire.interleavings", 150),
    Piece("fire.checker", 30),
    Piece("fire.migrations", 80),
    Piece("fire.privileges", 10),
    Piece("fire.bad_inputs", 10),
    MUTANTS,
)


@dataclass
class Found:
    """What the rounds of a piece add up to; ``floors``: what they have to reach together."""

    rounds: int = 0
    seconds: float = 0
    figures: Counter[str] = field(default_factory=Counter)
    must_be_zero: Counter[str] = field(default_factory=Counter)
    floors: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def add(self, result: dict[str, Any]) -> None:
        self.rounds += 1
        self.seconds += result["seconds"]
        for name, figure in result["figures"].items():
            largest = any(word in name for word in _LARGEST)
            before = self.figures[name]
            self.figures[name] = max(before, figure) if largest else before + figure
        self.must_be_zero.update(result["must_be_zero"])
        self.notes += result["notes"]
        for name, floor in result["floors"].items():
            self.floors[name] = max(floor["wanted"], self.floors.get(name, 0))

    @property
    def wrong(self) -> list[str]:
        return [f"{name}: {n}" for name, n in self.must_be_zero.items() if n]

    @property
    def unproductive(self) -> list[str]:
        return [
            f"unproductive: {name} is {self.figures[name]}, wanted {wanted}"
            for name, wanted in self.floors.items()
            if self.figures[name] < wanted
        ]

    @property
    def faults(self) -> list[str]:
        """Why it is not good."""
        return self.wrong + self.unproductive


def run(piece: Piece, share: float, seed: int, folder: Path) -> dict[str, Any]:
    """The report of one piece, in a process of its own. If there is none, that is the finding."""
    file, log = folder / f"{piece.module}.json", folder / f"{piece.module}.log"
    file.unlink(missing_ok=True)
    command = [sys.executable, "-m", piece.module, "--report", str(file), "--seed", str(seed)]
    command += ["--seconds", str(piece.seconds * share), *piece.options]
    if piece.module == "fire.faults" and (memory := in_memory()) is not None:
        command += ["--folder", str(memory)]
    begun = time.monotonic()
    with log.open("w", encoding="utf-8") as output:
        code = subprocess.run(
            command,
            check=False,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        ).returncode
    print(f"{piece.module}, seed {seed}: {time.monotonic() - begun:.0f} s, exit code {code}")
    if code:
        print(log.read_text("utf-8")[-4000:])
    sys.stdout.flush()
    if file.exists():
        return json.loads(file.read_text("utf-8"))
    return {
        "piece": piece.module,
        "seed": seed,
        "seconds": time.monotonic() - begun,
        "figures": {},
        "must_be_zero": {"runs without a report": 1},
        "floors": {},
        "notes": [log.read_text("utf-8")[-2000:]],
    }


def rounds(seconds: float, seed: int, folder: Path) -> dict[str, Found]:
    """As many rounds as the time allows, and at least one."""
    begun, found, number = time.monotonic(), dict[str, Found](), 0
    share = min(1.0, seconds / WHOLE_SECONDS)
    while number == 0 or time.monotonic() - begun + WHOLE_SECONDS / 2 < seconds:
        for piece in PIECES:
            if piece is MUTANTS and (number > 0 or share < 1):
                continue
            for turn in range(_TURNS):
                result = run(
                    piece, share / (1 + bool(turn)), seed + number + turn * _ANOTHER_SEED, folder
                )
                so_far = found.setdefault(result["piece"], Found())
                so_far.add(result)
                if so_far.wrong or not so_far.unproductive:
                    break
        number += 1
    return found


def main(arguments: list[str] | None = None) -> int:
    parser = options_of("fire.programme", __doc__, seconds=WHOLE_SECONDS)
    parser.add_argument("--page", type=Path, default=None)
    options = read(parser, arguments)
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="pgcredits-fire-") as folder:
        found = rounds(options.seconds, options.seed, Path(folder))
    share = min(1.0, options.seconds / WHOLE_SECONDS)
    text = page(found, share=share, seed=options.seed, seconds=time.monotonic() - begun)
    print(text)
    if options.page is not None:
        put_into(options.page, text)
    if options.report is not None:
        options.report.write_text(text, "utf-8")
    return 1 if any(piece.faults for piece in found.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
