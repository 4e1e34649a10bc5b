"""What a run of a piece found, in the form that the programme reads."""

from __future__ import annotations

import argparse
import json
import secrets
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Report:
    """Figures, what must be zero, and floors below which a run says too little."""

    piece: str
    seed: int
    begun: float = field(default_factory=time.monotonic)
    figures: Counter[str] = field(default_factory=Counter)
    must_be_zero: dict[str, int] = field(default_factory=dict)
    floors: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def found(self, name: str, wrong: list[str]) -> None:
        """Counts what must not be, and keeps its words."""
        self.must_be_zero[name] = self.must_be_zero.get(name, 0) + len(wrong)
        self.notes += [f"{name}: {line}" for line in wrong]

    def want(self, **floors: int) -> None:
        """The least that some figures must reach."""
        self.floors |= floors

    def faults(self) -> list[str]:
        """Why this run is not good; nothing if it is."""
        faults = [f"{name}: {count}" for name, count in self.must_be_zero.items() if count]
        faults += [
            f"unproductive: {name} is {self.figures[name]}, wanted {wanted}"
            for name, wanted in self.floors.items()
            if self.figures[name] < wanted
        ]
        return faults

    def finish(self, file: Path | None) -> int:
        """Prints and writes what there is to say, and returns the exit code."""
        for note in self.notes:
            print(note)
        for name, figure in self.figures.items():
            print(f"{figure:9}  {name}")
        for fault in self.faults():
            print(fault)
        if file is not None:
            text = {
                "piece": self.piece,
                "seed": self.seed,
                "seconds": round(time.monotonic() - self.begun, 1),
                "figures": dict(self.figures),
                "must_be_zero": self.must_be_zero,
                "floors": {
                    name: {"reached": self.figures[name], "wanted": wanted}
                    for name, wanted in self.floors.items()
                },
                "notes": self.notes,
            }
            file.write_text(json.dumps(text, indent=2) + "\n", "utf-8")
        return 1 if self.faults() else 0


@dataclass
class Options:
    seconds: float
    seed: int
    report: Path | None


def read_options(piece: str, about: str | None, arguments: list[str] | None) -> Options:
    """The options that every piece has; says which seed it is."""
    parser = argparse.ArgumentParser(prog=f"fire.{piece}", description=about)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--report", type=Path, default=None)
    given = parser.parse_args(arguments)
    seed = secrets.randbelow(2**32) if given.seed is None else given.seed
    print(f"seed {seed}", flush=True)
    return Options(given.seconds, seed, given.report)
