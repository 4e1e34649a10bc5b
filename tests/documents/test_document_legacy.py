"""docs/legacy.md, followed from top to bottom on a server of its own: what it says is printed."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from document_tools import ROOT
from journey import Journey, fits, follow

from pgcredits._legacy.importer import ACCEPTING
from pgcredits._legacy.names import KINDS, TABLES
from support import function_file

LEGACY = ROOT / "docs" / "legacy.md"


@pytest.fixture
def journey(psql: str) -> Iterator[Journey]:
    # The server's user is not root, and a socket's path is short.
    folder = Path(tempfile.mkdtemp(prefix="pgcredits-test-")).resolve()
    folder.chmod(0o1777)
    journey = Journey(folder, psql)
    yield journey
    journey.end()
    shutil.rmtree(folder)


def test_the_way_out_of_the_past_prints_what_the_document_says(journey: Journey) -> None:
    follow(LEGACY, journey)


@pytest.mark.parametrize(
    ("expected", "printed", "does"),
    [
        ("a\n", "a\n", True),
        ("a\n", "a\nb\n", False),
        ("a\n...\nd\n", "a\nb\nc\nd\n", True),
        ("a\n...\nd\n", "a\nb\nc\n", False),
        ("It took 0.1 seconds\n", "It took 12.7 seconds\n", True),
        ("1.5\n", "1x5\n", False),
    ],
)
def test_an_output_fits_where_only_times_and_left_out_lines_differ(
    expected: str, printed: str, does: bool
) -> None:
    assert fits(expected, printed) == does


def first_cells(heading: str) -> list[str]:
    """The words in the first column of the tables below a heading."""
    section = LEGACY.read_text("utf-8").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)


def test_the_document_explains_every_kind_of_damage() -> None:
    sql = function_file("_check_damage_kinds").read_text("utf-8")
    in_sql = re.findall(r"'(\w+)'", sql.partition("array[")[2].partition("]")[0])
    # A single profile is not checked for rows that have none.
    assert first_cells("What does not add up") == list(ACCEPTING) == [*in_sql, "profile_missing"]


def test_the_document_explains_every_table_and_every_kind_of_ledger_row() -> None:
    tables, kinds = first_cells("The old tables")[:3], first_cells("The old tables")[3:]
    assert tables == list(TABLES)
    assert sorted(kinds) == sorted({*KINDS} - {"unknown"})
