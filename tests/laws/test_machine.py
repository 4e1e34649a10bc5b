"""Model and database, side by side through thousands of calls, never differ."""

from __future__ import annotations

import os
import re
import secrets
import time
from collections import Counter
from collections.abc import Iterator

import pytest

from laws import soak
from laws.database import Database, unsound
from laws.soak import drive_while, never_met
from support import function_file

SECONDS = float(os.environ.get("PGCREDITS_LAWS_SECONDS", "55"))
FIXED_STEPS = 20_000
PRODUCTIVE_STEPS = 60_000

# A function, a line of it and what that becomes; and the steps in which the machine must notice.
BROKEN = {
    "the first draw comes back first": (
        "_split_return",
        "in reverse cardinality(v_back)..1 loop",
        "in 1..cardinality(v_back) loop",
    ),
    "one credit more than the overdraft": (
        "_spend_for_job",
        "if v_split.shortfall > 0 then",
        "if v_split.shortfall > 1 then",
    ),
    "a replay compares nothing": (
        "_replay_reservation",
        "     and j.reserved_cost - j.raised = _replay_reservation.cost",
        "",
    ),
    "a replay claims credits that went back": (
        "_replay_reservation",
        "  if v_job.closing_seq is not null then",
        "  if false then",
    ),
    "a late job without a cost is free": (
        "settle_job",
        "coalesce(settle_job.actual_cost, credits._default_cost(v_job))",
        "coalesce(settle_job.actual_cost, credits._outstanding(v_job))",
    ),
    "a raise forgets what the job holds": (
        "raise_reservation",
        "raise_reservation.cost - credits._outstanding(v_job)",
        "raise_reservation.cost - v_job.reserved_cost",
    ),
    "holds go back as of now": (
        "_expire",
        "      v_due.at, _expire.at);",
        "      _expire.at, _expire.at);",
    ),
    "packs that end between two holds end before both": (
        "_expire",
        "        v_planned.purse, v_due.at, _expire.at_most",
        "        v_planned.purse, _expire.at, _expire.at_most",
    ),
    "packs wait for all holds": (
        "_expire",
        "next_pack_expiry <= v_due.at then",
        "next_pack_expiry <= v_due.at and v_due.change is null then",
    ),
    "what comes back to a moved profile stays there": (
        "_return_credits",
        "    perform credits._follow(v_job.profile_id);",
        "    null;",
    ),
}
NOTICED_WITHIN = 12_000


@pytest.fixture
def own_database(db_url: str) -> Iterator[Database]:
    """The sweeps of the machine must meet nobody else's holds and packs."""
    database = Database(db_url)
    yield database
    database.close()


def test_the_same_examples_in_every_run_show_no_difference(own_database: Database) -> None:
    met: Counter[str] = Counter()
    drive_while(own_database, met, 0, lambda met: met["steps"] < FIXED_STEPS)
    assert never_met(met) == [], "an unproductive run"
    assert unsound(own_database.findings(None)) == []


def test_new_examples_in_every_run_show_no_difference(own_database: Database) -> None:
    seed = secrets.randbelow(2**32)
    print(f"seed {seed}: run it again with python -m laws.soak --seed {seed}")
    met: Counter[str] = Counter()
    end = time.monotonic() + SECONDS
    drive_while(own_database, met, seed, lambda _: time.monotonic() < end)
    print(f"{met['steps']} steps")
    if met["steps"] >= PRODUCTIVE_STEPS:  # a slow machine meets less in the same time
        assert never_met(met) == [], "an unproductive run"
    assert unsound(own_database.findings(None)) == []


@pytest.mark.parametrize("defect", BROKEN)
def test_a_defect_does_not_escape_the_machine(own_database: Database, defect: str) -> None:
    function, line, instead = BROKEN[defect]
    source = function_file(function).read_text("utf-8")
    assert source.count(line) == 1, "the function has changed: break it in another way"
    own_database.control.execute(source.replace(line, instead))
    met: Counter[str] = Counter()
    with pytest.raises(AssertionError):
        drive_while(own_database, met, 0, lambda met: met["steps"] < NOTICED_WITHIN)


def test_a_soak_tells_its_seed_and_what_it_has_met(
    db_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert soak.main(["--url", db_url, "--seed", "7", "--steps", "1"]) == 1
    told = capsys.readouterr().out
    assert told.startswith("seed 7\n")
    assert re.search(r"^ +\d+  steps$", told, re.MULTILINE)
    assert re.search(r"^unproductive: met: .+ is 0, wanted 1; seed 7$", told, re.MULTILINE)
