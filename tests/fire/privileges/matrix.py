"""The matrix: which cells there are in a database, and which of them the file allows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import yaml

FILE = Path(__file__).with_name("matrix.yaml")
KINDS = ("schema", "table", "view", "column", "function", "type")
EVERYBODY = "PUBLIC"


class Object(NamedTuple):
    """Something in the schema: ``of`` is a column's table, ``form`` what an attempt must know."""

    kind: str
    name: str
    oid: int
    of: str = ""
    form: str = ""


class Cell(NamedTuple):
    role: str
    kind: str
    name: str
    action: str

    def __str__(self) -> str:
        return f"{self.role}: {self.action} on {self.kind} {self.name}"


class MatrixError(Exception):
    """The file names something that is not there, or says something in a way nobody reads."""


@dataclass
class Matrix:
    """What the file says."""

    roles: list[str]
    actions: dict[str, dict[str, list[str]]]
    may: dict[str, dict[str, Any]]
    policies: dict[str, dict[str, list[str]]]
    without_row_security: list[str]
    members: dict[str, list[str]]
    in_state: dict[str, dict[str, Any]] = field(default_factory=dict)

    def cells(self, objects: Iterable[Object], how: tuple[str, ...]) -> Iterator[Cell]:
        """Every cell: how is any of catalogue and tried."""
        for thing in objects:
            for way in how:
                for action in self.actions[thing.kind][way]:
                    for role in self.roles:
                        yield Cell(role, thing.kind, thing.name, action)

    def allowed(self, objects: list[Object], state: str = "") -> set[Cell]:
        """The cells that are not denied, in this state of a database."""
        names = {kind: [o.name for o in objects if o.kind == kind] for kind in KINDS}
        granted = {
            Cell(role, *rest)
            for holder, rights in self.may.items()
            for rest in self._expand(rights, names)
            for role in (self.roles if holder == EVERYBODY else [holder])
        }
        otherwise = self.in_state.get(state, {})
        for role, rights in otherwise.get("less", {}).items():
            granted -= {Cell(role, *rest) for rest in self._expand(rights, names)}
        for role, rights in otherwise.get("more", {}).items():
            granted |= {Cell(role, *rest) for rest in self._expand(rights, names)}
        columns = {
            Cell(cell.role, "column", o.name, cell.action)
            for o in objects
            if o.kind == "column"
            for cell in granted
            if cell.name == o.of
            and cell.kind in ("table", "view")
            and cell.action in self.actions["column"]["catalogue"]
        }
        return granted | columns

    def _expand(
        self, rights: dict[str, Any], names: dict[str, list[str]]
    ) -> Iterator[tuple[str, str, str]]:
        for subject, given in rights.items():
            if subject == "like":
                for other in given:
                    yield from self._expand(self.may[other], names)
            elif subject == "schema" or subject.startswith("every "):
                kind = subject.removeprefix("every ")
                for action in self._actions(kind, given):
                    for name in names[kind]:
                        yield kind, name, action
            else:
                kind = subject.removesuffix("s")
                for action, listed in given.items():
                    self._actions(kind, [action])
                    if missing := set(listed) - set(names[kind]):
                        raise MatrixError(f"there is no {kind} {', '.join(sorted(missing))}")
                    for name in listed:
                        yield kind, name, action

    def _actions(self, kind: str, given: str | list[str]) -> list[str]:
        known = self.actions[kind]["catalogue"] + self.actions[kind]["tried"]
        if given == "all":
            return known
        if unknown := set(given) - set(known):
            raise MatrixError(f"no such action on a {kind}: {', '.join(sorted(unknown))}")
        return list(given)


def read_matrix(file: Path = FILE) -> Matrix:
    text = yaml.safe_load(file.read_text("utf-8"))
    return Matrix(
        roles=list(text["roles"]),
        actions=text["actions"],
        may=text["may"],
        policies=text["policies"],
        without_row_security=text["without_row_security"],
        members=text["members"],
        in_state=text["in_state"],
    )
