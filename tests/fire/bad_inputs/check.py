"""Sends the cases through the entries, and says what was answered otherwise or left something."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg

from fire.bad_inputs.entries import (
    Entry,
    Outcome,
    PlainSql,
    PostgrestRequest,
    PythonClient,
    http_status,
)
from fire.bad_inputs.table import Case, Expectation, Statement
from fire.bad_inputs.world import Fingerprint
from support import log_returns

UUID = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass
class Bench:
    """The three entries to one database, and an eye on all of its rows."""

    sql: PlainSql
    python: PythonClient
    json: PostgrestRequest
    fingerprint: Fingerprint
    version: int
    url: str

    @property
    def entries(self) -> dict[str, Entry]:
        return {"sql": self.sql, "python": self.python, "json": self.json}


@contextmanager
def a_bench(url: str) -> Iterator[Bench]:
    with psycopg.connect(url, autocommit=True) as observer:
        version = observer.info.server_version // 10000
        log_returns(observer)  # what is forged in the server's log is looked for there
        entries = PlainSql(url), PythonClient(url), PostgrestRequest(url)
        bench = Bench(*entries, Fingerprint(observer), version, url)
        try:
            yield bench
        finally:
            for entry in bench.entries.values():
                entry.close()


def try_case(bench: Bench, case: Case, entry: str) -> tuple[Outcome, list[str]]:
    """The outcome of a case through an entry, and what is wrong with it."""
    expected = case.expected[entry]
    outcome = _send(bench, case, entry, commit=not expected.accepted)
    wrong = differences(expected, outcome, case) + bench.fingerprint.changed()
    told = [*case.arguments[entry].values(), *case.settings.values(), *case.bodies.values()]
    return outcome, wrong + indiscretions(outcome, " ".join(told))


def _send(bench: Bench, case: Case, entry: str, *, commit: bool) -> Outcome:
    if entry == "sql" and entry in case.bodies:
        return bench.sql.run(case.bodies[entry], case.settings, commit=commit)
    if entry == "json":
        body = case.bodies.get(entry)
        if body is None:
            body = PostgrestRequest.body(case.arguments[entry])
        method = "GET" if case.get else "POST"
        return bench.json.post(case.function, body, case.settings, commit=commit, method=method)
    arguments = case.arguments[entry]
    return bench.entries[entry].call(case.function, arguments, case.settings, commit=commit)


def try_statement(bench: Bench, statement: Statement) -> list[str]:
    """What is wrong with the outcome of a statement, in plain SQL."""
    outcome = bench.sql.run(statement.statement, statement.settings, commit=True)
    return differences(statement.expected, outcome) + bench.fingerprint.changed()


def differences(expected: Expectation, outcome: Outcome, case: Case | None = None) -> list[str]:
    """In what an outcome is not as expected."""
    if expected.closed:
        shown = outcome.accepted and outcome.answer
        return [f"it shows {outcome.answer}"] if shown else []
    if expected.accepted != outcome.accepted:
        wanted = "to be accepted" if expected.accepted else f"{expected.sqlstate} {expected.token}"
        return [f"wanted {wanted}, got {outcome} {outcome.words}"]
    if expected.accepted:
        answer = outcome.answer
        if isinstance(expected.answer, dict):
            answer = answer[0] if len(answer) == 1 else answer
        return _unlike(expected.answer, answer, "")
    wanted, got = ((one.where, one.sqlstate, one.token) for one in (expected, outcome))
    if wanted != got:
        return [f"wanted {wanted}, got {got} {outcome.words}"]
    if case is not None and outcome.where == "sent":
        return _unlike(case.detail, dict(outcome.detail), "detail")
    return []


def _unlike(expected: Any, found: Any, path: str) -> list[str]:
    """Where a found value lacks something of the expected one."""
    if isinstance(expected, dict) and isinstance(found, dict):
        return [
            line
            for name, value in expected.items()
            for line in _unlike(value, found.get(name, "nothing"), f"{path}.{name}")
        ]
    if isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        pairs = enumerate(zip(expected, found, strict=True))
        return [line for i, pair in pairs for line in _unlike(*pair, f"{path}[{i}]")]
    return [] if expected == found else [f"{path} is {found!r}, wanted {expected!r}"]


def indiscretions(outcome: Outcome, sent: str) -> list[str]:
    """Ids in the words of a refusal that the caller did not give."""
    ids = set(UUID.findall(outcome.words.lower())) - set(UUID.findall(sent.lower()))
    return [f"it tells the id {one}" for one in ids]


def is_internal(outcome: Outcome, role: str = "credits_admin") -> bool:
    """Whether a call ended in a way that is nobody's business: a bug, or an answer like 500."""
    if outcome.accepted:
        return False
    if outcome.where == "before sending":
        return not outcome.token and outcome.sqlstate != "TypeError"
    return outcome.where == "sent" and http_status(outcome, role) >= 500
