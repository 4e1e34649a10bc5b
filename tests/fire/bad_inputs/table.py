"""The table of cases: reads cases.yaml, and writes each value in the language of each entry."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from fire.bad_inputs.entries import evaluate
from fire.bad_inputs.world import fill_in

FILE = Path(__file__).with_name("cases.yaml")
ENTRIES = ("sql", "python", "json")
REFUSAL = re.compile(r"^(before sending: |gateway: )?(\w+)(?: (\w+))?$")
# Parameters whose plain values are texts in the file and something else in Python.
TIMES = ("expires_at", "period_start", "at", "since", "until")
INTERVALS = ("hold_for", "lease", "retry_in", "pause")
BATCHES = ("reservations", "settlements", "refunds", "renewals", "grants")
RECORDS = {"jobs": "LegacyJob", "entries": "LegacyEntry"}


class TableError(Exception):
    """The table says something that nobody reads."""


@dataclass(frozen=True)
class Expectation:
    """Accepted with an answer that has these values, or refused with this code and token.

    ``closed``: nothing is shown, by no rows or by an error.
    """

    accepted: bool
    answer: Any = None
    sqlstate: str = ""
    token: str = ""
    where: str = "sent"
    impossible: str = ""
    closed: bool = False


@dataclass(frozen=True)
class Case:
    """A call with something wrong or odd in it, and what each entry answers."""

    number: str
    what: str
    function: str
    arguments: Mapping[str, Mapping[str, str]]
    expected: Mapping[str, Expectation]
    settings: Mapping[str, str] = field(default_factory=dict)
    detail: Mapping[str, Any] = field(default_factory=dict)
    ours: str = ""
    gap: str = ""
    bodies: Mapping[str, str] = field(default_factory=dict)
    get: bool = False

    def __str__(self) -> str:
        return f"{self.number} {self.what}"


@dataclass(frozen=True)
class Statement:
    """A statement that somebody may not run, and how it ends."""

    number: str
    what: str
    statement: str
    expected: Expectation
    settings: Mapping[str, str]


@cache
def read_file() -> dict[str, Any]:
    """The file as it is; nobody changes it."""
    text: dict[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))
    return text


def read_cases(version: int) -> list[Case]:
    """The cases, for a server of this version."""
    text = read_file()
    return [_case(entry, text["usual"], version) for entry in text["cases"]]


def read_usual() -> list[Case]:
    """Each function with its usual arguments."""
    text = read_file()["usual"]
    accepted = {"n": 0, "what": "usual", "expect": {"accepted": {}}}
    return [_case({**accepted, "call": function}, text, 0) for function in text]


def read_statements() -> list[Statement]:
    return [
        Statement(
            number=str(entry["n"]),
            what=entry["what"],
            statement=fill_in(statement),
            expected=_expectation(entry["expect"]),
            settings={"role": role, **_settings(given)},
        )
        for entry in read_file()["statements"]
        for given in entry.get("each_set", [entry.get("set", {})])
        for statement in entry["run"]
        for role in entry["as"]
    ]


def _case(entry: dict[str, Any], usual_arguments: dict[str, Any], version: int) -> Case:
    known = {"n", "what", "call", "give", "leave_out", "expect", "detail", "ours", "set"}
    known |= {"body", "get", "gap"}
    if unknown := set(entry) - known - set(ENTRIES):
        raise TableError(f"{entry['n']}: what is {', '.join(sorted(unknown))}?")
    plain = {**usual_arguments[entry["call"]], **entry.get("give", {})}
    for name in entry.get("leave_out", []):
        del plain[name]
    arguments = {
        which: {
            **{name: write(which, name, value) for name, value in plain.items()},
            **{name: raw(which, text) for name, text in entry.get(which, {}).items()},
        }
        for which in ENTRIES
    }
    return Case(
        number=str(entry["n"]),
        what=entry["what"],
        function=entry["call"],
        arguments=arguments,
        expected={
            which: _expectation(_of_entry(entry["expect"], which, version)) for which in ENTRIES
        },
        settings=_settings(entry.get("set", {})),
        detail=entry.get("detail", {}),
        ours=entry.get("ours", ""),
        gap=entry.get("gap", ""),
        bodies={which: fill_in(text) for which, text in entry.get("body", {}).items()},
        get=entry.get("get", False),
    )


def _of_entry(expect: Any, entry: str, version: int) -> Any:
    """What the file expects of one entry, on a server of this version."""
    if not isinstance(expect, dict) or not set(expect) & set(ENTRIES):
        return expect
    newest = [since for since in expect if isinstance(since, int) and since <= version]
    for since in sorted(newest, reverse=True):
        if entry in expect[since]:
            return expect[since][entry]
    return expect[entry]


def _settings(given: dict[str, Any]) -> dict[str, str]:
    return {name: fill_in(str(value)) for name, value in given.items()}


def _expectation(said: Any) -> Expectation:
    if isinstance(said, dict) and set(said) == {"accepted"}:
        return Expectation(True, answer=json.loads(fill_in(json.dumps(said["accepted"]))))
    if isinstance(said, dict) and set(said) == {"impossible"}:
        return Expectation(False, impossible=said["impossible"])
    if said == "nothing shown":
        return Expectation(False, closed=True)
    match = REFUSAL.match(str(said))
    if not match:
        raise TableError(f"no expectation: {said}")
    where = (match[1] or "sent").removesuffix(": ")
    return Expectation(False, sqlstate=match[2], token=match[3] or "", where=where)


def raw(entry: str, text: str) -> str:
    """What the file says in the entry's own language; after = a Python expression that gives it."""
    text = fill_in(text)
    if entry != "python" and text.startswith("="):
        return str(evaluate(text[1:]))
    return text


