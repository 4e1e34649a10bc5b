"""The SQL of a proxy and of the shards behind it, written from the catalog of a migrated database.

Nothing is written by hand per function: what a function's parameters are called decides where its
calls go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import psycopg

    from pgcredits._shards.map import ShardMap


def shard_sql(number: int, shards: int) -> str:
    """What a shard has beside the schema: it runs calls of the proxy, and knows its number."""
    raise NotImplementedError


def proxy_sql(
    connection: psycopg.Connection[Any], shard_map: ShardMap, *, strict: bool = False
) -> str:
    """The whole proxy: run by a superuser in a migrated database, it makes that one a proxy.

    ``connection``: to any database migrated with this version. ``strict``: jobs are refused whose
    ids do not carry the hash of their profile.
    """
    raise NotImplementedError
