"""A share of the piece: some statements to die at, every earlier state, a little traffic."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from fire.migrations import states
from fire.migrations.databases import Databases
from fire.migrations.killed import kill_and_run_again, statements
from fire.migrations.traffic import charge_while_migrating
from pgcredits._server.local_server import LocalServer
from pgcredits._server.migrate import migrate
from support import catalog

_SHARE = 6  # statements to die at


@pytest.fixture(scope="module")
def databases() -> Iterator[Databases]:
    with LocalServer() as server:
        yield Databases(server.url())


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


@pytest.mark.parametrize("migrations", range(states.count() + 1))
def test_every_earlier_state_becomes_the_same(databases: Databases, migrations: int) -> None:
    fresh, old = databases.new(), databases.new()
    migrate(fresh)
    states.build(old, migrations)
    before = states.balances(old) if migrations >= 2 else []
    migrate(old)
    assert catalog(old) == catalog(fresh)
    assert states.balances(old) == before
    with psycopg.connect(old) as connection:
        assert connection.execute("select * from credits.check_integrity()").fetchall() == []


async def test_customers_are_charged_while_the_schema_is_migrated(databases: Databases) -> None:
    url = databases.new()
    migrate(url)
    observed = await charge_while_migrating(url, migrations=4, seed=1)
    assert observed.failures == []
    assert observed.findings == []
    assert observed.calls > 20
