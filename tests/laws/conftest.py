"""A database whose clock the test moves, and wallets in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from pytest_postgresql.executors import NoopExecutor

from laws.database import Database
from laws.wallet import NOW, Wallet
from support import database_url


@pytest.fixture(scope="session")
def laws_url(migrated_server: NoopExecutor) -> Iterator[str]:
    """One database for all law tests: each opens wallets of its own."""
    name = f"{migrated_server.dbname}_laws"
    maintenance = make_conninfo(database_url(migrated_server, migrated_server.maintenance_dbname))
    with psycopg.connect(maintenance, autocommit=True) as connection:
        connection.execute(f"drop database if exists {name} with (force)")
        connection.execute(f"create database {name} template {migrated_server.template_dbname}")
        yield database_url(migrated_server, name)
        connection.execute(f"drop database {name} with (force)")


@pytest.fixture
def database(laws_url: str) -> Iterator[Database]:
    database = Database(laws_url)
    database.set_clock(NOW)
    database.set_closed_period_refund("restore")
    yield database
    database.close()


@pytest.fixture
def wallet(database: Database) -> Callable[..., Wallet]:
    """Opens a profile: wallet(monthly, addon)."""

    def open_wallet(monthly: int = 0, addon: int = 0) -> Wallet:
        return Wallet(database, monthly, addon)

    return open_wallet
