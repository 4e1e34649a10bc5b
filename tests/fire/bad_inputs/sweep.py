"""Generated calls: usual arguments with some of them poisoned, through every entry.

Nobody says what each is answered with, but only so much may happen: a token of the contract or a
code for a value that is of no such type; never an answer like 500, a stray constraint, or a change.
What was accepted must leave sound books.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from typing import Any

import psycopg

from fire.bad_inputs.check import Bench, indiscretions, is_internal
from fire.bad_inputs.entries import Outcome
from fire.bad_inputs.table import ENTRIES, raw, read_file, write
from pgcredits._errors import BY_TOKEN

# Values of no such type, or no value that there is: PostgreSQL says so before we are asked.
NATIVE = {
    "0A000": "not a number made an integer",
    "22003": "out of the range of the type",
    "22007": "no date or interval",
    "22008": "no day that there is",
    "22015": "no interval that there is",
    "22021": "no UTF-8",
    "22P02": "no such type",
    "22P05": "a NUL",
    "22023": "a list of other things",
    "42601": "no SQL",
    "42804": "another type",
    "42846": "no cast to this type",
    "42883": "no function for this type",
}
# Of the driver, which the client does not keep.
NATIVE_PYTHON = {"22000": "a value that asyncpg cannot write"}
GATEWAY = {"PGRST102": "no JSON", "PGRST202": "no such function"}


@dataclass(frozen=True)
class Sweep:
    """What a sweep has met; ``wrong`` is what it found."""

    outcomes: Counter[str]
    wrong: list[str]


def sweep(bench: Bench, rng: random.Random, calls: int) -> Sweep:
    """So many calls, each with a choice of poisons."""
    text = read_file()
    functions = sorted(text["usual"])
    outcomes: Counter[str] = Counter()
    wrong: list[str] = []
    for _ in range(calls):
        function = rng.choice(functions)
        entry = rng.choice(ENTRIES)
        arguments = _arguments(rng, text, function, entry)
        settings = {name: rng.choice(values) for name, values in text["moods"].items()}
        outcome = bench.entries[entry].call(function, arguments, settings, commit=False)
        outcomes[outcome.token or outcome.sqlstate or "accepted"] += 1
        found = _faults(outcome, entry) + bench.fingerprint.changed()
        found += indiscretions(outcome, " ".join(arguments.values()))
        if outcome.accepted and entry == "sql":
            found += _unsound(bench, function, arguments, settings)
        shown = ", ".join(f"{k} => {v[:200]}" for k, v in arguments.items())
        wrong += [f"{entry} {function}({shown}) {settings}: {line[:400]}" for line in found]
    return Sweep(outcomes, wrong)


def _arguments(
    rng: random.Random, text: dict[str, Any], function: str, entry: str
) -> dict[str, str]:
    usual = {name: write(entry, name, value) for name, value in text["usual"][function].items()}
    parameters = text["parameters"][function]
    for name in rng.sample(sorted(parameters), min(len(parameters), rng.choice((0, 1, 1, 2, 3)))):
        pool = text["poisons"][parameters[name]]
        usual[name] = _poison(rng, pool, name, entry)
    return usual


def _poison(rng: random.Random, pool: dict[str, Any], name: str, entry: str) -> str:
    """A plain value for every entry, or one in the entry's own language."""
    plain = [write(entry, name, value) for value in pool.get("give", [])]
    return rng.choice(plain + [raw(entry, value) for value in pool.get(entry, [])])


def _faults(outcome: Outcome, entry: str) -> list[str]:
    if outcome.accepted:
        return []
    if outcome.token:
        known = outcome.token in BY_TOKEN and outcome.sqlstate.startswith("PT")
        return [] if known else [f"a token that nobody knows: {outcome}"]
    allowed = {**NATIVE, **(NATIVE_PYTHON if entry == "python" else GATEWAY)}
    if is_internal(outcome) or outcome.sqlstate not in allowed:
        return [f"{outcome} {outcome.words}"]
    return []


def _unsound(
    bench: Bench, function: str, arguments: dict[str, str], settings: dict[str, str]
) -> list[str]:
    """What the books lack after an accepted call, in the transaction that made it."""
    given = ", ".join(f"{name} => {value}" for name, value in arguments.items())
    with psycopg.connect(bench.url) as connection:
        for name, value in settings.items():
            connection.execute("select set_config(%s, %s, false)", [name, value])
        connection.execute(f"select credits.{function}({given})".encode())
        findings = connection.execute("select f::text from credits.check_integrity() f").fetchall()
        connection.rollback()
    return [f"unsound: {finding}" for (finding,) in findings]
