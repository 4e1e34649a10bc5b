"""A proxy and the shards behind it, on a server that has PL/Proxy."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from unittest.mock import patch
from uuid import UUID, uuid4

import psycopg
import pytest

from pgcredits import shard_of
from pgcredits._server.local_server import LocalServer
from pgcredits._shards.map import ShardMap
from pgcredits._shards.proxy_sql import proxy_sql, shard_sql
from pgcredits.testing import clone
from postgres_programs import plproxy_programs


def on_shard(number: int, shards: int = 2) -> UUID:
    """A new id of a profile that this shard has."""
    while shard_of(profile := uuid4(), shards) != number:
        pass
    return profile


@dataclass(frozen=True, slots=True)
class Proxied:
    """The URLs of a proxy's database and of its shards'."""

    proxy: str
    shards: tuple[str, ...]

    def on_shards(self, query: str) -> list[list[tuple[object, ...]]]:
        """The rows of a query, of each shard."""
        rows = []
        for url in self.shards:
            with psycopg.connect(url, autocommit=True) as connection:
                rows.append(connection.execute(query.encode()).fetchall())
        return rows

    def findings(self) -> list[tuple[object, ...]]:
        """What check_integrity finds on any shard."""
        found = self.on_shards("select * from credits.check_integrity()")
        return [row for rows in found for row in rows]


def needed_programs() -> str:
    """The folder with the programs of a server that has it; skips the test where there is none."""
    if (folder := plproxy_programs()) is None:
        pytest.skip("PL/Proxy is missing: apt-get install postgresql-15-plproxy")
    return str(folder)


@contextmanager
def plproxy_server() -> Iterator[LocalServer]:
    """A server that has it."""
    with (
        patch.dict(os.environ, {"PGCREDITS_PGBIN": needed_programs()}),
        LocalServer() as server,
    ):
        yield server


@contextmanager
def proxied(server: str, name: str, shards: int, *, strict: bool = False) -> Iterator[Proxied]:
    """A new proxy and its shards, which are copies of the migrated template."""
    with ExitStack() as stack:
        urls = [stack.enter_context(clone(server, f"{name}_{at}")) for at in range(shards)]
        proxy = stack.enter_context(clone(server, f"{name}_proxy"))
        for number, url in enumerate(urls):
            run(url, shard_sql(number, shards))
        with psycopg.connect(proxy, autocommit=True) as connection:
            script = proxy_sql(connection, ShardMap(tuple(urls), proxy), strict=strict)
        run(proxy, script)
        yield Proxied(proxy, tuple(urls))


def run(url: str, script: str) -> None:
    """Runs a script in one transaction."""
    with psycopg.connect(url) as connection:
        connection.execute(script.encode())
