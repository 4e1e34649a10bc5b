"""Commands of docs/operations.md that can run here do what it says, word for word."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from document_tools import ROOT

from pgcredits._server.local_server import LocalServer
from pgcredits._server.migrate import ROLES, migrate
from support import pg_dump

pytestmark = pytest.mark.server

TABLES = "select p, j, l from credits.profiles p, credits.jobs j, credits.ledger l order by l.seq"


def commands(heading: str) -> str:
    """The lines after `$` in the first console block below a heading, as a script."""
    text = (ROOT / "docs" / "operations.md").read_text("utf-8")
    section = text.partition(f"\n{heading}\n")[2]
    block = section.partition("```console\n")[2].partition("```")[0]
    return "\n".join(re.findall(r"^\$ (.+(?:\\\n.+)*)", block, re.MULTILINE))


@pytest.fixture
def server() -> Iterator[LocalServer]:
    with LocalServer() as server, psycopg.connect(server.url(), autocommit=True) as connection:
        for database in ("app", "new"):
            connection.execute(f"create database {database}")
        yield server


def run(script: str, server: LocalServer, program: str, folder: Path) -> str:
    """Runs a script with the programs that lie beside the given one."""
    programs = [str(Path(sys.executable).parent), str(Path(program).parent), os.environ["PATH"]]
    ran = subprocess.run(
        ["sh", "-euc", script],
        check=False,
        cwd=folder,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={
            **os.environ,
            "PATH": os.pathsep.join(programs),
            "DATABASE_URL": server.url("app"),
            "PGHOST": str(server.socket_folder),
            "PGUSER": "postgres",
            "PGDATABASE": "app",
        },
    )
    assert ran.returncode == 0, ran.stdout
    return ran.stdout


def rows(server: LocalServer, database: str) -> list[tuple[str, ...]]:
    with psycopg.connect(server.url(database)) as connection:
        return connection.execute(TABLES).fetchall()


def charge(server: LocalServer) -> None:
    with psycopg.connect(server.url("app")) as connection:
        connection.execute(
            "select credits.open_profile(p, 500, 5000), credits.reserve_credits(p, p, 2000),"
            " credits.refund_job(p, 600, 'part') from gen_random_uuid() p"
        )


def test_the_script_for_other_tools_makes_the_schema_and_migrate_takes_it_over(
    server: LocalServer, psql: str, tmp_path: Path
) -> None:
    run(commands("### With another migration tool"), server, psql, tmp_path)
    charge(server)
    before = rows(server, "app")
    migrate(server.url("app"))
    run(commands("### With another migration tool"), server, psql, tmp_path)  # a later version
    assert rows(server, "app") == before


def test_a_backup_of_the_schema_is_restored_into_another_database(
    server: LocalServer, tmp_path: Path
) -> None:
    migrate(server.url("app"))
    charge(server)
    run(commands("## Backup and restore"), server, pg_dump(server.url(), restores=True), tmp_path)
    assert rows(server, "new") == rows(server, "app")


def test_a_backup_is_restored_where_only_the_roles_were_made(
    server: LocalServer, tmp_path: Path
) -> None:
    migrate(server.url("app"))
    charge(server)
    before = rows(server, "app")
    dump, restore, again = commands("## Backup and restore").splitlines()
    run(dump, server, pg_dump(server.url(), restores=True), tmp_path)
    with psycopg.connect(server.url("app"), autocommit=True) as connection:
        connection.execute("drop schema credits cascade")
        for role in ROLES:
            connection.execute(f"drop role {role}")
            connection.execute(f"create role {role} nologin")
    run(f"{restore}\n{again}", server, pg_dump(server.url(), restores=True), tmp_path)
    assert rows(server, "new") == before


@pytest.mark.skipif(not shutil.which("pg_prove"), reason="pg_prove is not installed")
def test_a_dba_runs_the_pgtap_files_with_pg_prove(server: LocalServer, psql: str) -> None:
    migrate(server.url("app"))
    charge(server)
    before = rows(server, "app")
    with psycopg.connect(server.url("app")) as connection:
        known = connection.execute(
            "select from pg_available_extensions where name = 'pgtap'"
        ).fetchone()
    if known is None:
        pytest.skip("this server has no pgTAP to install")
    assert "All tests successful." in run(
        commands("## The tests on your own database"), server, psql, ROOT
    )
    assert rows(server, "app") == before
