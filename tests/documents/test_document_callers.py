"""The programs of docs/callers.md run as they are there, and print what is said there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest
from document_tools import EXAMPLES, ROOT, Block, blocks
from psycopg.conninfo import conninfo_to_dict

from client.rest import rest_server
from support import django_database

PAGE = ROOT / "docs" / "callers.md"
CALLERS = EXAMPLES / "callers"
NODE_FOLDER = ROOT / ".cache" / "npm"
BLOCKS = blocks(PAGE)
# Not in another language than the tests can run.
SHOWN = [block for block in BLOCKS if block.language in {"py", "js", "sh"}]
(TABLE,) = (block for block in BLOCKS if block.language == "sql")
(PRINTED,) = (block.code for block in BLOCKS if block.language == "text" and "took" in block.code)
NEEDED = {"django_view": "django", "psycopg_2": "psycopg2", "supabase_py": "supabase"}
# What a project of Django has in its settings.
DJANGO = """
import django
from django.conf import settings

settings.configure(DATABASES={{"default": {database!r}}})
django.setup()
"""
# What the page says of node-postgres, before the driver is told.
TRAPS = """
import pg from "pg";
const pool = new pg.Pool();
const { rows: [balance] } = await pool.query(
  "select available from credits.open_profile(gen_random_uuid(), 500, 9007199254740491)");
console.log(balance.available + 1);
pg.types.setTypeParser(20, Number);
const { rows: [kept] } = await pool.query("select 9007199254740991::int8 as amount");
console.log(kept.amount === Number.MAX_SAFE_INTEGER);
const jobs = [{ profile_id: "11111111-1111-4111-8111-111111111111", cost: 0,
                job_id: "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa" }];
await pool.query("select from credits.open_profile($1)", [jobs[0].profile_id]);
const call = "select r.reservation from credits.reserve_credits_many($1) r";
await pool.query(call, [jobs]).catch((error) => console.log(error.code));
const { rows: [answer] } = await pool.query(call, [JSON.stringify(jobs)]);
console.log(answer.reservation.slice(0, 9));
await pool.end();
"""


@pytest.fixture
def orders_url(db_url: str) -> str:
    """A database with the table of the page."""
    with psycopg.connect(db_url, autocommit=True) as connection:
        connection.execute(TABLE.code.encode())
    return db_url


def run(command: list[str], source: str, folder: Path, **environment: str) -> str:
    ran = subprocess.run(
        command,
        input=source,
        check=False,
        cwd=folder,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, **environment},
    )
    assert ran.returncode == 0, ran.stdout
    return ran.stdout


def run_python(source: str, url: str, **environment: str) -> str:
    # Warnings of packages that are not ours are no errors.
    return run([sys.executable, "-"], source, ROOT, DATABASE_URL=url, **environment)


def run_node(source: str, url: str, package: str) -> str:
    """In the folder where ``make npm`` has put the packages."""
    node = shutil.which("node", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    if node is None or not (NODE_FOLDER / "node_modules" / package).exists():
        pytest.skip(f"{'Node.js' if node is None else package} is missing: make npm")
    # Not every driver takes the folder of a socket in a URL, but all take it from PGHOST.
    given = conninfo_to_dict(url)
    names = {"PGHOST": "host", "PGPORT": "port", "PGUSER": "user", "PGDATABASE": "dbname"}
    environment = {name: str(given[key]) for name, key in names.items()}
    environment["PGPASSWORD"] = str(given.get("password", ""))
    return run([node, "--input-type=module", "-"], source, NODE_FOLDER, **environment)


def names(suffix: str) -> list[str]:
    return sorted(file.stem for file in CALLERS.glob(f"*{suffix}"))


@pytest.mark.parametrize("name", [n for n in names(".py") if n != "supabase_py"])
def test_a_program_in_python_prints_what_the_page_says(name: str, orders_url: str) -> None:
    if find_spec(NEEDED.get(name, "sqlalchemy")) is None:
        pytest.skip(f"{NEEDED[name]} is not installed")
    source = (CALLERS / f"{name}.py").read_text("utf-8")
    if name == "django_view":
        source = DJANGO.format(database=django_database(orders_url)) + source
    assert run_python(source, orders_url) == PRINTED


def test_the_program_over_supabase_prints_what_the_page_says(db_url: str) -> None:
    if find_spec("supabase") is None:
        pytest.skip("supabase is not installed")
    source = (CALLERS / "supabase_py.py").read_text("utf-8")
    with rest_server(db_url) as address:
        keys = {"SUPABASE_URL": address, "SUPABASE_SERVICE_KEY": "sb_secret_of_a_test"}
        assert run_python(source, db_url, **keys) == PRINTED


@pytest.mark.parametrize("name", names(".mjs"))
def test_a_program_in_javascript_prints_what_the_page_says(name: str, orders_url: str) -> None:
    package = {"node_postgres": "pg", "postgres_js": "postgres", "drizzle": "drizzle-orm"}
    source = (CALLERS / f"{name}.mjs").read_text("utf-8")
    package["prisma"] = "@prisma/client"
    assert run_node(source, orders_url, package.get(name, name)) == PRINTED


def test_the_three_traps_are_as_the_page_says(db_url: str) -> None:
    printed = run_node(TRAPS, db_url, "pg").splitlines()
    assert printed == ["90071992547409911", "true", "22P02", "(aaaaaaaa"]


def test_the_program_with_curl_prints_what_the_page_says(db_url: str) -> None:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    (shown,) = (block for block in SHOWN if block.language == "sh")
    with rest_server(db_url) as address:
        service = {"POSTGREST_URL": address, "SERVICE_TOKEN": "one of service_role"}
        printed = run(["sh", "-eu"], shown.code, ROOT, **service)
    assert printed == shown.output


def test_the_page_shows_each_program_word_for_word() -> None:
    suffixes = {"py": ".py", "js": ".mjs", "sh": ".sh"}

    def kind(block: Block) -> tuple[str, str]:
        return suffixes[block.language], block.code

    files = [(file.suffix, file.read_text("utf-8")) for file in CALLERS.iterdir()]
    assert sorted(map(kind, SHOWN)) == sorted(files)
