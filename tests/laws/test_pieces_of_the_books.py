"""The books of all are those of each: a check in pieces of any size finds what a check of all at
once finds, and of each profile alone, whatever has happened to them and whatever is damaged.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import psycopg
import pytest

from laws.database import Database
from laws.refusals import Refused
from laws.test_usage_adds_up import Chain
from laws.wallet import BY, NOW, Wallet

OpenWallet = Callable[..., Wallet]
CHAINS = 4
STEPS = 40
DAMAGES = 5
COLUMNS = """
select c.table_name, c.column_name
  from information_schema.columns c
  join information_schema.tables t using (table_schema, table_name)
 where c.table_schema = 'credits'
   and t.table_type = 'BASE TABLE'
   and c.data_type in ('bigint', 'timestamp with time zone')
   and c.table_name not in ('settings', 'legacy_entries')
 order by 1, 2
"""
EACH = """
select f.* from credits.profiles p cross join lateral credits.check_integrity(p.id) f
"""
PIECE = """
select p.last_id, p.profiles, f.*
  from credits.check_profiles(%s, %s) p
  left join lateral jsonb_populate_recordset(null::credits.finding, p.findings) f on true
"""


def live(wallet: OpenWallet, rng: random.Random) -> None:
    chain = Chain(wallet(60, 40), wallet(5, 5), rng)
    if rng.random() < 0.7:
        kinds = ["credits.low", "credits.depleted", "hold.expired", "pack.lapsed"]
        chain.wallet.call("set_alert", low_balance=30, kinds=kinds)
    if rng.random() < 0.7:
        limit = {"spender": "ann", "window_name": "day", "amount": 5_000}
        chain.wallet.call("set_limit", **limit, **BY)
    for _ in range(STEPS):
        chain.act()
    if rng.random() < 0.5:
        with suppress(Refused):
            chain.move()


def damage(connection: psycopg.Connection, rng: random.Random, columns: list[Any]) -> None:
    """Moves one value of one row a little, unless a constraint forbids it."""
    table, column = rng.choice(columns)
    found = connection.execute(f"select ctid::text from credits.{table}").fetchall()
    if not found:
        return
    change = f"{column} + 1"
    if column.endswith(("_at", "_start", "expiry", "until")) or column == "ts":
        change = f"{column} + interval '1 second'"
    connection.execute(
        f"update credits.{table} set {column} = {change} where ctid = %s::tid",
        [rng.choice(found)[0]],
    )


def in_pieces(connection: psycopg.Connection, batch_size: int) -> list[Any]:
    """What all pieces find. Their profiles are all that there are."""
    last, found, profiles = None, [], 0
    while True:
        rows = connection.execute(PIECE, [last, batch_size]).fetchall()
        profiles += rows[0][1]
        found += [row[2:] for row in rows if row[2] is not None]
        last = rows[0][0]
        if last is None:
            break
    (there,) = connection.execute("select count(*) from credits.profiles").fetchone() or (0,)
    assert profiles == there
    return sorted(found, key=str)


@pytest.mark.parametrize("seed", range(2))
def test_the_books_of_all_are_those_of_each(
    database: Database, wallet: OpenWallet, seed: int
) -> None:
    rng = random.Random(seed)  # noqa: S311
    connection = database.connection
    for _ in range(CHAINS):
        database.set_clock(NOW)
        live(wallet, rng)
    assert connection.execute(EACH).fetchall() == []
    columns = connection.execute(COLUMNS).fetchall()
    connection.execute("begin")
    connection.execute("alter table credits.ledger disable trigger user")
    for _ in range(DAMAGES):
        connection.execute("savepoint damage")
        try:
            damage(connection, rng, columns)
        except psycopg.IntegrityError:
            connection.execute("rollback to savepoint damage")
        check(connection, rng)
    connection.execute("rollback")


def check(connection: psycopg.Connection, rng: random.Random) -> None:
    of_all = connection.execute("select f.* from credits.check_integrity() f").fetchall()
    of_all.sort(key=str)
    assert sorted(connection.execute(EACH).fetchall(), key=str) == of_all
    for batch_size in (1, rng.randint(2, 200), 1_000_000):
        assert in_pieces(connection, batch_size) == of_all
