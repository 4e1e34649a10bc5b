"""A job that is reserved and refunded beside two transfers of pgledger, a ledger of SQL functions.

usage: python -m bench.pgledger FILE.sql ... --output FILE.json

The files are those of its repository (github.com/pgr0ss/pgledger), in the order in which they have
to run: two functions about ULIDs, then pgledger.sql. Nothing of it is part of this project, so
`make bench` leaves it out; `python -m bench --from` puts the figures into the results.
"""

from __future__ import annotations

import argparse
import sys
from functools import partial
from itertools import count
from pathlib import Path

import psycopg

from bench import machine
from bench.book import Book, ratio
from bench.budget import FULL, Budget
from bench.errors import BenchError
from bench.measure import alternate
from bench.runner import pgbench
from bench.server import durable_server
from bench.site import FIRST, ROOT, Database, Site

_CLIENTS = 8
_JOBS_EACH = 100_000  # more than a client makes in a round
_ACCOUNTS = b"""
insert into pgledger_accounts (id, name, currency, allow_negative_balance, allow_positive_balance,
                               created_at, updated_at)
select 'pgla_' || lpad(n::text, 26, '0'), 'an account', 'CREDITS', true, true, now(), now()
  from generate_series(1, 2 * $1::int + 1) n
"""
#: Who the other account of a transfer belongs to, and the goal.
_OTHERS = {
    "each account with a counterpart of its own": (0, 1.6),
    "all with one account of revenue": (1, 4.0),
}


def measure(site: Site, budget: Budget, files: list[Path]) -> Book:
    """Item 13 of the goals."""
    book = Book()
    with site.database("ours") as ours, site.database("theirs") as theirs:
        theirs.execute(b"grant create on schema public to credits_owner")
        with psycopg.connect(theirs.url, autocommit=True) as connection:
            connection.execute(b"set role credits_owner")  # who pgbench is, too
            for file in files:
                connection.execute(file.read_bytes())
        theirs.execute(_ACCOUNTS, budget.spread)
        turns = count()
        _ours(ours, budget, turns)
        for words, (shared, goal) in _OTHERS.items():
            transfers = partial(_theirs, theirs, budget, shared)
            transfers()
            ours.tidy()
            theirs.tidy()
            pairs = alternate(partial(_ours, ours, budget, turns), transfers, budget.rounds)
            what = f"a job reserved and refunded against two transfers of pgledger, {words}"
            whose = f"{_CLIENTS} clients, {budget.spread:,} profiles"
            book.figures.append(ratio("13", f"{what}, {whose}", pairs, goal=goal))
    return book


def _ours(database: Database, budget: Budget, turns: count[int]) -> float:
    profiles = {"first": FIRST, "last": FIRST + budget.spread - 1}
    jobs = {"first_job": FIRST + next(turns) * _CLIENTS * _JOBS_EACH, "jobs_each": _JOBS_EACH}
    load = budget.load(_CLIENTS)
    return pgbench(database, "reserve_and_refund", load, variables=profiles | jobs | {"i": 0}).rate


def _theirs(database: Database, budget: Budget, shared: int) -> float:
    variables = {"accounts": budget.spread, "shared": shared}
    return pgbench(database, "pgledger_transfers", budget.load(_CLIENTS), variables=variables).rate


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bench.pgledger",
        description=__doc__,
        formatter_class=argparse.RawTextHelpFormatter,
    )
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE.sql")
    parser.add_argument("--output", required=True, type=Path, metavar="FILE.json")
    options = parser.parse_args()
    try:
        with durable_server(ROOT / ".cache" / "bench", gigabytes=5) as server:
            site = Site(server.url, profiles=FULL.spread, own=True)
            about = {"questions": "pgledger"} | machine.about(site, ROOT)
            with site.prepared():
                book = measure(site, FULL, options.files)
    except (BenchError, OSError, psycopg.Error) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2
    book.about = about
    book.save(options.output)
    for figure in book.figures:
        print(f"{figure.value:.2f}x ({figure.low:.2f} .. {figure.high:.2f})  {figure.what}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
