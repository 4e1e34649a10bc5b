"""Where a rule stands: found by name, in whatever file that is.

A place gives the pieces of code in which an edit is tried, in steps: the first step in which it
fits counts, and there it must fit exactly one piece.
"""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from fire.mutants.edits import Edit
from fire.mutants.source import Code, DoesNotFitError


@dataclass(frozen=True)
class Piece:
    """A part of a file, between what comes before and after it."""

    file: Path
    code: Code
    before: str = ""
    after: str = ""


class Sources:
    """The sources below a folder, as they were when they were first looked at."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @cached_property
    def logic(self) -> dict[str, Piece]:
        """The files of ``sql/`` by the name of what they create; one of the top before a view."""
        files = sorted((self.root / "sql").glob("**/*.sql"), key=lambda file: -len(file.parts))
        return {file.stem: Piece(file, Code(file.stem, file.read_text("utf-8"))) for file in files}

    @cached_property
    def migrations(self) -> list[Piece]:
        """The files that make the tables."""
        files = sorted((self.root / "migrations").glob("*.sql"))
        return [Piece(file, Code(file.stem, file.read_text("utf-8"))) for file in files]

    @cached_property
    def calls(self) -> dict[str, list[str]]:
        """The functions that each function calls."""
        return {name: self._calls_in(name, piece.code) for name, piece in self.logic.items()}

    def _calls_in(self, name: str, code: Code) -> list[str]:
        names = dict.fromkeys(
            token.words[1]
            for at, token in enumerate(code.tokens)
            if token.words[0] == "credits" and len(token.words) == 2 and code.word(at + 1) == "("
        )
        return [called for called in names if called != name and called in self.logic]

    def reached_from(self, function: str) -> dict[str, int]:
        """The function, what it calls, what that calls, and so on: each with its distance."""
        reached = {function: 0}
        todo = [function]
        for name in todo:
            new = [called for called in self.calls[name] if called not in reached]
            reached |= dict.fromkeys(new, reached[name] + 1)
            todo += new
        return reached


#: The steps in which the pieces of a place are tried.
Place = Callable[[Sources], Iterator[Sequence[Piece]]]


def function(name: str) -> Place:
    """A function, or else one of those that it reaches: the rule may move into a helper.

    Views, triggers and grants have a file too, which is named in the same way.
    """

    def place(sources: Sources) -> Iterator[Sequence[Piece]]:
        if name not in sources.logic:
            near = ", ".join(difflib.get_close_matches(name, sources.logic))
            raise DoesNotFitError(
                f"no file below sql/ is called {name}.sql{near and f', but {near}'}", 0
            )
        own, *reached = sources.reached_from(name)
        yield [sources.logic[own]]
        yield [sources.logic[other] for other in reached]

    return place


def constraint(name: str) -> Place:
    """A constraint of a table, in the migration that makes it."""
    return _in_migrations(f"constraint {name}", _clause)


def rule(name: str) -> Place:
    """A rule in the function that is the one constraint of its table: ``when ... then 'name'``."""
    return _in_migrations(f"then '{name}'", _branch)


def index(name: str) -> Place:
    """The statement that makes an index."""
    return _in_migrations(f"{name} on", _statement)


def table(name: str) -> Place:
    """A statement that makes or alters a table."""
    return _in_migrations(f"table ... credits.{name}", _statement)


def _in_migrations(words: str, span: Callable[[Code, int], tuple[int, int]]) -> Place:
    def place(sources: Sources) -> Iterator[Sequence[Piece]]:
        yield [
            _piece(migration, *span(migration.code, found.first))
            for migration in sources.migrations
            for found in migration.code.all_of(words)
        ]

    return place


def _clause(code: Code, at: int) -> tuple[int, int]:
    return code.tokens[at].start, code.tokens[code.end_of_item(at) - 1].end


def _branch(code: Code, at: int) -> tuple[int, int]:
    """Of a ``case``, from its ``when`` on, past those of a ``case`` within."""
    after, within = at + 1, 0
    while within or code.word(at) != "when":
        within += (code.word(at) == "end") - (code.word(at) == "case")
        at -= 1
    return code.tokens[at].start, code.tokens[after].end


def _statement(code: Code, at: int) -> tuple[int, int]:
    after = at
    while code.word(at - 1) not in {";", ""}:
        at -= 1
    while code.word(after) not in {";", ""}:
        after += 1
    return code.tokens[at].start, code.tokens[min(after, len(code.tokens) - 1)].end


def _piece(whole: Piece, start: int, end: int) -> Piece:
    text = whole.code.text
    code = Code(whole.code.name, text[start:end], whole.code.language)
    return Piece(whole.file, code, text[:start], text[end:])


def of_proxy(name: str) -> Place:
    """A function of a proxy or of a shard's door, which are made by ``proxy-sql``."""
    definition = re.compile(
        rf"create or replace function credits_(?:proxy|shard)\.{name}\(.*?^\$\$;$", re.S | re.M
    )

    def place(sources: Sources) -> Iterator[Sequence[Piece]]:
        folder = sources.root / "pyclient" / "pgcredits" / "_shards"
        texts = {file: file.read_text("utf-8") for file in sorted(folder.glob("*.sql"))}
        yield [
            _piece(Piece(file, Code(name, text)), *found.span())
            for file, text in texts.items()
            for found in definition.finditer(text)
        ]

    return place


def python(name: str) -> Place:
    """A function of the Python package by its qualified name, or the end of it."""

    def place(sources: Sources) -> Iterator[Sequence[Piece]]:
        package = sources.root / "pyclient"
        yield [
            _piece(Piece(file, Code(name, file.read_text("utf-8"), "python")), *span)
            for file in sorted(package.glob("**/*.py"))
            for span in _definitions(file, package, name)
        ]

    return place


def _definitions(file: Path, package: Path, name: str) -> Iterator[tuple[int, int]]:
    """Where the functions of that name begin and end in a file."""
    text = file.read_text("utf-8")
    lines = text.splitlines(keepends=True)
    module = ".".join(file.relative_to(package).with_suffix("").parts)
    todo: list[tuple[str, ast.AST]] = [(module, ast.parse(text))]
    for path, node in todo:
        for child in ast.iter_child_nodes(node):
            if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                continue
            todo.append((f"{path}.{child.name}", child))
            if f".{path}.{child.name}".endswith(f".{name}"):
                yield (
                    sum(map(len, lines[: child.lineno - 1])),
                    sum(map(len, lines[: child.end_lineno])),
                )


@dataclass(frozen=True)
class Change:
    """What an edit does to a file."""

    file: Path
    old: str
    new: str
    code: Code


def change(place: Place, edit: Edit, sources: Sources) -> Change:
    """The edit carried out at the one piece of the place that it fits."""
    misses: list[DoesNotFitError] = []
    for pieces in place(sources):
        changes = []
        for piece in pieces:
            try:
                new = edit(piece.code)
            except DoesNotFitError as miss:
                if miss.times > 1:
                    raise
                misses.append(miss)
                continue
            text = piece.before + piece.code.text + piece.after
            changes.append(Change(piece.file, text, piece.before + new + piece.after, piece.code))
        if len(changes) > 1:
            names = ", ".join(each.code.name for each in changes)
            raise DoesNotFitError(f"fits in several places: {names}", len(changes))
        if changes:
            return changes[0]
    nearest = sorted(misses, key=lambda miss: miss.likeness, reverse=True)[:3]
    raise DoesNotFitError("; or ".join(map(str, nearest)) or "there is no such place", 0)