def write(entry: str, parameter: str, value: Any) -> str:
    """A plain value of the file in the language of an entry."""
    text = fill_in(json.dumps(value))
    if entry == "json":
        return text
    value = json.loads(text)
    if entry == "python":
        return _python(parameter, value)
    if value is None or isinstance(value, bool | int | float):
        return text
    if isinstance(value, list) and parameter not in BATCHES:
        return _sql_array(parameter, value)
    plain = value if isinstance(value, str) else json.dumps(value)
    return "'" + plain.replace("'", "''") + "'"


def _python(parameter: str, value: Any) -> str:
    if parameter in TIMES and isinstance(value, str):
        return f"datetime.fromisoformat({value!r})"
    if parameter in INTERVALS and isinstance(value, str):
        number, unit = value.split()
        return f"timedelta({unit.removesuffix('s')}s={number})"
    if parameter in BATCHES and isinstance(value, list):
        return f"[{', '.join(_python('', one) for one in value)}]"
    if parameter == "" and isinstance(value, dict):
        return "{" + ", ".join(f"{k!r}: {_python(k, v)}" for k, v in value.items()) + "}"
    if parameter in RECORDS and value:
        return f"[{', '.join(_record(RECORDS[parameter], row) for row in value)}]"
    return repr(value)


def _record(kind: str, row: dict[str, Any]) -> str:
    fields = [
        f"{name}=datetime.fromisoformat({value!r})"
        if name in ("ts", "created_at")
        else f"{name}={value!r}"
        for name, value in row.items()
    ]
    return f"{kind}({', '.join(fields)})"


def _sql_array(parameter: str, rows: list[Any]) -> str:
    columns = {"jobs": "legacy_job", "entries": "legacy_entry"}.get(parameter)
    if columns is None:
        return "array[" + ", ".join(write("sql", "", one) for one in rows) + "]::text[]"
    records = json.dumps(rows).replace("'", "''")
    return f"array(select r from jsonb_populate_recordset(null::credits.{columns}, '{records}') r)"
