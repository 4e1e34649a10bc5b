"""pgcredits.testing: what a program's own tests get from the plugin."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from pgcredits.sync import Credits
from pgcredits.testing import Clock, assert_books_sound, database_url

CONFTEST = """
import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

pytest_plugins = ["pgcredits.testing"]


@pytest.fixture(scope="session")
def credits_setup():
    def make_tables(url):
        with psycopg.connect(url) as connection:
            connection.execute("create table made_once (at timestamptz)")
            connection.execute("insert into made_once values (clock_timestamp())")

    return make_tables
"""
TESTS = """
import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

SEEN = []


@pytest.mark.parametrize("number", [1, 2])
def test_a_database(credits_url, number):
    with psycopg.connect(credits_url) as connection:
        SEEN.append(connection.execute("select at from made_once").fetchone())
        profiles = connection.execute("select count(*) from credits.profiles").fetchone()
        assert profiles == (0,)
        connection.execute("select credits.open_profile(gen_random_uuid(), 5)")
    assert len(set(SEEN)) == 1


def test_nothing_is_left_on_the_server(credits_server, credits_url):
    with psycopg.connect(credits_server) as connection:
        names = connection.execute(
            "select datname from pg_database where datname ~ 'inner' order by datname"
        ).fetchall()
    assert [name.rpartition("_")[2] for (name,) in names] == ["own", "template"]
"""


def inner_pytest(folder: Path, server: str | None, *arguments: str) -> str:
    """What pytest prints in a project of its own, on a server or without one."""
    own_names = {"PYTEST_XDIST_WORKER": f"inner_{os.getpid()}", "PYTEST_ADDOPTS": ""}
    environment = {**os.environ, **own_names}
    if server:
        environment["PGCREDITS_TEST_URL"] = server
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    ran = subprocess.run(
        command, check=False, cwd=folder, env=environment, capture_output=True, text=True
    )
    return ran.stdout + ran.stderr


@pytest.mark.server
def test_each_test_has_a_database_of_its_own_with_what_was_set_up(
    empty_server: str, tmp_path: Path
) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST, "utf-8")
    (tmp_path / "test_it.py").write_text(TESTS, "utf-8")
    assert "3 passed" in inner_pytest(tmp_path, empty_server)
    with psycopg.connect(empty_server) as connection:
        left = connection.execute(
            "select datname from pg_database where datname ~ %s", [f"inner_{os.getpid()}"]
        ).fetchall()
    assert left == []


def test_the_clock_stands_still_until_it_is_moved(db_url: str) -> None:
    began = datetime.now(UTC)
    clock = Clock(db_url)
    first = clock.now()
    assert began <= first <= datetime.now(UTC)
    assert clock.now() == first
    clock.move(timedelta(days=15))
    assert clock.now() == first + timedelta(days=15)
    clock.move(timedelta(days=-1))
    assert clock.now() == first + timedelta(days=14)
    clock.set(datetime(2030, 1, 1, tzinfo=UTC))
    assert clock.now() == datetime(2030, 1, 1, tzinfo=UTC)


def test_every_session_goes_by_the_clock(db_url: str) -> None:
    with psycopg.connect(db_url, autocommit=True) as connection:
        client = Credits(connection)
        profile_id, job_id = uuid4(), uuid4()
        client.open_profile(profile_id, credits_remaining=10)
        connection.execute("set role credits_app")
        clock = Clock(db_url)
        clock.set(datetime(2031, 5, 6, tzinfo=UTC))
        held = client.reserve_credits(profile_id, job_id, 10, hold_for=timedelta(hours=1))
        assert held.hold_expires_at == datetime(2031, 5, 6, 1, tzinfo=UTC)
        clock.move(timedelta(hours=1) - timedelta(microseconds=1))
        assert client.get_balance(profile_id).available == 0
        clock.move(timedelta(microseconds=1))
        assert client.get_balance(profile_id).available == 10


def test_books_that_are_not_sound_fail_with_what_was_found(db_url: str) -> None:
    with psycopg.connect(db_url, autocommit=True) as connection:
        client = Credits(connection)
        sound, broken = uuid4(), uuid4()
        for profile_id in (sound, broken):
            client.open_profile(profile_id, credits_remaining=10)
        assert_books_sound(db_url)
        connection.execute(
            "update credits.profiles set credits_remaining = 11 where id = %s", [broken]
        )
    assert_books_sound(db_url, sound)
    for asked in (None, broken, str(broken)):
        with pytest.raises(pytest.fail.Exception) as failed:
            assert_books_sound(db_url, asked)
        assert str(broken) in str(failed.value)
        assert "expected 10, found 11" in str(failed.value)


@pytest.mark.parametrize(
    ("server", "expected"),
    [
        (
            "postgresql://u:p%40ss%2Fw@db.example:5433/postgres",
            {"user": "u", "password": "p@ss/w", "host": "db.example", "port": "5433"},
        ),
        (
            "postgresql:///postgres?host=/a%20folder&sslmode=disable",
            {"user": "postgres", "host": "/a folder", "port": "5432", "sslmode": "disable"},
        ),
    ],
)
def test_another_database_has_the_login_and_the_settings(
    server: str, expected: dict[str, str]
) -> None:
    assert conninfo_to_dict(database_url(server, "own")) == {**expected, "dbname": "own"}
