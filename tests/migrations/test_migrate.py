"""`migrate` brings any database to this version, at any time and as often as one likes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
import yoyo

from later_version import later_version
from pgcredits._server.migrate import MigrationError, _yoyo_url, migrate
from pgcredits._server.schema import (
    MIGRATIONS_FOLDER,
    bundle,
    edited_migrations,
    migration_files,
)
from pgcredits.testing import database
from support import catalog

NUMBERED = [file.stem for file in migration_files()]


def run_script(psql: str, script: Path, url: str) -> None:
    subprocess.run([psql, "-Xq1", "-v", "ON_ERROR_STOP=1", "-f", script, url], check=True)


def test_an_empty_database_gets_everything_and_a_second_run_finds_nothing(
    empty_db_url: str,
) -> None:
    assert migrate(empty_db_url).applied == NUMBERED
    before = catalog(empty_db_url)
    assert migrate(empty_db_url).applied == []
    assert catalog(empty_db_url) == before


def test_the_script_makes_the_same_catalog(
    empty_db_url: str, db_url: str, script: Path, psql: str
) -> None:
    run_script(psql, script, empty_db_url)
    assert catalog(empty_db_url) == catalog(db_url)
    assert "reserve_credits" in catalog(db_url)


def test_a_database_from_the_script_can_be_migrated_later(
    empty_db_url: str, script: Path, psql: str
) -> None:
    run_script(psql, script, empty_db_url)
    before = catalog(empty_db_url)
    migrate(empty_db_url)
    assert catalog(empty_db_url) == before


def test_the_script_can_be_run_again(empty_db_url: str, script: Path, psql: str) -> None:
    run_script(psql, script, empty_db_url)
    before = catalog(empty_db_url)
    run_script(psql, script, empty_db_url)
    assert catalog(empty_db_url) == before


def test_the_script_of_a_later_version_brings_a_database_to_it(
    empty_server: str, empty_db_url: str, script: Path, psql: str
) -> None:
    run_script(psql, script, empty_db_url)
    with later_version(), database(empty_server, "later") as later:
        migrate(later)
        script.write_text(bundle(), "utf-8")
        run_script(psql, script, empty_db_url)
        assert catalog(empty_db_url) == catalog(later)


def test_every_run_restores_the_logic(db_url: str) -> None:
    before = catalog(db_url)
    with psycopg.connect(db_url) as connection:
        connection.execute("drop view credits.balances")
        connection.execute("drop function credits.schema_version")
        connection.execute("grant execute on function credits.grant_addon to public")
        connection.execute("alter table credits.ledger disable trigger ledger_refuse_change")
        connection.execute(
            "create or replace function credits._check_present(parameter text, present boolean) "
            "returns boolean language sql stable as 'select true'"
        )
    assert catalog(db_url) != before
    migrate(db_url)
    assert catalog(db_url) == before


def test_a_lock_that_a_killed_migrator_left_stops_nobody(empty_db_url: str) -> None:
    with psycopg.connect(empty_db_url) as connection:
        connection.execute("create schema credits")
        connection.execute("create table credits.yoyo_lock (locked int, ctime timestamp, pid int)")
        connection.execute("insert into credits.yoyo_lock values (1, now(), 1)")
        connection.execute("alter table credits.yoyo_lock add primary key (locked)")
    assert migrate(empty_db_url).applied == NUMBERED


def test_existing_credits_stay_as_they_are(db_url: str) -> None:
    rows = "select p::text from credits.profiles p union all select l::text from credits.ledger l"
    with psycopg.connect(db_url, autocommit=True) as connection:
        connection.execute("select credits.open_profile(%s, 500, 5000)", [uuid4()])
        before = connection.execute(rows).fetchall()
        migrate(db_url)
        assert connection.execute(rows).fetchall() == before


def test_a_run_does_not_wait_for_a_transaction_that_moves_credits(db_url: str) -> None:
    profile_id = uuid4()
    with psycopg.connect(db_url) as connection:
        connection.execute("select credits.open_profile(%s, 500, 5000)", [profile_id])
        connection.execute("select credits.reserve_credits(%s, %s, 7)", [profile_id, uuid4()])
        migrate(db_url)  # would fail after its lock_timeout
        connection.commit()


def test_eight_at_once_apply_each_migration_once(empty_db_url: str) -> None:
    program = "import sys, pgcredits._server.migrate as m; print(*m.migrate(sys.argv[1]).applied)"
    migrators = [
        subprocess.Popen(
            [sys.executable, "-c", program, empty_db_url], stdout=subprocess.PIPE, text=True
        )
        for _ in range(8)
    ]
    outputs = [migrator.communicate()[0].split() for migrator in migrators]
    assert [migrator.returncode for migrator in migrators] == [0] * 8
    assert sorted(outputs) == [[]] * 7 + [NUMBERED]


def test_a_user_without_a_name_can_migrate(empty_db_url: str) -> None:
    # As in a container that runs under a number: no passwd entry, no USER.
    program = (
        "import pwd, sys, pgcredits._server.migrate as m\n"
        "def getpwuid(uid): raise KeyError(uid)\n"
        "pwd.getpwuid = getpwuid\n"
        "m.migrate(sys.argv[1]); print(*m.migrate(sys.argv[1]).applied)"
    )
    names = {"USER", "LOGNAME", "LNAME", "USERNAME"}
    result = subprocess.run(
        [sys.executable, "-c", program, empty_db_url],
        check=False,
        capture_output=True,
        text=True,
        env={name: value for name, value in os.environ.items() if name not in names},
    )
    assert (result.returncode, result.stdout) == (0, "\n"), result.stderr


def test_an_edited_migration_is_noticed(
    empty_db_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS_FOLDER, folder)
    monkeypatch.setattr("pgcredits._server.schema.MIGRATIONS_FOLDER", folder)
    edited = folder / f"{NUMBERED[1]}.sql"
    edited.write_text(edited.read_text("utf-8") + "\n-- harmless\n", "utf-8")
    with pytest.raises(MigrationError, match=rf"edited: {edited.name}\."):
        migrate(empty_db_url)
    edited.unlink()
    with pytest.raises(MigrationError, match=rf"edited: {edited.name}\."):
        migrate(empty_db_url)
    with psycopg.connect(empty_db_url) as connection:
        assert connection.execute("select to_regnamespace('credits')").fetchone() == (None,)


def test_a_database_of_a_later_version_is_left_alone(db_url: str) -> None:
    with later_version() as names:
        assert migrate(db_url).applied == names[len(NUMBERED) :]
    before, unknown = catalog(db_url), ", ".join(names[len(NUMBERED) :])
    with pytest.raises(MigrationError, match=f"does not know what the database has: {unknown}. "):
        migrate(db_url)
    assert catalog(db_url) == before


def test_an_old_server_is_refused(empty_db_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pgcredits._server.migrate.OLDEST_SERVER", 99)
    with pytest.raises(MigrationError, match=r"or newer is needed, and this server is version \d+"):
        migrate(empty_db_url)


def test_an_unreachable_server_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(MigrationError, match="The database reported: "):
        migrate(f"postgresql://postgres@/postgres?host={tmp_path}")


def test_there_is_no_way_back_but_forward(db_url: str) -> None:
    before = catalog(db_url)
    backend = yoyo.get_backend(_yoyo_url(db_url))
    rolled_back = list(backend.to_rollback(yoyo.read_migrations(str(MIGRATIONS_FOLDER))))
    backend.rollback_migrations(rolled_back)
    backend.connection.close()
    assert sorted(migration.id for migration in rolled_back) == NUMBERED
    assert catalog(db_url) == before, "a roll-back undoes nothing"
    assert migrate(db_url).applied == NUMBERED
    assert catalog(db_url) == before


def test_every_released_migration_has_its_checksum() -> None:
    lines = (MIGRATIONS_FOLDER / "checksums.txt").read_text("utf-8").splitlines()
    assert [line.split()[1] for line in lines] == [f"{name}.sql" for name in NUMBERED]
    assert edited_migrations() == []


def test_what_an_earlier_version_left_is_dropped(db_url: str) -> None:
    before = catalog(db_url)
    with psycopg.connect(db_url) as connection:
        for left in ("_gone()", "_check_present(text)", "get_balance(uuid, text)"):
            connection.execute(
                f"create function credits.{left} returns integer language sql as 'select 1'"
            )
        connection.execute("create function credits.report() returns int language sql return 1")
    migrate(db_url)
    with psycopg.connect(db_url) as connection:
        connection.execute("drop function credits.report()")  # a stranger's function stays
    assert catalog(db_url) == before
