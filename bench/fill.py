"""Gives profiles a past, by set-based SQL instead of millions of calls."""

from __future__ import annotations

from bench.site import FIRST, Database, sql

ROWS_EACH = 3  # ledger rows of one turn of sql/fill.sql
_CHUNK = 300_000


def fill(database: Database, profiles: int, ledger_rows: int, *, start: int = FIRST) -> None:
    """Writes about this many ledger rows more, spread evenly over the profiles."""
    turns = max(1, round(ledger_rows / profiles / ROWS_EACH))
    turns_at_once = max(1, _CHUNK // (profiles * ROWS_EACH))
    with database.connect() as connection:
        connection.execute(b"set work_mem = '256MB'")
        # The rows are right by construction, and looking each one's profile up takes half the time.
        connection.execute(b"set session_replication_role = replica")
        while turns > 0:
            connection.execute(sql("fill"), [start, profiles, min(turns, turns_at_once)])
            turns -= turns_at_once


def ledger_rows(database: Database) -> int:
    """How long the ledger is."""
    return int(database.value(b"select count(*) from credits.ledger"))
