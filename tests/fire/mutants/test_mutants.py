"""The list of mutants fits the sources, and some of them are noticed. ``make mutants`` runs all."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from fire.mutants.catalogue import MUTANTS
from fire.mutants.edits import instead
from fire.mutants.mutant import ROOT, Mutant
from fire.mutants.run import Copy, judged, run

# One of each kind of place: a function, a check, a grant, a constraint, the client.
SHARE = (
    "a refund all to monthly",
    "negative amounts",
    "a service makes credits",
    "the client sends 1 for 1.5",
)


def test_each_mutant_has_a_name_of_its_own() -> None:
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS) >= 410


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_fits_the_sources(mutant: Mutant) -> None:
    change = mutant.change()
    assert change.new != change.old
    assert mutant.tests
    assert all((ROOT / "tests" / path).exists() for path in mutant.tests)


def test_the_server_takes_every_mutant_of_the_logic(db_url: str) -> None:
    """What cannot be created would be noticed by any test, and prove nothing."""
    refused = []
    with psycopg.connect(db_url) as connection:
        for mutant in MUTANTS:
            change = mutant.change()
            if ROOT / "sql" not in change.file.parents:
                continue
            try:
                with connection.transaction(force_rollback=True):
                    # Else the triggers, which are there, are not created again.
                    connection.execute("alter table credits.ledger disable trigger user")
                    connection.execute(change.new)
            except psycopg.Error as error:
                refused.append(f"{mutant.name}: {error}")
    assert refused == []


def test_a_share_of_them_is_noticed() -> None:
    share = [mutant for mutant in MUTANTS if mutant.name in SHARE]
    assert len(share) == len(SHARE)
    unnoticed = [outcome for outcome in run(share) if outcome.broken or not outcome.noticed]
    assert unnoticed == []


def test_what_breaks_nothing_is_not_noticed() -> None:
    harmless = Mutant("a name", "schema_version", instead("select", "select all"))
    (outcome,) = run([harmless])
    assert not outcome.noticed
    assert not outcome.broken, outcome.by


@pytest.mark.parametrize(
    ("code", "output", "word"),
    [
        (0, "3 passed", "unnoticed"),
        (1, "FAILED tests/a.py::test - assert 1 == 2", "noticed"),
        (1, "ERROR tests/a.py::test - RuntimeError", "broken"),
        (1, "FAILED tests/a.py::test - boom\nERROR:  column d.x does not exist", "broken"),
        (1, "E  asyncpg.exceptions.UndefinedFunctionError\nFAILED tests/a.py::test", "broken"),
        (2, "FAILED tests/a.py::test - interrupted", "broken"),
        (None, "", "broken"),
    ],
)
def test_only_a_test_that_failed_has_noticed(code: int | None, output: str, word: str) -> None:
    outcome = judged("a name", code, output)
    assert (outcome.noticed, outcome.broken) == (word == "noticed", word == "broken")


def test_a_test_that_is_red_without_the_mutant_too_proves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Copy, "_pytest", lambda *_: (1, "FAILED tests/a.py::test - boom"))
    harmless = Mutant("a name", "schema_version", instead("select", "select all"))
    outcome = Copy(tmp_path / "copy", 0, "").run(harmless, 1)
    assert (outcome.noticed, outcome.broken) == (False, True)
    assert "red without the mutant" in outcome.by
