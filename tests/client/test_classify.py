"""What an error means is told of the errors of every driver, as the caller gets them."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import psycopg
import pytest

from client.executors import ASYNC, SYNC, client_over
from pgcredits import Failure, classify


async def error_of(client: Any) -> Exception:
    with pytest.raises(Exception) as caught:  # noqa: PT011 - whatever the driver raises
        await client.get_balance(uuid4())
    return caught.value


@pytest.mark.parametrize(
    ("sqlstate", "failure"),
    [
        ("PT404", Failure.FINAL),
        ("40P01", Failure.PASSING),
        ("55P03", Failure.PASSING),
        ("57P01", Failure.UNKNOWN),
        ("42501", Failure.FINAL),
    ],
)
async def test_an_error_of_the_server_means_the_same_through_each_driver(
    credits_client: Any, db_url: str, sqlstate: str, failure: Failure
) -> None:
    with psycopg.connect(db_url) as connection:
        connection.execute(
            "create or replace function credits.get_balance(profile_id uuid)"
            " returns credits.balance language plpgsql as $$ begin"
            f" raise exception using errcode = '{sqlstate}', message = 'made up'; end $$"
        )
    assert classify(await error_of(credits_client)) is failure


END_OTHERS = """
select pg_terminate_backend(a.pid) from pg_stat_activity a
 where a.datname = current_database() and a.pid <> pg_backend_pid()
"""


@pytest.mark.parametrize(
    "driver", [each for each in (*ASYNC, *SYNC) if not each.startswith(("Supabase", "asyncpg"))]
)
async def test_a_lost_connection_leaves_the_outcome_unknown(db_url: str, driver: str) -> None:
    async with client_over(driver, db_url) as client:
        await error_of(client)  # the connection is there
        with psycopg.connect(db_url, autocommit=True) as other:
            other.execute(END_OTHERS)
        assert classify(await error_of(client)) is Failure.UNKNOWN
