"""Whether a long history makes anything slow: reserving, and checking the books."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import psycopg

from bench.against_floor import rate_of
from bench.book import Book, Chart, Figure, Line, ratio
from bench.budget import Budget
from bench.fill import fill, ledger_rows
from bench.measure import alternate
from bench.site import FIRST, Database, Site

_CHECK_PIECE = b"select last_id, findings from credits.check_profiles(after_id => $1)"
_CHECK_ONE = b"select count(*) from credits.check_integrity(profile_id => $1)"
_LAST_STRETCH = 300_000
_PATIENCE = 100  # seconds
_SECONDS_A_MILLION = 5  # ledger rows: the goal of a check


def measure(site: Site, budget: Budget) -> Book:
    """Item 4 of the goals, and the checks of the books of item 7."""
    book = Book()
    rates = Line("long ledger", []), Line("empty ledger", [])
    check_of_all = CheckOfAll(book)
    with site.database("full") as full:
        # A profile that nobody else touches, to see whether the others slow its check down.
        lonely = FIRST + budget.ledger_profiles
        fill(full, 1, 900, start=lonely)
        _add_check_of_one(book, full, lonely, budget)
        for goal_rows in budget.ledger_rows:
            missing = goal_rows - ledger_rows(full)
            stretch = min(_LAST_STRETCH, missing // 2)
            fill(full, budget.ledger_profiles, missing - stretch)
            full.tidy()
            last = goal_rows == budget.ledger_rows[-1]
            rows, a, b = _add_throughput(book, site, full, budget, stretch, last=last)
            if not rates[0].points:
                rates[0].points.append((0, b))
            rates[0].points.append((rows, a))
            rates[1].points.append((rows, b))
            _add_check_of_one(book, full, lonely, budget)
            check_of_all.add(full, ledger_rows(full))
    book.charts.append(
        Chart(
            name="ledger_size",
            title=f"Reservations per second, 8 clients on {budget.ledger_profiles:,} profiles",
            x_label="ledger rows",
            y_label="reservations per second",
            lines=list(rates),
        )
    )
    return book


def _add_throughput(
    book: Book, site: Site, full: Database, budget: Budget, stretch: int, *, last: bool
) -> tuple[int, float, float]:
    kinds = {"reserve": "random job ids"}
    if last and int(site.show("server_version_num")) >= 180000:
        kinds["reserve_ordered"] = "job ids in order of time (UUIDv7)"
    load = budget.load(8)
    results: list[tuple[int, float, float]] = []
    for script, words in kinds.items():
        with site.database("empty") as empty:
            # Making a database ends with a checkpoint, after which the first change of a page logs
            # all of it. A busy server has done that for most pages long before the next one, and so
            # has this one after a last stretch of history.
            fill(full, budget.ledger_profiles, stretch)
            rows = ledger_rows(full)
            a = rate_of(full, script, load, budget.ledger_profiles)
            b = rate_of(empty, script, load, budget.ledger_profiles)
            a()
            b()
            pairs = alternate(a, b, budget.rounds)
        what = f"reserve_credits with {rows:,} ledger rows against an empty ledger, {words}"
        book.figures.append(ratio("4", what, pairs, goal=0.9 if last else None))
        results.append((rows, pairs.middle_a, pairs.middle_b))
    return results[0]


def _add_check_of_one(book: Book, full: Database, number: int, budget: Budget) -> None:
    profile_id = f"00000000-0000-4000-8000-{number}"
    rows = ledger_rows(full)
    times: list[float] = []
    with full.connect() as connection:
        for _ in range(max(3, budget.reads // 100)):
            begun = time.perf_counter()
            connection.execute(_CHECK_ONE, [profile_id])
            times.append((time.perf_counter() - begun) * 1000)
    what = f"check_integrity of one profile of 901 rows, in a ledger of {rows:,}"
    book.figures.append(_milliseconds(what, times))


class CheckOfAll:
    """Checks everybody's books in pieces at each size, unless it is foreseen to take minutes."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._seconds_a_row = 0.0

    def add(self, full: Database, rows: int) -> None:
        """Time, memory and temporary files of one check."""
        foreseen = self._seconds_a_row * rows
        if foreseen > _PATIENCE:
            self._book.remarks.append(
                f"check_profiles of all {rows:,} ledger rows is left out: judging by the previous "
                f"size, it would take {foreseen:,.0f} s."
            )
            return
        before = _temporary(full)
        with full.connect() as connection, MemoryWatch(connection.info.backend_pid) as watch:
            pieces, found = check_in_pieces(connection)
        seconds = sum(pieces)
        self._seconds_a_row = seconds / rows
        memory = f"{watch.most / 2**20:,.0f} MB" if watch.most else "not measured here"
        self._book.figures.append(
            Figure(
                item="7",
                what=f"check_profiles of all, {rows:,} ledger rows",
                value=seconds,
                low=seconds,
                high=seconds,
                unit="s",
                goal=rows * _SECONDS_A_MILLION / 1e6,
                less=True,
                detail=f"{seconds / rows * 1e6:.1f} s a million rows; {len(pieces):,} pieces, the "
                f"longest {max(pieces) * 1000:,.0f} ms; memory of its own {memory}; "
                f"{(_temporary(full) - before) / 2**20:,.0f} MB of temporary files; "
                f"{found} findings",
            )
        )


def check_in_pieces(connection: psycopg.Connection[tuple[Any, ...]]) -> tuple[list[float], int]:
    """How long each piece takes, and how many findings there are."""
    pieces: list[float] = []
    found, last = 0, None
    while True:
        begun = time.perf_counter()
        last, findings = connection.execute(_CHECK_PIECE, [last]).fetchall()[0]
        pieces.append(time.perf_counter() - begun)
        found += len(findings)
        if last is None:
            return pieces, found


def _temporary(database: Database) -> int:
    return int(
        database.value(
            b"select temp_bytes from pg_stat_database where datname = current_database()"
        )
    )


class MemoryWatch:
    """The most memory of its own that a backend had, looked at every few milliseconds. Linux."""

    def __init__(self, pid: int) -> None:
        self._file = Path(f"/proc/{pid}/status")
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self.most = 0

    def __enter__(self) -> MemoryWatch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        while True:
            try:
                lines = self._file.read_text().splitlines()
            except OSError:
                return
            for line in lines:
                if line.startswith("RssAnon:"):
                    self.most = max(self.most, int(line.split()[1]) * 1024)
            if self._done.wait(0.01):
                return


def _milliseconds(what: str, times: list[float]) -> Figure:
    ordered = sorted(times)
    return Figure(
        item="7",
        what=what,
        value=ordered[len(ordered) // 2],
        low=ordered[0],
        high=ordered[-1],
        unit="ms",
    )
