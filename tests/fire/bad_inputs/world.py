"""The database that bad inputs are sent to: profiles and jobs in every state, and a clock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import Connection

from pgcredits._server.local_server import LocalServer
from pgcredits._server.migrate import migrate

# The clock stands here, unless a case sets it for its own session.
NOW = "2026-03-15 12:00:00+00"

# What the cases call by name: $wallet is the first of these.
NAMES = {
    name: f"{number:08x}-0000-4000-8000-000000000000"
    for number, name in enumerate(
        [
            "wallet",  # 500 monthly and 5000 addon, less what its jobs hold
            "other",  # somebody else's
            "poor",  # 7 monthly and 70 addon, of which the spender ann may spend 5
            "empty",  # nothing
            "full",  # the cap in both buckets
            "closed",
            "imported",  # with a refund that went to the wrong bucket
            "unknown",
            "reserved",  # jobs of $wallet, by their state
            "partly",
            "held",
            "overdue",
            "settled",
            "refunded",
            "rolled_back",
            "expired",
            "free",
            "others",  # a job of $other
            "old",  # a job of $imported
            "job",  # not reserved yet
            "profile",  # not opened yet
        ],
        start=1,
    )
}

# Somebody of the web, as docs/operations.md lets people read their own rows.
ROLES = """
create role anon nologin noinherit;
create role authenticated nologin noinherit;
create role service_role nologin bypassrls;
"""
PEOPLE = """
grant usage on schema credits to authenticated;
grant select on credits.my_balance, credits.my_statement, credits.my_jobs to authenticated;
"""
CLOCK = """
create or replace function credits._now() returns timestamptz language sql volatile
as $$ select current_setting('fire.now')::timestamptz $$;
"""
STORY = """
select credits.open_profile('$wallet', 500, 5000);
select credits.open_profile('$other', 60, 600);
select credits.open_profile('$poor', 7, 70);
select credits.set_limit('$poor', 'ann', 'total', 5, 'agreed', 'somebody');
select credits.open_profile('$empty');
select credits.open_profile('$full', 9007199254740000, 991);
select credits.open_profile('$closed', 3, 0);
select credits.close_profile('$closed', 'gone', 'somebody');
select credits.renew_monthly('$wallet', '2026-03-01 00:00+00', 500, 100);
select credits.grant_addon('$wallet', 100, 'order-1');
select credits.grant_addon('$wallet', 5, E'caf\\u00e9');
select credits.grant_addon('$wallet', 200, 'order-2');
select credits.revoke_grant('$wallet', 'order-2', 'dispute-2', 50, 'a chargeback', 'somebody');
select credits.grant_addon('$wallet', 300, 'order-3');
select credits.revoke_grant('$wallet', 'order-3', 'dispute-3', null, 'a chargeback', 'somebody');
select credits.reinstate_grant('$wallet', 'order-3', 'dispute-3', 'it was won', 'somebody');
select credits.grant_addon('$wallet', 80, 'pack-1', '2026-04-01 00:00+00', 'promo', 5);
select credits.adjust_credits('$wallet', 'adjustment-1', 3, -4, 'a slip', 'somebody');
select credits.reserve_credits('$wallet', '$reserved', 20);
select credits.reserve_credits('$wallet', '$partly', 30);
select credits.refund_job('$partly', 5, 'part-1');
select credits.reserve_credits('$wallet', '$held', 10, hold_for => '1 hour');
select credits.reserve_credits('$wallet', '$settled', 40);
select credits.settle_job('$settled', 25);
select credits.reserve_credits('$wallet', '$refunded', 11);
select credits.refund_job('$refunded');
select credits.reserve_credits('$wallet', '$rolled_back', 12);
select credits.rollback_reservation('$rolled_back');
select credits.reserve_credits('$wallet', '$free', 0);
select credits.reserve_credits('$other', '$others', 100);
select credits.set_topup('$poor', 78, 100);
select credits.import_profile('$imported', 100, 0,
  array[('$old', 'failed', '{"credit_cost": 100, "credits_deducted": false}',
         '2025-01-03')]::credits.legacy_job[],
  array[('1', '2025-01-01', 'open', null, 60, null),
        ('2', '2025-01-02', 'addon', null, 40, null),
        ('3', '2025-01-03', 'deduct', '$old', -100, null),
        ('4', '2025-01-04', 'refund', '$old', 100, null)]::credits.legacy_entry[]);
-- An hour before: a hold that runs out and is worked off, and one that nobody has worked off yet.
set fire.now = '2026-03-15 11:00:00+00';
select credits.reserve_credits('$wallet', '$expired', 13, hold_for => '1 minute');
set fire.now = '2026-03-15 11:30:00+00';
select credits.get_balance('$wallet');
select credits.reserve_credits('$wallet', '$overdue', 14, hold_for => '30 minutes');
"""
TABLES = """
select string_agg(format(
         'select %L, count(*), sum(hashtextextended(r::text, 0)) from credits.%I r',
         c.relname, c.relname), ' union all ' order by c.relname)
  from pg_class c
 where c.relnamespace = 'credits'::regnamespace
   and c.relkind = 'r'
"""


def fill_in(text: str) -> str:
    """A text with the ids of the names in it."""
    for name in sorted(NAMES, key=len, reverse=True):
        text = text.replace(f"${name}", NAMES[name])
    return text


def prepare(url: str) -> None:
    """Migrates a database, replaces its clock and writes the story into it."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(ROLES)
    migrate(url)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"alter database {connection.info.dbname} set fire.now = '{NOW}'")
        connection.execute(CLOCK)
        connection.execute(PEOPLE)
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in fill_in(STORY).split(";\n"):
            connection.execute(statement)


@contextmanager
def a_world() -> Iterator[LocalServer]:
    """A server of its own, since the roles of the web belong to a whole server."""
    with LocalServer() as server:
        prepare(server.url())
        yield server


class Fingerprint:
    """Tells whether any row of any table has changed since it was asked last."""

    def __init__(self, connection: Connection[Any]) -> None:
        self._connection = connection
        row = connection.execute(TABLES).fetchone()
        assert row
        self._query = row[0]
        self._last = self._take()

    def _take(self) -> list[tuple[Any, ...]]:
        """Each table with its number of rows and a sum over them."""
        return self._connection.execute(self._query).fetchall()

    def changed(self) -> list[str]:
        """The tables whose rows have changed."""
        last, self._last = self._last, self._take()
        return [
            f"rows of {now[0]} have changed"
            for before, now in zip(last, self._last, strict=True)
            if before != now
        ]
