"""The commands of docs/report.md print what stands there, and what it says of costs holds."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest
from document_tools import ROOT, blocks, run_sql

DOCUMENT = ROOT / "docs" / "report.md"
COUNTS = (
    "select relname, seq_scan, seq_tup_read + coalesce(idx_tup_fetch, 0)"
    " from pg_stat_user_tables where schemaname = 'credits'"
)


def report(url: str, folder: Path, *arguments: str) -> str:
    ran = subprocess.run(
        [sys.executable, "-m", "pgcredits", *arguments],
        check=False,
        cwd=folder,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "DATABASE_URL": url},
    )
    assert ran.returncode == 0, ran.stdout
    return ran.stdout


def test_the_commands_print_what_stands_below_them(db_url: str, psql: str, tmp_path: Path) -> None:
    books, console = [each for each in blocks(DOCUMENT) if each.language in ("sql", "console")][:2]
    run_sql(psql, db_url, books.code)
    shown = re.findall(r"^\$ pgcredits (.*)\n((?:[^$].*\n)*)", console.code, re.MULTILINE)
    assert len(shown) == 3
    for command, output in shown:
        assert report(db_url, tmp_path, *shlex.split(command)) == output
    assert {file.name for file in tmp_path.iterdir()} == {"everything.html", "customer.html"}


@pytest.fixture
def year(db_url: str) -> str:
    """A year of rows, of ten profiles."""
    with psycopg.connect(db_url, autocommit=True) as connection:
        connection.execute(
            "create or replace function credits._now() returns timestamptz language sql volatile"
            " as $$ select now() - coalesce(current_setting('test.ago', true), '366 days')"
            "::interval $$"
        )
        connection.execute(
            "select count(credits.open_profile(gen_random_uuid(), 0, 100000))"
            " from generate_series(1, 10)"
        )
        for ago in range(365, -1, -5):
            connection.execute("select set_config('test.ago', %s, false)", [f"{ago} days"])
            connection.execute(
                "select count(credits.reserve_credits(p.id, gen_random_uuid(), 7))"
                " from credits.profiles p, generate_series(1, 12)"
            )
        connection.execute("vacuum analyze")
    return db_url


def rows_read(url: str, folder: Path, *arguments: str) -> dict[str, Any]:
    """How often each table was read as a whole, and how many rows."""
    with psycopg.connect(url, autocommit=True) as connection:
        before = {name: counts for name, *counts in connection.execute(COUNTS).fetchall()}
    report(url, folder, "report", "--output", "x.html", *arguments)
    with psycopg.connect(url, autocommit=True) as connection:
        after = {name: counts for name, *counts in connection.execute(COUNTS).fetchall()}
    return {
        name: [now - then for now, then in zip(after[name], before[name], strict=True)]
        for name in ("ledger", "jobs", "profiles")
    }


def test_it_reads_as_often_as_the_document_says(year: str, psql: str, tmp_path: Path) -> None:
    ledger, jobs = 10 + 74 * 120, 74 * 120
    read = rows_read(year, tmp_path, "--no-check")
    assert (read["ledger"], read["jobs"]) == ([2, 2 * ledger], [2, 2 * jobs])
    assert read["profiles"][1] <= 4 * 10
    indexes = [block for block in blocks(DOCUMENT) if "create index" in block.code]
    run_sql(psql, year, indexes[0].code + "analyze credits.ledger; analyze credits.jobs;")
    read = rows_read(year, tmp_path, "--no-check", "--days", "6")
    assert read["ledger"][0] == 0
    assert read["ledger"][1] < ledger
    assert read["jobs"][0] == 1
    assert "Ready: the schema matches this package." in report(year, tmp_path, "status")
