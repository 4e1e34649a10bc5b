"""A share of the piece: some statements to die at, every earlier state, a little traffic."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

import pgcredits._server.schema
from fire.migrations import states
from fire.migrations.databases import Databases
from fire.migrations.killed import kill_and_run_again, statements
from fire.migrations.traffic import charge_while_migrating
from later_version import later_version
from pgcredits._server.local_server import LocalServer
from pgcredits._server.migrate import migrate
from support import catalog

_SHARE = 6  # statements to die at


@pytest.fixture(scope="module")
def databases() -> Iterator[Databases]:
    with LocalServer() as server:
        yield Databases(server.url())


def is_sound(url: str) -> bool:
    with psycopg.connect(url) as connection:
        return connection.execute("select * from credits.check_integrity()").fetchall() == []


def test_a_migration_that_was_killed_is_finished_by_the_next(databases: Databases) -> None:
    fresh = databases.new()
    total = statements(fresh)
    wanted = catalog(fresh)
    assert total > 50
    killed = 0
    for share in range(_SHARE):
        url = databases.new()
        killed += kill_and_run_again(url, 1 + share * (total - 1) // (_SHARE - 1))
        assert catalog(url) == wanted
    assert killed == _SHARE


def test_an_upgrade_that_was_killed_is_finished_by_the_next(databases: Databases) -> None:
    fresh, counted = databases.new(), databases.new()
    migrate(counted)
    with later_version():
        total = statements(counted)
    with later_version(releases=2):
        migrate(fresh)
    killed = 0
    for share in range(_SHARE):
        url = databases.new()
        states.whole(url)
        before = states.balances(url)
        with later_version():
            killed += kill_and_run_again(url, 1 + share * (total - 1) // (_SHARE - 1))
        with later_version(releases=2):
            migrate(url)
        assert catalog(url) == catalog(fresh)
        assert states.balances(url) == before
        assert is_sound(url)
    assert killed == _SHARE


@pytest.mark.parametrize("migrations", range(states.count() + 1))
def test_every_earlier_state_becomes_the_same(databases: Databases, migrations: int) -> None:
    fresh, old = databases.new(), databases.new()
    migrate(fresh)
    states.build(old, migrations)
    before = states.balances(old) if migrations >= 2 else []
    migrate(old)
    assert catalog(old) == catalog(fresh)
    assert states.balances(old) == before
    assert is_sound(old)


def test_this_version_becomes_each_later_one(databases: Databases) -> None:
    old = databases.new()
    states.whole(old)
    before = states.balances(old)
    for releases in (1, 2):
        fresh = databases.new()
        with later_version(releases):
            migrate(fresh)
            migrate(old)
        assert catalog(old) == catalog(fresh)
        assert states.balances(old) == before
        assert is_sound(old)


def test_the_functions_keep_working_on_the_tables_of_a_later_version(databases: Databases) -> None:
    url = databases.new()
    states.whole(url)
    with later_version() as names, psycopg.connect(url, autocommit=True) as connection:
        for name in names:
            text = (pgcredits._server.schema.MIGRATIONS_FOLDER / f"{name}.sql").read_text("utf-8")
            connection.execute(text)
            states.work(url)
    assert is_sound(url)


def test_other_rules_are_asked_of_the_rows_that_are_there(databases: Databases) -> None:
    url = databases.new()
    states.whole(url)
    with later_version() as names, psycopg.connect(url, autocommit=True) as connection:
        folder = pgcredits._server.schema.MIGRATIONS_FOLDER
        texts = {name.split(".")[2]: (folder / f"{name}.sql").read_text("utf-8") for name in names}
        connection.execute(texts["jobs"])
        connection.execute("update credits.jobs set made_up = -1")
        connection.execute(texts["jobs_rules"])
        for statement in (
            texts["jobs_rules_valid"],
            "update credits.jobs set made_up = -2",
            "update credits.jobs set made_up = 0, monthly_refunded = monthly_deducted + 1",
        ):
            with pytest.raises(psycopg.errors.CheckViolation) as refused:
                connection.execute(statement)
            assert refused.value.diag.table_name == "jobs"
        assert refused.value.diag.constraint_name == "jobs_monthly_refunded_within_deducted"
        connection.execute("update credits.jobs set made_up = 0")
        connection.execute(texts["jobs_rules_valid"])


async def test_customers_are_charged_while_the_schema_is_migrated(databases: Databases) -> None:
    url = databases.new()
    migrate(url)
    observed = await charge_while_migrating(url, migrations=4, seed=1)
    assert observed.failures == []
    assert observed.findings == []
    assert observed.calls > 20


async def test_customers_are_charged_while_the_schema_is_upgraded(databases: Databases) -> None:
    url, fresh = databases.new(), databases.new()
    migrate(url)
    with later_version():
        observed = await charge_while_migrating(url, migrations=2, seed=1)
        migrate(fresh)
    assert observed.failures == []
    assert observed.findings == []
    assert observed.calls > 10
    assert catalog(url) == catalog(fresh)
