"""``renew --from`` and ``renew --query``: the month of many profiles begins, and nobody is in the
way of anybody."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from cli_tools import call, environment, execute, fetch, until

from pgcredits import Credits
from pgcredits._cli import renewals

HEADER = "profile_id,period_start,allowance\n"
MARCH = "2026-03-01T00:00:00Z"
APRIL = "2026-04-01T00:00:00+02:00"
NOBODY = "99999999-9999-4999-8999-999999999999"


def opened(url: str, count: int, monthly: int = 100) -> list[str]:
    profiles = [str(uuid4()) for _ in range(count)]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "select count(credits.open_profile(id::uuid, %s)) from unnest(%s::text[]) id",
            [monthly, profiles],
        )
    return profiles


def file_of(folder: Path, *lines: str, header: str = HEADER) -> Path:
    path = folder / "renewals.csv"
    path.write_text(header + "".join(f"{line}\n" for line in lines), "utf-8")
    return path


def balances(url: str, profiles: list[str]) -> list[int]:
    found = fetch(url, "select id::text, credits_remaining from credits.profiles")
    monthly = dict(found)
    return [monthly[each] for each in profiles]


def test_a_file_is_renewed_once(db_url: str, tmp_path: Path) -> None:
    profiles = opened(db_url, 450)
    path = file_of(tmp_path, *(f"{each},{MARCH},500" for each in profiles))
    first = call("renew", "--from", path, "--json", url=db_url)
    assert (first.code, first.stderr) == (0, "")
    told = first.document
    assert told.pop("seconds") > 0
    assert told == {"rows": 450, "renewed": 450, "already_there": 0, "refused": []}
    again = call("renew", "--from", path, url=db_url)
    assert again.code == 0
    assert again.stdout.startswith("Renewed: 0. Already there: 450. Refused: 0. It took ")
    assert set(balances(db_url, profiles)) == {500}
    assert fetch(db_url, "select count(*) from credits.check_integrity()") == [(0,)]


def test_what_is_carried_over_is_said_by_the_row_or_by_the_option(
    db_url: str, tmp_path: Path
) -> None:
    profiles = opened(db_url, 3)
    lines = [f"{profiles[0]}, 30 ,{MARCH},500", f"{profiles[1]},,{APRIL},500"]
    path = file_of(tmp_path, *lines, "", header="profile_id,rollover_cap,period_start,allowance\n")
    assert call("renew", "--from", path, "--rollover-cap", 70, url=db_url).code == 0
    assert balances(db_url, profiles) == [530, 570, 100]


def test_refused_rows_stop_no_other_and_can_be_given_again(db_url: str, tmp_path: Path) -> None:
    one, closed, other = opened(db_url, 3)
    call("close", closed, "--reason", "left", "--actor", "ann", url=db_url)
    path = file_of(tmp_path, *(f"{each},{MARCH},500" for each in (one, closed, NOBODY, other)))
    answer = call("renew", "--from", path, url=db_url)
    assert (answer.code, answer.stderr) == (1, "")
    refused = answer.stdout.splitlines()
    assert refused[0].startswith(f"Refused: line 3: profile {closed}: profile_closed. ")
    assert refused[1].startswith(f"Refused: line 4: profile {NOBODY}: profile_not_found. ")
    assert refused[2].startswith("Renewed: 2. Already there: 0. Refused: 2.")
    assert balances(db_url, [one, other]) == [500, 500]

    rejects = tmp_path / "rejects.csv"
    answer = call("renew", "--from", path, "--rejects", rejects, url=db_url)
    assert answer.code == 1
    assert "Refused: line" not in answer.stdout
    assert rejects.read_text().splitlines() == [
        "profile_id,period_start,allowance,rollover_cap,error",
        f"{closed},2026-03-01T00:00:00+00:00,500,0,profile_closed",
        f"{NOBODY},2026-03-01T00:00:00+00:00,500,0,profile_not_found",
    ]
    call("open", NOBODY, url=db_url)
    again = call("renew", "--from", rejects, "--json", url=db_url)
    assert again.code == 1
    (left,) = again.document["refused"]
    assert (left["line"], left["profile_id"], left["error"]) == (2, closed, "profile_closed")
    assert (left["sqlstate"], left["detail"]) == ("PT410", {})
    assert again.document["renewed"] == 1


def test_the_rejects_of_a_run_without_any_are_none(db_url: str, tmp_path: Path) -> None:
    (one,) = opened(db_url, 1)
    rejects = tmp_path / "rejects.csv"
    rejects.write_text("of last month")
    path = file_of(tmp_path, f"{one},{MARCH},500")
    assert call("renew", "--from", path, "--rejects", rejects, url=db_url).code == 0
    assert rejects.read_text() == "profile_id,period_start,allowance,rollover_cap,error\n"


GOOD = f"{NOBODY},{MARCH},500"
MISTAKES: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "renewals.csv: it is empty: the columns are profile_id, period_start, "),
    "no column": (b"profile_id,allowance\n", "there is no column period_start: the columns are "),
    "semicolons": (b"profile_id;period_start\n", "They are separated by commas."),
    "misspelled": (
        b"profile_id,period_start,allowance,rolover_cap\n",
        "unknown column 'rolover_cap'",
    ),
    "twice": (
        b"profile_id,profile_id,period_start,allowance\n",
        "the column profile_id is there twice",
    ),
    "no header": (f"{GOOD}\n".encode(), "there is no column profile_id"),
    "no UUID": (
        f"{HEADER}{GOOD}\n7,{MARCH},5".encode(),
        "line 3: profile_id: write a UUID: not '7'.",
    ),
    "no date": (
        f"{HEADER}{NOBODY},2026-02-30T00:00:00Z,5".encode(),
        "line 2: period_start: write ",
    ),
    "no zone": (f"{HEADER}{NOBODY},2026-03-01 00:00:00,5".encode(), "with its time zone, such as "),
    "no time": (f"{HEADER}{NOBODY},,5".encode(), "line 2: period_start: write a time"),
    "NaN": (
        f"{HEADER}{NOBODY},{MARCH},NaN".encode(),
        "allowance: write a whole number of 0 or more",
    ),
    "a fraction": (
        f"{HEADER}{NOBODY},{MARCH},1.5".encode(),
        "line 2: allowance: write a whole number",
    ),
    "below zero": (
        f"{HEADER}{NOBODY},{MARCH},-5".encode(),
        "line 2: allowance: write a whole number",
    ),
    "digits": (
        f"{HEADER}{NOBODY},{MARCH},\u0665".encode(),
        "line 2: allowance: write a whole number",
    ),
    "nothing": (
        f"{HEADER}{NOBODY},{MARCH},".encode(),
        "allowance: write a whole number of 0 or more: ",
    ),
    "too few": (f"{HEADER}{NOBODY},{MARCH}".encode(), "line 2: 2 values for 3 columns."),
    "too many": (f"{HEADER}{GOOD},,".encode(), "line 2: 5 values for 3 columns."),
    "a profile twice": (
        f"{HEADER}{GOOD}\n{GOOD}".encode(),
        f"line 3: profile {NOBODY} is there twice",
    ),
    "Latin-1": (
        HEADER.encode() + b"M\xfcller",
        "line 2 is not UTF-8: save the file as CSV in UTF-8.",
    ),
    "UTF-16": (HEADER.encode("utf-16"), "line 1 is not UTF-8"),
    "a NUL": (f"{HEADER}{NOBODY}\0,{MARCH},5".encode(), "line 2: profile_id: write a UUID"),
    "an open quote": (f'{HEADER}"{GOOD}'.encode(), "line 2: unexpected end of data"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_the_file_is_told_with_its_line(
    db_url: str, tmp_path: Path, mistake: str
) -> None:
    (profile,) = opened(db_url, 1)
    content, told = MISTAKES[mistake]
    path = tmp_path / "renewals.csv"
    path.write_bytes(content)
    answer = call("renew", "--from", path, url=db_url)
    assert (answer.code, answer.stdout) == (2, "")
    assert told in answer.stderr
    assert "renewals.csv: " in answer.stderr
    assert balances(db_url, [profile]) == [100]


def test_nothing_is_renewed_before_all_rows_are_checked(db_url: str, tmp_path: Path) -> None:
    profiles = opened(db_url, 13)
    path = file_of(
        tmp_path, *(f"{each},{MARCH},many" for each in profiles[1:]), f"{profiles[0]},{MARCH},5"
    )
    answer = call("renew", "--from", path, url=db_url)
    lines = answer.stderr.splitlines()
    assert len(lines) == 12
    assert lines[10:] == ["And 2 more.", "Nothing was renewed."]
    assert set(balances(db_url, profiles)) == {100}


def test_a_file_without_rows_is_no_mistake(db_url: str, tmp_path: Path) -> None:
    answer = call("renew", "--from", file_of(tmp_path), url=db_url)
    assert (answer.code, answer.stdout) == (0, "No rows: nothing to renew.\n")
    byte_order_mark = file_of(tmp_path, header="\ufeff" + HEADER)
    assert call("renew", "--from", byte_order_mark, "--json", url=db_url).document["rows"] == 0


def test_the_standard_input_is_a_file_too(db_url: str) -> None:
    profiles = opened(db_url, 2)
    given = HEADER + "".join(f"{each},{MARCH},500\r\n" for each in profiles)
    command = [sys.executable, "-m", "pgcredits", "renew", "--from", "-"]
    done = subprocess.run(
        command, check=False, input=given.encode(), capture_output=True, env=environment(db_url)
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert balances(db_url, profiles) == [500, 500]
    done = subprocess.run(
        command, check=False, input=b"x\n", capture_output=True, env=environment(db_url)
    )
    assert done.returncode == 2
    assert done.stderr.startswith(b"stdin: there is no column profile_id")


def test_a_query_is_renewed(db_url: str) -> None:
    profiles = opened(db_url, 250)
    of_these = f"where id = any ('{{{','.join(profiles)}}}')"
    query = (
        f"select id as profile_id, timestamptz '{MARCH}' as period_start, 500::numeric as"
        " allowance,"
        f" 30 as rollover_cap from credits.profiles {of_these}"
    )
    answer = call("renew", "--query", query, "--json", url=db_url)
    assert (answer.code, answer.document["renewed"]) == (0, 250)
    assert set(balances(db_url, profiles)) == {530}
    nobody = call("renew", "--query", f"{query} and false", url=db_url)
    assert (nobody.code, nobody.stdout) == (0, "No rows: nothing to renew.\n")


QUERIES = {
    "a timestamp without zone": ("now()::timestamp", "5", "row 1: period_start: write a time with"),
    "a date": ("current_date", "5", "in a query, a timestamptz: not '20"),
    "nothing": ("null::timestamptz", "5", "row 1: period_start: write a time with its time zone"),
    "NaN": ("now()", "'NaN'::numeric", "row 1: allowance: write a whole number of 0 or more: "),
    "a fraction": (
        "now()",
        "1.5",
        "row 1: allowance: write a whole number of 0 or more: not '1.5'",
    ),
    "a truth": ("now()", "true", "row 1: allowance: write a whole number of 0 or more: not 'True'"),
}


@pytest.mark.parametrize("what", QUERIES)
def test_a_mistake_in_a_query_is_told_with_its_row(db_url: str, what: str) -> None:
    start, allowance, told = QUERIES[what]
    query = f"select '{NOBODY}' as profile_id, {start} as period_start, {allowance} as allowance"
    answer = call("renew", "--query", query, url=db_url)
    assert (answer.code, answer.stdout) == (2, "")
    assert answer.stderr.startswith("the query: ")
    assert told in answer.stderr


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("select 1 as profile_id", "the query: there is no column period_start"),
        ("selec", "The server reported: syntax error"),
        ("", "the query: it is empty"),
        ("delete from credits.settings", "the query: it is empty"),
        ("select 1; select 2", "cannot insert multiple commands"),
        (
            f"select '{NOBODY}' as profile_id, now() as period_start, (credits.open_profile("
            f"'{NOBODY}')).seq as allowance",
            "in a read-only transaction",
        ),
    ],
)
def test_a_query_only_reads(db_url: str, query: str, told: str) -> None:
    answer = call("renew", "--query", query, url=db_url)
    assert (answer.code, answer.stdout) == (2, "")
    assert told in answer.stderr
    assert fetch(db_url, "select count(*) from credits.settings") == [(1,)]


def test_a_locked_profile_is_renewed_when_it_is_free(
    db_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    profiles = opened(db_url, 30)
    limit = "alter function credits.renew_monthly_many(jsonb) set lock_timeout = '{}'"
    execute(db_url, limit.format("200ms"))
    path = file_of(tmp_path, *(f"{each},{MARCH},500" for each in profiles))
    try:
        with psycopg.connect(db_url) as other:
            other.execute("select from credits.profiles where id = %s for update", [profiles[9]])
            answer = call("renew", "--from", path, url=db_url)
            assert answer.code == 1
            assert f"line 11: profile {profiles[9]}: lock_timeout. Another" in answer.stdout
            assert "Renewed: 29. Already there: 0. Refused: 1." in answer.stdout

            monkeypatch.setattr(renewals, "_ROUNDS", 1_000)
            told: list[str] = []
            again = threading.Thread(
                target=lambda: told.append(call("renew", "--from", path, url=db_url).stdout)
            )
            again.start()
            waits = "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
            until(lambda: fetch(db_url, waits) != [(0,)])
            other.rollback()
        again.join()
        assert told[0].startswith("Renewed: 1. Already there: 29. Refused: 0.")
    finally:
        execute(db_url, limit.format("5s"))


def test_an_interrupted_run_says_how_far_it_came_and_goes_on(
    db_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    profiles = opened(db_url, 500)
    path = file_of(tmp_path, *(f"{each},{MARCH},500" for each in profiles))
    pages: list[Any] = []
    renew: Callable[..., Any] = Credits.renew_monthly_many

    async def breaking(self: Credits, elements: Any) -> Any:
        pages.append(elements)
        if len(pages) == 3:
            raise ConnectionResetError("Connection reset by peer")
        return await renew(self, elements)

    monkeypatch.setattr(Credits, "renew_monthly_many", breaking)
    answer = call("renew", "--from", path, url=db_url)
    assert (answer.code, answer.stdout) == (2, "")
    assert answer.stderr.splitlines() == [
        "Stopped after 400 of 500 rows. Run the same command again: it goes on where it stopped.",
        "The operating system reported: Connection reset by peer.",
    ]
    assert [len(page) for page in pages] == [200, 200, 100]
    again = call("renew", "--from", path, "--json", url=db_url)
    assert (again.document["renewed"], again.document["already_there"]) == (100, 400)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--from", "a.csv", "--query", "select"],
        [str(UUID(int=1)), "--from", "a.csv"],
        [str(UUID(int=1)), MARCH, 5, "--rejects", "b.csv"],
    ],
)
def test_there_is_one_source(arguments: list[object]) -> None:
    answer = call("renew", *arguments)
    assert (answer.code, answer.stdout) == (2, "")
    assert "give PROFILE PERIOD_START ALLOWANCE, or --from FILE, or --query SQL" in answer.stderr


def test_files_that_cannot_be_used_are_told_before_anything_is_renewed(
    db_url: str, tmp_path: Path
) -> None:
    (profile,) = opened(db_url, 1)
    path = file_of(tmp_path, f"{profile},{MARCH},500")
    missing = call("renew", "--from", tmp_path / "none.csv", url=db_url)
    assert (missing.code, missing.stderr) == (
        2,
        f"The operating system reported: {tmp_path / 'none.csv'}: No such file or directory.\n",
    )
    folder = call("renew", "--from", path, "--rejects", tmp_path, url=db_url)
    assert folder.code == 2
    assert "Is a directory" in folder.stderr
    same = call("renew", "--from", path, "--rejects", path, url=db_url)
    assert same.code == 2
    assert "it is the file of --from" in same.stderr
    assert balances(db_url, [profile]) == [100]
