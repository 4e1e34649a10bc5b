"""A database whose clock the test moves, and wallets in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from laws.database import Database
from laws.wallet import NOW, Wallet
from pgcredits.testing import clone


@pytest.fixture(scope="session")
def laws_url(migrated_server: str) -> Iterator[str]:
    """One database for all law tests: each opens wallets of its own."""
    with clone(migrated_server, "laws") as url:
        yield url


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
