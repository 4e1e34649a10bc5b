"""How a report is read and written: by whom, in which moment, and what it leaves as it was."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from typer.testing import CliRunner

from pgcredits._cli.program import app
from pgcredits._report import books, profile
from pgcredits._report.markup import join, markup, tag
from pgcredits._report.reading import Part, read_report
from pgcredits._report.shared import CHECK

ONE = UUID(int=1)
CLOCK = """
create or replace function credits._now() returns timestamptz language sql volatile
as $$ select {} $$
"""
ROWS = (
    "select p, j, l, k from credits.profiles p, credits.jobs j, credits.ledger l, credits.packs k"
)


def execute(url: str, sql: str, *values: object) -> list[Any]:
    with psycopg.connect(url, autocommit=True) as connection:
        done = connection.execute(sql, values)
        return done.fetchall() if done.description else []


def report(url: str, *arguments: object) -> Any:
    given = ["report", *map(str, arguments), "--database-url", url]
    return CliRunner().invoke(app, given)


@pytest.fixture
def url(db_url: str) -> str:
    """A database with a profile that has a hold and a pack, both overdue, and a job."""
    execute(db_url, CLOCK.format("clock_timestamp() - interval '1 day'"))
    execute(
        db_url,
        "select credits.open_profile(%s, 500, 5000), credits.grant_addon(%s, 70, 'pack',"
        " now() - interval '2 hours')",
        ONE,
        ONE,
    )
    execute(
        db_url,
        "select credits.reserve_credits(%s, gen_random_uuid(), 40, hold_for => '1 hour'),"
        " credits.reserve_credits(%s, gen_random_uuid(), 30)",
        ONE,
        ONE,
    )
    execute(db_url, CLOCK.format("clock_timestamp()"))
    return db_url


@pytest.fixture
def login(db_url: str) -> Iterator[Callable[..., str]]:
    """Makes a role that is a member of the given one; its URL of the test's database."""
    made = []

    def make(group: str) -> str:
        name = f"{conninfo_to_dict(db_url)['dbname']}_{group}_reports"
        execute(db_url, f"drop role if exists {name}")
        execute(db_url, f"create role {name} login password 'secret' in role {group}")
        made.append(name)
        return f"postgresql://{name}:secret@{db_url.partition('@')[2]}"

    yield make
    for name in made:
        execute(db_url, f"drop role {name}")


@pytest.mark.parametrize("whose", [[], [ONE]])
def test_a_reader_reads_all_of_it_and_nothing_changes(
    url: str, login: Callable[..., str], whose: list[UUID], tmp_path: Path
) -> None:
    before = execute(url, ROWS)
    done = report(login("credits_reader"), *whose, "--output", tmp_path / "page.html")
    assert (done.exit_code, done.stderr) == (0, ""), done.output
    assert done.stdout == f"Written to {tmp_path / 'page.html'}.\n"
    assert "Not shown" not in (tmp_path / "page.html").read_text("utf-8")
    assert execute(url, ROWS) == before, "what is overdue is as it was"


def test_a_service_reads_a_part_and_is_told_the_rest(
    url: str, login: Callable[..., str], tmp_path: Path
) -> None:
    file, service = tmp_path / "page.html", login("credits_app")
    done = report(service, ONE, "--output", file, "--json")
    assert done.exit_code == 0
    left_out = [
        "What came and went",
        "Open holds",
        "Packs",
        "Grants and what was taken back",
        "The books",
    ]
    assert json.loads(done.stdout) == {
        "file": str(file),
        "profile_id": str(ONE),
        "left_out": left_out,
        "sound": None,
    }
    html = file.read_text("utf-8")
    assert html.count("Not shown: permission denied for ") == len(left_out)
    assert html.count("A member of credits_reader may read it.") == len(left_out)
    told = report(service, ONE, "--output", file).stderr.splitlines()
    assert told == [f"Left out, since this role may not read it: {title}." for title in left_out]


def test_who_may_read_nothing_of_it_is_told_so_and_no_file_is_written(
    url: str, login: Callable[..., str], tmp_path: Path
) -> None:
    done = report(login("credits_app"), "--output", tmp_path / "page.html")
    assert done.exit_code == 2
    assert done.stderr == (
        "The role may not do this: permission denied for view metrics. "
        "An administrator can make it a member of credits_reader.\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_profile_is_refused_and_no_file_is_written(db_url: str, tmp_path: Path) -> None:
    done = report(db_url, ONE, "--output", tmp_path / "page.html")
    assert done.exit_code == 1
    assert done.stderr.startswith("Refused: profile_not_found")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--since", "2026-01-01", "--days", "3"], "give --since or --days, not both"),
        (["--since", "2999-01-01"], "give a day of the last 3,660, not after today"),
        (["--since", "1999-01-01"], "give a day of the last 3,660, not after today"),
        (["--since", "yesterday"], "write a day, 2026-03-01; or how many days ago: 14d"),
        (["--days", "0"], "--days"),
        (["--output", "/"], "--output"),
    ],
)
def test_wrong_options_are_explained(db_url: str, arguments: list[str], problem: str) -> None:
    done = report(db_url, *arguments)
    assert done.exit_code == 2
    assert problem in " ".join(done.stderr.split())


