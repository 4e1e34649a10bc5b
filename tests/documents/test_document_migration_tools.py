"""What docs/migration-tools.md says to write makes the schema, in the tools themselves."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import sqlalchemy
import sqlparse
from document_tools import ROOT, blocks
from psycopg.conninfo import conninfo_to_dict

import npm_package
from fire.faults.proxy import Proxy
from pgcredits._server.schema import bundle
from support import catalog, django_database

pytestmark = pytest.mark.server

DOCUMENT = ROOT / "docs" / "migration-tools.md"
SCRIPT = "pgcredits-0.1.0.sql"
SUPABASE_VERSION = "3.1.0"
DRIVERS = ["postgresql", "postgresql+psycopg", "postgresql+asyncpg"]


def code(word: str) -> str:
    """The block of the page that is marked with a word."""
    (block,) = (block for block in blocks(DOCUMENT) if word in block.words)
    return block.code


def commands(heading: str) -> list[str]:
    """The lines after `$` in the console block below a heading."""
    section = DOCUMENT.read_text("utf-8").partition(f"\n## {heading}\n")[2]
    block = section.partition("```console\n")[2].partition("```")[0]
    return re.findall(r"^\$ (.+)$", block, re.MULTILINE)


def run(folder: Path, *command: str | Path, **environment: str) -> str:
    """What a program prints; it must not fail."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    ran = subprocess.run(
        command,
        check=False,
        cwd=folder,
        env={**os.environ, "HOME": str(folder), "PATH": path, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert ran.returncode == 0, ran.stdout
    return ran.stdout


def has_schema(url: str) -> bool:
    with psycopg.connect(url) as connection:
        found = connection.execute("select to_regnamespace('credits') is not null").fetchone()
        return found == (True,)


def test_no_piece_of_it_is_taken_for_a_parameter_or_a_placeholder() -> None:
    script = bundle()
    assert sqlalchemy.text(script).compile().params == {}
    assert "${" not in script, "a placeholder of Flyway"
    assert not re.search(r"^\\", script, re.MULTILINE), "a command of psql"


def test_it_can_be_sent_statement_by_statement(empty_db_url: str, db_url: str) -> None:
    with psycopg.connect(empty_db_url) as connection:
        for statement in sqlparse.split(bundle()):
            connection.execute(statement.encode())
    assert catalog(empty_db_url) == catalog(db_url)


class Alembic:
    """A project of Alembic's own template."""

    def __init__(self, folder: Path, url: str, driver: str) -> None:
        self._folder = folder
        self._block = "alembic-async" if driver.endswith("asyncpg") else "alembic"
        template = "async" if driver.endswith("asyncpg") else "generic"
        self.call("init", "--template", template, "migrations")
        settings = folder / "alembic.ini"
        url = url.replace("postgresql:", f"{driver}:")
        text, count = re.subn(
            r"(?m)^sqlalchemy.url = .*$", f"sqlalchemy.url = {url}", settings.read_text("utf-8")
        )
        assert count == 1
        settings.write_text(text, "utf-8")
        (folder / "migrations" / "versions" / SCRIPT).write_text(bundle(), "utf-8")

    def revision(self) -> None:
        self.call("revision", "--message", "credits")
        (self._file,) = self._folder.glob("migrations/versions/*_credits.py")
        head = self._file.read_text("utf-8").partition("def upgrade()")[0]
        self._file.write_text(head + code(self._block), "utf-8")

    @contextmanager
    def failing(self) -> Iterator[None]:
        """Lets the revision fail at its end, for as long as the block."""
        text = self._file.read_text("utf-8")
        upgrade, end, rest = text.partition("\n\ndef downgrade()")
        self._file.write_text(f'{upgrade}    op.execute("select 1/0")\n{end}{rest}', "utf-8")
        yield
        self._file.write_text(text, "utf-8")

    def call(self, *arguments: str) -> str:
        return run(self._folder, sys.executable, "-m", "alembic", *arguments)


@pytest.mark.parametrize("driver", DRIVERS)
def test_alembic(tmp_path: Path, empty_db_url: str, db_url: str, driver: str) -> None:
    alembic = Alembic(tmp_path, empty_db_url, driver)
    alembic.revision()
    with alembic.failing(), pytest.raises(AssertionError, match="division by zero"):
        alembic.call("upgrade", "head")
    assert not has_schema(empty_db_url), "all of it is in Alembic's transaction"
    alembic.call("upgrade", "head")
    assert catalog(empty_db_url) == catalog(db_url)


def test_django(tmp_path: Path, empty_db_url: str, db_url: str) -> None:
    settings = {
        "INSTALLED_APPS": ["billing"],
        "DATABASES": {"default": django_database(empty_db_url)},
    }
    text = "\n".join(f"{name} = {value!r}" for name, value in settings.items())
    (tmp_path / "settings.py").write_text(text, "utf-8")
    migrations = tmp_path / "billing" / "migrations"
    migrations.mkdir(parents=True)
    for package in (migrations.parent, migrations):
        (package / "__init__.py").touch()
    (migrations / SCRIPT).write_text(bundle(), "utf-8")
    (migrations / "0001_credits.py").write_text(code("django"), "utf-8")

    def migrate(*arguments: str) -> str:
        command = [sys.executable, "-m", "django", "migrate", *arguments]
        return run(tmp_path, *command, DJANGO_SETTINGS_MODULE="settings", PYTHONPATH=str(tmp_path))

    assert "Applying billing.0001_credits... OK" in migrate()
    assert catalog(empty_db_url) == catalog(db_url)
    migrate("billing", "zero")
    assert has_schema(empty_db_url), "nothing is undone"
    migrate()
    assert catalog(empty_db_url) == catalog(db_url)


@pytest.mark.skipif(not shutil.which("sqitch"), reason="no sqitch: apt-get install sqitch")
def test_sqitch(tmp_path: Path, empty_db_url: str, db_url: str) -> None:
    given = conninfo_to_dict(empty_db_url)
    target = f"db:pg://{given.get('user', 'postgres')}@/{given['dbname']}"
    server = {"PGHOST": str(given["host"]), "PGPORT": str(given["port"])}
    if "password" in given:
        server["PGPASSWORD"] = str(given["password"])
    person = {"SQITCH_FULLNAME": "Anna", "SQITCH_EMAIL": "anna@example.org"}
    run(tmp_path, "sqitch", "init", "app", "--engine", "pg", "--target", target, **person)
    add, write, deploy = commands("Sqitch")
    for command in (add, write):
        run(tmp_path, "sh", "-euc", command, **person)
    (tmp_path / "verify" / "pgcredits.sql").write_text("select credits.schema_version();")
    run(tmp_path, "sh", "-euc", f"{deploy} --verify", **server, **person)
    assert catalog(empty_db_url) == catalog(db_url)


def test_supabase(tmp_path: Path, empty_db_url: str, db_url: str) -> None:
    machine = {"x86_64": "x64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    package = npm_package.unpack(f"@supabase/cli-{sys.platform}-{machine}", SUPABASE_VERSION)
    if package is None:
        pytest.skip("no npm with which to get Supabase's command line")
    given = conninfo_to_dict(empty_db_url)
    if not Path(str(given["host"])).is_dir():
        pytest.skip("the server of PGCREDITS_TEST_URL is not on a socket")
    (tmp_path / "supabase").mkdir()
    new, push = commands("Supabase")
    environment = {
        "PATH": os.pathsep.join(
            [str(package / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]]
        ),
        "DO_NOT_TRACK": "1",
    }
    with Proxy(Path(str(given["host"]))) as proxy:  # the tool knows no sockets
        url = proxy.url(f"{given['user']}:none", str(given["dbname"]))
        for again in (False, True):
            run(
                tmp_path,
                "sh",
                "-euc",
                new.replace("new ", f"new {'later_' * again}"),
                **environment,
            )
            run(tmp_path, "sh", "-euc", f"{push} --yes --remote '{url}'", **environment)
            assert catalog(empty_db_url) == catalog(db_url)
