"""Whether a connection leads to a proxy is asked once, and only in a transaction."""

from __future__ import annotations

from uuid import uuid4

import asyncpg
import pytest

from pgcredits import Credits, ProxyCannot, Retry

# What makes the client take a database for a proxy.
MARK = """
create schema credits_proxy;
create function credits_proxy.shards() returns integer language sql as $$ select 1 $$;
"""
ASKED = "credits_proxy.shards"


@pytest.mark.parametrize("savepoints", [False, True])
async def test_a_call_in_a_transaction_is_refused_and_nothing_is_sent(
    db_url: str, savepoints: bool
) -> None:
    connection = await asyncpg.connect(db_url)
    await connection.execute(MARK)
    profile = uuid4()
    await Credits(connection).open_profile(profile, credits_remaining=5)
    async with connection.transaction():
        for client in (Credits(connection, savepoints=savepoints), Credits(Retry(connection))):
            with pytest.raises(ProxyCannot) as caught:
                await client.reserve_credits(profile, uuid4(), 1)
            assert (caught.value.token, caught.value.sqlstate) == ("in_transaction", "PT501")
    assert (await Credits(connection).get_balance(profile)).credits_remaining == 5
    await connection.close()


async def test_one_server_is_asked_once_for_each_connection_and_not_outside_of_transactions(
    db_url: str,
) -> None:
    asked: list[str] = []
    async with asyncpg.create_pool(db_url, min_size=1, max_size=1) as pool:
        profile = uuid4()
        await Credits(pool).open_profile(profile, credits_remaining=5)
        for transactions in (0, 1, 3):
            async with pool.acquire() as connection:
                with connection.query_logger(lambda query: asked.append(query.query)):
                    await Credits(connection).get_balance(profile)
                    for _ in range(transactions):
                        async with connection.transaction():
                            await Credits(connection).reserve_credits(profile, uuid4(), 1)
            assert len([query for query in asked if ASKED in query]) == min(transactions, 1)
