"""What a mutant is, which tests are to notice it, and how it gets into a copy of the sources."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from fire.mutants.edits import Edit, both
from fire.mutants.places import Change, Place, Sources, change, function

ROOT = Path(__file__).resolve().parents[3]
HERE = Sources(ROOT)
_COPIED = ("sql", "migrations", "pyclient", "tests", "tools")
_CALLERS = 8
# What looks at a folder of sql/internal, beside the tests of the functions that get there.
_SUITES = {
    "batches": ("batches", "concurrency/test_batches.py"),
    "ledger": ("pgtap/laws",),
    "profiles": ("concurrency",),
}


@dataclass(frozen=True)
class Mutant:
    """A rule broken once.

    ``name``: what would go wrong; ``place``: the function where the rule stands, or another place;
    ``given``: the paths below ``tests`` that are to notice it, the quickest first, where they do
    not follow from the place.
    """

    name: str
    place: str | Place
    edit: Edit = field(repr=False)
    given: tuple[str, ...] = ()

    def change(self, sources: Sources = HERE) -> Change:
        """The file with the rule broken. Raises DoesNotFitError unless the rule is there once."""
        place = function(self.place) if isinstance(self.place, str) else self.place
        return change(place, self.edit, sources)

    @property
    def tests(self) -> tuple[str, ...]:
        """The paths below ``tests`` that are to notice it, the quickest first."""
        if self.given or not isinstance(self.place, str):
            return self.given
        return _tests_of(self.place) + _SUITES.get(self.change().file.parent.name, ())


def mutants(
    place: str | Place, broken: Mapping[str, Edit | tuple[Edit, ...]], *tests: str
) -> tuple[Mutant, ...]:
    """The mutants of one place: what goes wrong, and the edits that make it so."""
    return tuple(
        Mutant(name, place, both(*edit) if isinstance(edit, tuple) else edit, tests)
        for name, edit in broken.items()
    )


def _tests_of(name: str) -> tuple[str, ...]:
    """The tests of a public function; of an internal one its own and those of the nearest public
    functions that reach it."""
    if _folder(name).is_dir():
        return (f"pgtap/{_folder(name).name}",)
    own = [
        f"pgtap/internal/{file.name}"
        for file in sorted(_folder("internal").glob("*.sql"))
        if f"credits.{name}(" in file.read_text("utf-8")
    ]
    callers = [
        (steps[name], len(list(_folder(caller).iterdir())), f"pgtap/{_folder(caller).name}")
        for caller in HERE.logic
        if _folder(caller).is_dir() and name in (steps := HERE.reached_from(caller))
    ]
    nearest = dict.fromkeys(path for _, _, path in sorted(callers))
    return (*own, *list(nearest)[:_CALLERS])


def _folder(function: str) -> Path:
    """The pgTAP files of a function: the batch functions share them."""
    name = "batches" if function.endswith("_many") else function
    return ROOT / "tests" / "pgtap" / name


def copy_sources(folder: Path) -> None:
    """Copies what the tests need into a folder, so that the tree itself is never edited."""
    for name in _COPIED:
        shutil.copytree(
            ROOT / name,
            folder / name,
            ignore=shutil.ignore_patterns("__pycache__", "*.pyc", ".pytest_cache"),
        )
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, folder / name)
