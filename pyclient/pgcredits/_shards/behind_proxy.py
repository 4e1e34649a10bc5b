"""Shards behind a proxy: the door of each for its calls, and that it knows where they are.

Needs the extra ``pgcredits[migrate]``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from pgcredits._server.database import Connection
from pgcredits._server.failures import CannotRunError
from pgcredits._shards.map import ShardMap, spelled
from pgcredits._shards.proxy_sql import (
    PROXY_USER,
    cluster_sql,
    elsewhere,
    is_proxy,
    proxy_sql,
    shard_sql,
)

_DOOR_USER = """
select r.rolname::text
  from pg_catalog.pg_namespace n
 cross join pg_catalog.aclexplode(n.nspacl) a
  join pg_catalog.pg_roles r on r.oid = a.grantee
 where n.nspname = 'credits_shard'
   and a.privilege_type = 'USAGE'
   and a.grantee <> n.nspowner
 order by 1
 limit 1"""
_CAN_BE_A_PROXY = "select from pg_catalog.pg_available_extensions e where e.name = 'plproxy'"
_SETTINGS = """
select credits_proxy.strict(),
       (select o.option_value
          from pg_catalog.pg_user_mappings m
         cross join pg_catalog.pg_options_to_table(m.umoptions) o
         where m.srvname = 'credits_shards'
           and m.usename = 'credits_owner'
           and o.option_name = 'user')"""


async def door_user(shard: Connection) -> str | None:
    """The role that a shard's door is for; None without a door."""
    user: str | None = await shard.fetchval(_DOOR_USER)
    return user


async def make_door(shard: Connection, number: int, shards: int, user: str | None = None) -> None:
    """The door of a shard, for the given role, or the one that has it, or else the usual one."""
    user = user or await door_user(shard) or PROXY_USER
    await shard.execute(shard_sql(number, shards, user=user))


def make_proxy(url: str, shard_map: ShardMap) -> None:
    """Makes a migrated database the proxy of a map; one that is a proxy keeps its settings.

    Raises ``CannotRunError``.
    """
    with _to_proxy(url) as connection:
        settings = _settings(connection) if is_proxy(connection) else {}
        connection.execute(proxy_sql(connection, shard_map, **settings).encode())


def tell_proxy(url: str, shard_map: ShardMap, *, moving: Collection[int]) -> None:
    """Lets a proxy know where the shards are now. What is no proxy yet only has to be able to.

    ``moving``: those that may be elsewhere than they were. Raises ``CannotRunError``.
    """
    with _to_proxy(url) as connection:
        if is_proxy(connection):
            if strayed := set(elsewhere(connection, shard_map)).difference(moving):
                raise CannotRunError(
                    f"The proxy has {spelled(strayed)} elsewhere than the map. If their servers "
                    "have new addresses, run pgcredits shards migrate --new-addresses; else this "
                    "is not the newest map."
                )
            connection.execute(cluster_sql(shard_map, **_settings(connection)).encode())
        elif connection.execute(_CAN_BE_A_PROXY).fetchone() is None:
            raise CannotRunError(
                "The server has no PL/Proxy, which a proxy needs: "
                "apt-get install postgresql-VERSION-plproxy"
            )


@contextmanager
def _to_proxy(url: str) -> Iterator[psycopg.Connection[Any]]:
    """A transaction on the proxy's database."""
    try:
        with psycopg.connect(url) as connection:
            yield connection
    except psycopg.Error as error:
        said = [error.diag.message_primary or str(error), error.diag.message_hint or ""]
        raise CannotRunError(
            f"The proxy's database reported: {'. '.join(filter(None, said))}"
        ) from error


def _settings(connection: psycopg.Connection[Any]) -> dict[str, Any]:
    row = connection.execute(_SETTINGS).fetchone()
    assert row is not None  # noqa: S101 - it has no from
    strict, user = row
    return {"strict": strict, "user": user or PROXY_USER}