def test_a_file_that_cannot_be_written_is_named(db_url: str, tmp_path: Path) -> None:
    done = report(db_url, "--output", tmp_path / "no" / "page.html")
    assert done.exit_code == 2
    assert done.stderr.startswith("The operating system reported: ")
    assert "No such file or directory" in done.stderr


def test_without_a_name_it_is_named_by_the_day_or_the_profile(
    db_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    execute(db_url, "select credits.open_profile(%s, 1, 1)", ONE)
    assert report(db_url).exit_code == 0
    assert report(db_url, ONE).exit_code == 0
    days = {f"pgcredits-{datetime.now(UTC) - timedelta(days=d):%Y-%m-%d}.html" for d in (0, 1)}
    names = {file.name for file in tmp_path.iterdir()}
    assert f"pgcredits-{ONE}.html" in names
    assert len(names & days) == 1
    assert len(names) == 2


def test_books_that_are_not_sound_end_with_an_exit_code(db_url: str, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    execute(db_url, "select credits.open_profile(%s, 500, 5000)", ONE)
    execute(db_url, "update credits.profiles set addon_credits = 5001")
    for whose in ([], [ONE]):
        done = report(db_url, *whose, "--output", file)
        assert done.exit_code == 1
        assert done.stderr == "The books are not sound: the page says why.\n"
        assert "addon bucket is the newest ledger balance" in file.read_text("utf-8")
        assert report(db_url, *whose, "--output", file, "--no-check").exit_code == 0
        assert "The books" not in file.read_text("utf-8")


async def test_all_parts_are_of_one_moment(db_url: str) -> None:
    execute(db_url, "select credits.open_profile(%s, 500, 5000)", ONE)

    async def disturb(asked: Any) -> None:
        execute(db_url, "select credits.reserve_credits(%s, gen_random_uuid(), 100)", ONE)

    disturbing = Part(title="x", source="x", read=disturb, show=lambda read, asked: join())
    now, flows = books.PARTS[0], books.PARTS[2]
    connection = await asyncpg.connect(db_url)
    try:
        made = await read_report(
            connection,
            "x",
            [now, disturbing, now, flows],
            profile_id=None,
            since=datetime.now(UTC).date(),
            now=datetime.now(UTC),
        )
    finally:
        await connection.close()
    assert made.html.count("<dd>500</dd>") == 2
    assert "consumed 100" not in made.html


async def test_a_profile_with_many_rows_is_drawn_by_days(db_url: str) -> None:
    execute(db_url, "select credits.open_profile(%s, 0, 5000)", ONE)
    execute(
        db_url,
        "select count(credits.reserve_credits(%s, gen_random_uuid(), 1))"
        " from generate_series(1, 1001)",
        ONE,
    )
    connection = await asyncpg.connect(db_url)
    now = datetime.now(UTC)
    try:
        made = await read_report(
            connection, "x", profile.PARTS, profile_id=ONE, since=now.date(), now=now
        )
    finally:
        await connection.close()
    assert "It moved too often to draw each step" in made.html
    assert ">available 3,999</text>" in made.html
    assert "profile opened" in made.html


def test_every_part_says_where_its_numbers_are_from() -> None:
    for part in {*books.PARTS, *profile.PARTS}:
        assert re.match("From|What there is now is from", part.source), part.title
        assert part.source.endswith(".")
    assert books.PARTS[-1] is profile.PARTS[-1] is CHECK


def test_an_index_of_ones_own_makes_days_cheap(db_url: str) -> None:
    """What docs/report.md says of large books."""
    execute(
        db_url,
        "create index ledger_day on credits.ledger using brin (((ts at time zone 'UTC')::date))",
    )
    execute(db_url, "set enable_seqscan = off")
    with psycopg.connect(db_url) as connection:
        connection.execute("set enable_seqscan = off")
        plan = connection.execute(
            "explain select f.day, f.bucket, sum(f.consumed) from credits.daily_flows f"
            " where f.day >= '2026-03-01' group by f.day, f.bucket"
        ).fetchall()
    assert "Bitmap Index Scan on ledger_day" in "\n".join(line for (line,) in plan)


def test_what_is_no_markup_is_escaped() -> None:
    assert markup("<b>&\"'") == "&lt;b&gt;&amp;&quot;&#x27;"
    assert markup(tag("b", "x")) == "<b>x</b>"
    assert tag("b", tag("i", "<"), None, 5, class_='"><i>', data_x=None) == (
        '<b class="&quot;&gt;&lt;i&gt;"><i>&lt;</i>5</b>'
    )
    assert tag("p", "a\u202eb\x1b[31m\x00\n") == "<p>a?b?[31m??</p>"
    assert join("<", tag("b"), None) == "&lt;<b></b>"
    assert tag("rect", x=1.26, y=2.0, fill_rule="a") == '<rect x="1.3" y="2" fill-rule="a"></rect>'
