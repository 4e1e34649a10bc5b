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
        faults = [f"must be zero: {name} is {n}" for name, n in self.must_be_zero.items() if n]
        faults += [
            f"unproductive: {name} is {self.figures[name]}, wanted {wanted}"
            for name, wanted in self.floors.items()
            if self.figures[name] < wanted
        ]
        return faults

    def finish(self, file: Path | None) -> int:
        """Prints and writes what there is to say, and returns the exit code."""
        for name, figure in self.figures.items():
            print(f"{figure:9}  {name}")
        for note in self.notes:
            print(note)
        for fault in self.faults():
            print(f"{fault}; seed {self.seed}")
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


def options_of(name: str, about: str | None, *, seconds: float = 60) -> argparse.ArgumentParser:
    """The options that every piece has; ``seconds``: the default."""
    parser = argparse.ArgumentParser(
        prog=name, description=about, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=seconds)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(2**31))
    parser.add_argument("--report", type=Path, default=None, help="a file for the figures, as JSON")
    return parser


def read(parser: argparse.ArgumentParser, arguments: list[str] | None) -> argparse.Namespace:
    """Reads the options, and says which seed it is before anything can go wrong."""
    options = parser.parse_args(arguments)
    print(f"seed {options.seed}", flush=True)
    return options
