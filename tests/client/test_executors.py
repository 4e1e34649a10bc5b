"""What the client is given decides how it makes its calls; what cannot make any is refused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_type_hints

import psycopg
import pytest
from sqlalchemy import create_engine
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

import pgcredits
import pgcredits.sync
from client.executors import sqlalchemy_asyncpg, sqlalchemy_psycopg2
from generate_sync import SYNC, sync_source
from pgcredits import Call, Retry, _models
from pgcredits._executors.postgrest import READ

NO_EXECUTORS = [
    pytest.param(None, id="nothing"),
    pytest.param("postgresql://", id="a URL"),
    pytest.param(create_engine("postgresql+psycopg://"), id="an engine"),
]


@pytest.mark.parametrize("given", NO_EXECUTORS)
@pytest.mark.parametrize("kind", [pgcredits.Credits, pgcredits.sync.Credits], ids=["async", "sync"])
def test_what_cannot_make_calls_is_refused_at_once(kind: Any, given: Any) -> None:
    with pytest.raises(TypeError, match=r"cannot make calls over .*: give a connection, session"):
        kind(given)


async def test_what_waits_belongs_to_the_client_that_waits() -> None:
    with pytest.raises(TypeError, match=r"Session: give it to pgcredits.sync.Credits\.$"):
        pgcredits.Credits(Session())
    with pytest.raises(TypeError, match=r"AsyncSession: give it to pgcredits.Credits\.$"):
        pgcredits.sync.Credits(AsyncSession())


async def test_a_connection_of_the_other_kind_is_named(db_url: str, pool: Any) -> None:
    with (
        psycopg.connect(db_url) as connection,
        pytest.raises(TypeError, match=r"psycopg.Connection: give it to pgcredits\.sync"),
    ):
        pgcredits.Credits(connection)
    with pytest.raises(TypeError, match=r"asyncpg.pool.Pool: give it to pgcredits.Credits"):
        pgcredits.sync.Credits(pool)


class Pool:
    def acquire(self) -> None:
        """Never called."""


class Own:
    def call(self, call: Call, /) -> Sequence[Any]:
        return [{"schema_version": call.function}]


class Awaited:
    async def call(self, call: Call, /) -> Sequence[Any]:
        return []


@pytest.mark.parametrize("given", [Awaited(), Retry(Pool())], ids=["own", "Retry"])
def test_an_executor_that_is_awaited_belongs_to_the_other_client(given: Any) -> None:
    assert pgcredits.Credits(given)
    with pytest.raises(TypeError, match=r"give it to pgcredits.Credits\.$"):
        pgcredits.sync.Credits(given)


def test_an_executor_of_somebodys_own_waits_too() -> None:
    assert pgcredits.sync.Credits(Own()).schema_version() == "schema_version"
    with pytest.raises(TypeError, match="sets its own savepoints"):
        pgcredits.sync.Credits(Own(), savepoints=True)


async def test_errors_that_are_no_refusal_are_the_drivers(db_url: str) -> None:
    from sqlalchemy.exc import DBAPIError

    with psycopg.connect(db_url) as connection:
        connection.execute("drop function credits.get_balance")
    async with sqlalchemy_asyncpg(db_url) as connection:
        with pytest.raises(DBAPIError, match="get_balance"):
            await pgcredits.Credits(connection).get_balance(ID)
    with (
        sqlalchemy_psycopg2(db_url) as connection,
        pytest.raises(DBAPIError, match="get_balance"),
    ):
        pgcredits.sync.Credits(connection).get_balance(ID)


ID = "7b0ad3c0-0f5c-4b7c-9d0b-0a4d2f9f9c11"


def test_the_client_that_waits_is_that_of_the_other_one() -> None:
    assert SYNC.read_text("utf-8") == sync_source(), "run tools/generate_sync.py"


def test_what_json_has_as_text_is_read_by_its_kind() -> None:
    """Of all that functions return, but for the ids of an application before."""
    kinds = {
        name: {str(hint) for hint in hints}
        for name, hints in _hints().items()
        if any("UUID" in str(hint) or "datetime" in str(hint) for hint in hints)
    }
    assert kinds.keys() == READ.keys()


def _hints() -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for answer in vars(_models).values():
        if isinstance(answer, type) and hasattr(answer, "__dataclass_fields__"):
            if answer.__name__.startswith("Legacy"):  # given, and not returned
                continue
            for name, hint in get_type_hints(answer).items():
                found.setdefault(name, []).append(hint)
    return found
