"""The command that writes a proxy of shards."""

from __future__ import annotations

import asyncio
import sys
from typing import Annotated

import typer

from pgcredits._cli.common import MAP, DatabaseUrl, MapFile
from pgcredits._cli.errors import explained
from pgcredits._server.database import check_schema, checked_url, connected
from pgcredits._shards.map import ShardMap
from pgcredits._shards.proxy_sql import PROXY_USER, proxy_sql, shard_sql


def print_proxy_sql(
    *,
    map_file: MapFile = MAP,
    shard: Annotated[
        int | None,
        typer.Option(metavar="N", min=0, help="Print what this shard needs instead."),
    ] = None,
    strict: Annotated[
        bool,
        typer.Option("--strict", help="Refuse reservations whose job id is not of new_job_id."),
    ] = False,
    user: Annotated[
        str, typer.Option(metavar="ROLE", help="Who the proxy is at the shards.")
    ] = PROXY_USER,
    database_url: DatabaseUrl = None,
) -> None:
    """Print the SQL of a proxy in front of the shards, or of a shard.

    The database is any that is migrated with this version; without a URL it is the proxy of the
    map, or its first shard. Run it there with psql -1, as a superuser: PL/Proxy is not for others.
    """
    with explained(as_json=False):
        import psycopg  # only here, and in what writes the SQL

        shard_map = ShardMap.read(map_file)
        if shard is not None:
            if shard >= len(shard_map.urls):
                raise typer.BadParameter(
                    f"the map has the shards 0 to {len(shard_map.urls) - 1}", param_hint="--shard"
                )
            sys.stdout.write(shard_sql(shard, len(shard_map.urls), user=user))
            return
        url = checked_url(database_url or shard_map.proxy_url or shard_map.urls[0])

        async def check() -> None:
            async with connected(url) as connection:
                await check_schema(connection)

        asyncio.run(check())
        with psycopg.connect(url, autocommit=True) as database:
            sys.stdout.write(proxy_sql(database, shard_map, strict=strict, user=user))
