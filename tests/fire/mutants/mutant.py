"""What a mutant is, and how it gets into a copy of the sources."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
_COPIED = ("sql", "migrations", "pyclient", "tests", "tools")


@dataclass(frozen=True)
class Mutant:
    """One edit of one file: the rule it breaks, and the tests that are to notice.

    ``tests``: paths below ``tests``, the quickest first.
    """

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]

    def mutated(self, text: str) -> str:
        """The file's text with the rule broken. The old text must be there once."""
        times = text.count(self.old)
        if times != 1:
            raise ValueError(f"{self.name}: the text to replace is {times} times in {self.file}")
        return text.replace(self.old, self.new)


def sources(folder: Path) -> None:
    """Copies what the tests need into a folder, so that the tree itself is never edited."""
    for name in _COPIED:
        shutil.copytree(
            ROOT / name,
            folder / name,
            ignore=shutil.ignore_patterns("__pycache__", "*.pyc", ".pytest_cache"),
        )
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, folder / name)
