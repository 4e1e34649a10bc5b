"""``demo``: the figures of its story, and that it leaves nothing behind however it ends."""

from __future__ import annotations

import os
import re
import signal
import sys
from pathlib import Path
from typing import Any

import pytest
from cli_tools import call, end, fetch, processes_on, run, start, until

# Of each scenario: the buckets before and after the reservation, and the function that undoes it.
FIGURES = [
    ((2000, 5000), (500, 5000), "refund_job", "refund"),
    ((500, 5000), (0, 3500), "refund_job", "refund"),
    ((0, 10000), (0, 7000), "refund_job", "refund"),
    ((1000, 2000), (0, 1500), "rollback_reservation", "rollback"),
]
# Of each later chapter: its ledger's kinds, and the buckets at its end.
CHAPTERS = [
    (["open", "reserve", "settle", "reserve", "settle"], (0, 2700)),
    (["open", "reserve", "refund", "refund"], (300, 5000)),
    (["open", "reserve", "renew"], (600, 1000)),
    (["open", "grant", "reserve"], (0, 1300)),
]
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")


def pair(amounts: dict[str, int]) -> tuple[int, int]:
    return amounts["monthly"], amounts["addon"]


@pytest.fixture
def document(db_url: str) -> Any:
    """The demo as a document."""
    return call("demo", "--json", "--database-url", db_url).document


def test_every_scenario_goes_back_to_its_start(document: Any) -> None:
    for played, (before, reserved, undo, kind) in zip(document["scenarios"], FIGURES, strict=True):
        assert pair(played["before"]) == before
        assert pair(played["reserved"]) == reserved
        assert pair(played["returned"]) == before
        assert played["scenario"]["undo"] == undo
        assert [entry["kind"] for entry in played["ledger"]] == ["open", "reserve", kind]
        assert [entry["seq"] for entry in played["ledger"]] == [1, 2, 3]
        meta = played["meta"]
        split = (before[0] - reserved[0], before[1] - reserved[1])
        assert (meta["monthly_deducted"], meta["addon_deducted"]) == split
        assert (meta["monthly_refunded"], meta["addon_refunded"]) == split
        assert meta["credit_cost"] == sum(split)


def test_every_chapter_ends_as_it_should(document: Any) -> None:
    for chapter, (kinds, left) in zip(document["chapters"], CHAPTERS, strict=True):
        assert [entry["kind"] for entry in chapter["ledger"]] == kinds
        assert pair(chapter["steps"][-1][1]) == left
        newest = chapter["ledger"][-1]
        assert (newest["monthly_balance"], newest["addon_balance"]) == left
    assert "left out" in document["chapters"][-1]["note"]


def test_on_its_own_server_the_demo_shows_how_a_pack_ends() -> None:
    document = call("demo", "--json").document
    pack = document["chapters"][-1]
    assert [entry["kind"] for entry in pack["ledger"]] == ["open", "grant", "reserve", "lapse"]
    assert [pair(amounts) for _, amounts in pack["steps"]] == [
        (0, 1000),
        (0, 1500),
        (0, 1300),
        (0, 1000),
    ]
    assert pack["note"] == ""


def test_the_clock_of_a_given_database_is_left_alone(db_url: str) -> None:
    call("demo", "--database-url", db_url)
    assert fetch(db_url, "select credits._now() - now() < interval '1 hour'") == [(True,)]


def test_the_old_way_loses_the_bought_credits(document: Any) -> None:
    old = document["old_way"]
    steps = [pair(old[step]) for step in ("before", "reserved", "refunded", "renewed")]
    assert steps == [(500, 5000), (0, 3500), (2000, 3500), (500, 3500)]
    assert old["addon_lost"] == 1500


def test_the_demo_needs_no_database_and_ignores_the_variables() -> None:
    nowhere = "postgresql:///d?host=/no/such/folder"
    answer = run("demo", url=nowhere, DATABASE_URL=nowhere)
    assert (answer.code, answer.stderr) == (0, "")
    titles = [line for line in answer.stdout.splitlines() if re.match(r"\d\. |The old way", line)]
    assert [title.split()[0] for title in titles] == [*(f"{n}." for n in range(1, 9)), "The"]
    assert "1,500 bought credits" in answer.stdout.partition("\nThe old way")[2]


def test_the_demo_runs_on_a_given_database(db_url: str) -> None:
    for _ in range(2):
        assert call("demo", "--database-url", db_url).code == 0
    assert fetch(db_url, "select count(*) from credits.profiles") == [
        (2 * (len(FIGURES) + len(CHAPTERS)),)
    ]


def test_a_given_database_has_to_be_migrated(empty_db_url: str) -> None:
    answer = call("demo", "--json", "--database-url", empty_db_url)
    assert answer.code == 2
    hint = answer.document["hint"]
    assert hint == "The database has no schema credits: run pgcredits migrate."


@pytest.mark.parametrize("width", [80, 100])
def test_the_story_shows_all_figures_and_fits(db_url: str, width: int) -> None:
    text = call("demo", "--database-url", db_url, COLUMNS=str(width)).stdout
    lines = text.splitlines()
    assert max(map(len, lines)) <= width
    assert all(line == line.rstrip() for line in lines)
    rows = [line.split() for line in lines]
    for before, reserved, undo, _ in FIGURES:
        start_row = rows.index(["before", *figures(before)])
        assert rows[start_row + 1] == ["after", "reserve_credits", *figures(reserved)]
        assert rows[start_row + 2] == ["after", undo, *figures(before)]
    side_by_side = rows.index(["before", "500", "5,000", "500", "5,000"])
    assert rows[side_by_side + 1 : side_by_side + 4] == [
        ["after", "the", "reservation", "0", "3,500", "0", "3,500"],
        ["after", "the", "refund", "2,000", "3,500", "500", "5,000"],
        ["bought", "credits", "lost", "1,500", "0"],
    ]
    for reason in (
        "(monthly: -500, addon: -1500)",
        "(monthly: +500, addon: +1500)",
        "(monthly: +1000, addon: +500)",
    ):
        assert reason in text
    assert text.count('"credit_cost": ') == len(FIGURES)


def figures(amounts: tuple[int, int]) -> list[str]:
    return [f"{amount:,}" for amount in amounts]


@linux_only
def test_nothing_is_left_after_the_demo(open_folder: Path) -> None:
    assert run("demo", TMPDIR=str(open_folder)).code == 0
    assert os.listdir(open_folder) == []
    assert processes_on(open_folder) == []


@linux_only
@pytest.mark.parametrize(
    ("how", "code"), [(signal.SIGTERM, 130), (signal.SIGINT, 130), (signal.SIGKILL, -9)], ids=str
)
def test_no_server_and_no_folder_are_left_however_the_demo_is_ended(
    open_folder: Path, how: signal.Signals, code: int
) -> None:
    program = start("demo", TMPDIR=str(open_folder))
    until(lambda: server_is_up(open_folder))
    program.send_signal(how)
    assert end(program).code == code
    until(lambda: not processes_on(open_folder) and not os.listdir(open_folder))


def server_is_up(folder: Path) -> bool:
    return any(folder.glob("pgcredits-*/.s.PGSQL.5432"))
