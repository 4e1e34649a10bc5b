"""What a proxy costs in front of one shard: a call, a refusal and a batch, against the shard.

Both are on the machine that is measured, so that this is the work of the proxy, and no network.
Where the server has no PL/Proxy, another one of the system's is started that has.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import psycopg

from bench.book import Book, Figure, time_ratio
from bench.budget import Budget
from bench.errors import BenchError
from bench.measure import Pairs
from bench.server import durable_server
from bench.site import FIRST, ROOT, Site
from pgcredits._server.migrate import migrate
from pgcredits._shards.map import ShardMap
from pgcredits._shards.proxy_sql import proxy_sql, shard_sql
from postgres_programs import plproxy_programs

_FOLDER = ROOT / ".cache" / "bench-proxy"
_PROFILE = f"00000000-0000-4000-8000-{FIRST}"
_RESERVE = b"select * from credits.reserve_credits($1, $2, $3)"
_BALANCE = b"select * from credits.get_balance($1)"
_BATCH = b"select position, error from credits.reserve_credits_many($1::text::jsonb)"
_TOO_MUCH = 2**53 - 1
_Connection = psycopg.Connection[Any]
_Side = Callable[[], None]


def measure(site: Site, budget: Budget) -> Book:
    """The overhead of the proxy."""
    book = Book()
    with _with_plproxy(site, budget) as able:
        if able is None:
            book.remarks.append("No server has PL/Proxy: what a proxy costs was not measured.")
            return book
        with able.database("shard") as shard, able.database("proxy") as proxy:
            proxy.execute(b"drop schema credits cascade")  # what has customers becomes no proxy
            migrate(proxy.url)
            with psycopg.connect(proxy.url, autocommit=True) as connection:
                script = proxy_sql(connection, ShardMap((shard.url,), proxy.url))
            for database, text in ((shard, shard_sql(0, 1)), (proxy, script)):
                with psycopg.connect(database.url) as connection:
                    connection.execute(text.encode())
            with shard.connect() as straight, proxy.connect() as through:
                _add_all(book, straight, through, budget)
                _add_processor_time(book, straight, through, budget)
        book.remarks.append(
            f"A proxy of shards was measured on PostgreSQL {able.show('server_version')}."
        )
    return book


@contextmanager
def _with_plproxy(site: Site, budget: Budget) -> Iterator[Site | None]:
    """The site if its server has PL/Proxy, or one on another server that has; None without any."""
    if site.has_extension("plproxy"):
        yield site
    elif (programs := plproxy_programs()) is None:
        yield None
    else:
        with (
            patch.dict(os.environ, {"PGCREDITS_PGBIN": str(programs)}),
            durable_server(_FOLDER, gigabytes=1) as server,
            Site(server.url, profiles=budget.spread, own=True).prepared() as other,
        ):
            yield other


def _add_all(book: Book, straight: _Connection, through: _Connection, budget: Budget) -> None:
    sides: dict[str, Callable[[_Connection], None]] = {
        "reserve_credits": _reserve,
        "reserve_credits, refused for lack of credits": _reserve_too_much,
        "get_balance": _balance,
        f"reserve_credits_many of {budget.batch}": partial(_reserve_many, number=budget.batch),
    }
    for what, side in sides.items():
        calls = budget.client_calls
        if "many" in what:
            calls = max(2, calls // budget.batch)
        pairs = _alternate(partial(side, through), partial(side, straight), calls)
        book.figures.append(time_ratio("11", f"{what}, through a proxy against its shard", pairs))
    refused, taken = partial(_reserve_too_much, through), partial(_reserve, through)
    pairs = _alternate(refused, taken, budget.client_calls)
    book.figures.append(time_ratio("11", "through a proxy, a refusal against a reservation", pairs))


def _add_processor_time(
    book: Book, straight: _Connection, through: _Connection, budget: Budget
) -> None:
    """How much of the work of a call is the proxy's: what decides how many shards one can feed."""
    _reserve(through)
    row = straight.execute(
        "select a.pid from pg_stat_activity a"
        " where a.usename = 'credits_proxy' and a.datname = current_database()"
    ).fetchone()
    if row is None or not Path("/proc/self/schedstat").exists():
        return
    sessions = (through.info.backend_pid, row[0])
    before = [_nanoseconds(pid) for pid in sessions]
    for _ in range(budget.client_calls):
        _reserve(through)
    proxy, shard = (
        (_nanoseconds(pid) - begun) / 1000 / budget.client_calls
        for pid, begun in zip(sessions, before, strict=True)
    )
    book.figures.append(
        Figure(
            item="11",
            what="reserve_credits through a proxy, processor time of the proxy against the shard's",
            value=proxy / shard,
            low=proxy / shard,
            high=proxy / shard,
            unit="x time",
            detail=f"{proxy:,.0f} us against {shard:,.0f} us in the two sessions",
        )
    )


def _nanoseconds(pid: int) -> int:
    """The processor time of a session so far. Linux only."""
    return int(Path(f"/proc/{pid}/schedstat").read_text("ascii").split()[0])


def _reserve(connection: _Connection) -> None:
    _run(connection, _RESERVE, _PROFILE, str(uuid4()), 1)


def _reserve_too_much(connection: _Connection) -> None:
    try:
        _run(connection, _RESERVE, _PROFILE, str(uuid4()), _TOO_MUCH)
    except psycopg.Error as error:
        if error.sqlstate != "PT402":
            raise
    else:
        raise BenchError("Nobody has that many credits.")


def _balance(connection: _Connection) -> None:
    _run(connection, _BALANCE, _PROFILE)


def _reserve_many(connection: _Connection, number: int) -> None:
    batch = [{"profile_id": _PROFILE, "job_id": str(uuid4()), "cost": 1} for _ in range(number)]
    _run(connection, _BATCH, json.dumps(batch))


def _run(connection: _Connection, query: bytes, *arguments: object) -> None:
    connection.execute(query, arguments, prepare=True).fetchall()


def _alternate(one: _Side, other: _Side, number: int) -> Pairs:
    pairs = Pairs([], [])
    for turn in range(number + 10):
        sides = [(one, pairs.a), (other, pairs.b)]
        for side, times in sides if turn % 2 == 0 else reversed(sides):
            begun = time.perf_counter()
            side()
            if turn >= 10:  # by then the plans are kept
                times.append((time.perf_counter() - begun) * 1e6)
    return pairs
