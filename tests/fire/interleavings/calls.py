"""A call of a public function, and what came of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import asyncpg

from laws.database import SIGNATURES
from laws.refusals import Refused

LEVELS = ("read committed", "repeatable read", "serializable")
ENDINGS = ("commit", "rollback", "fail")
SWEEPS = ("expire_holds", "expire_packs")


class Violation(AssertionError):  # noqa: N818
    """Something that must never happen did; ``kind`` is the promise it breaks."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(f"{kind}: {text}")
        self.kind = kind


class Again:
    """40001: nothing happened, and the whole transaction has to be repeated."""

    def __repr__(self) -> str:
        return "40001"


@dataclass(frozen=True)
class Call:
    name: str
    arguments: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.name}({', '.join(f'{key}={self.arguments[key]}' for key in self.arguments)})"


def call(name: str, **arguments: Any) -> Call:
    return Call(name, arguments)


class Functions:
    """How each public function is called, as the database's catalog says."""

    def __init__(self, rows: list[asyncpg.Record]) -> None:
        self.types = {
            name: dict(zip(names or [], types, strict=True)) for name, names, types, _ in rows
        }
        self.many = {name for name, _, _, many in rows if many}

    @classmethod
    async def of(cls, connection: asyncpg.Connection) -> Functions:
        return cls(await connection.fetch(SIGNATURES))

    def query(self, call: Call) -> str:
        types = self.types[call.name]
        given = ", ".join(f"{key} => ${n}::{types[key]}" for n, key in enumerate(call.arguments, 1))
        return f"select * from credits.{call.name}({given})"

    async def ask(self, connection: asyncpg.Connection, call: Call) -> Any:
        """The answer as the model gives it: a dict, a list of them for a set, or ``Refused``."""
        try:
            rows = await connection.fetch(self.query(call), *call.arguments.values())
        except asyncpg.PostgresError as error:
            return refusal(call, error)
        answers = [dict(row) for row in rows]
        if call.name in self.many:
            return answers
        if len(answers) != 1 or all(value is None for value in answers[0].values()):
            raise Violation("an answer is one row", f"{call} answered {answers}")
        return answers[0]


def refusal(call: Call, error: asyncpg.PostgresError) -> Refused | Again:
    """A refusal of the contract, or 40001. Every other error breaks a promise."""
    sqlstate = str(error.sqlstate)
    if sqlstate == "40001":
        return Again()
    if sqlstate.startswith("PT"):
        try:
            detail = json.loads(error.detail or "")
        except ValueError:
            raise Violation("a refusal has a detail", f"{call}: {error}") from error
        if not error.hint:
            raise Violation("a refusal has a hint", f"{call}: {error}")
        return Refused(sqlstate, str(error.message), detail)
    raise broken(f"{call}", error) from error


def broken(what: str, error: asyncpg.PostgresError) -> Violation:
    """The promise that an error of the server breaks."""
    sqlstate = str(error.sqlstate)
    kind = "other errors"
    if sqlstate in ("40P01", "23505"):
        kind = sqlstate
    elif sqlstate.startswith("XX"):
        kind = "XX*"
    return Violation(kind, f"{what}: {sqlstate} {error} {error.detail or ''}")
