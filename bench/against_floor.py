"""The functions against the same writes as one bare SQL statement, and what writing costs."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import count
from statistics import median

from bench.book import Book, Chart, Figure, Line, ratio
from bench.budget import Budget
from bench.measure import Pairs, alternate, percentile, quartiles
from bench.runner import Load, Run, initialise_simple_update, pgbench
from bench.site import FIRST, Database, Site, sql

_PERCENTS = ("50", "75", "90", "95", "99", "99.9")
_ABOUT = (
    "What reserve_credits costs beyond the bare statement is the language: PL/pgSQL starts three "
    "statements instead of one, prepares its expressions in each transaction, and checks the "
    "permission for each function it calls (see PROFILES.md). That limits the first line while the "
    "cores are busy: with one client, or on one hot profile, the wait for the disk hides part of "
    "it, and without a flush nothing does."
)
_GOALS = {"reserve": 0.92, "refund": 0.88, "settle": 0.85}
_FUNCTION, _FLOOR = "reserve_credits", "bare statement"


def reserve(
    database: Database, script: str, load: Load, spread: int, *, latencies: bool = False
) -> Run:
    """Reserves on the first `spread` profiles."""
    profiles = {"first": FIRST, "last": FIRST + spread - 1}
    return pgbench(database, script, load, variables=profiles, latencies=latencies)


def rate_of(database: Database, script: str, load: Load, spread: int) -> Callable[[], float]:
    """A round of reserving, to be alternated with another."""
    return lambda: reserve(database, script, load, spread).rate


def measure(site: Site, budget: Budget) -> Book:
    """Item 1 of the goals, and what belongs to it."""
    book = Book()
    with site.database("floor") as database:
        _warm_up(database, budget)
        _add_reserve(book, site, database, budget)
        _add_latencies(book, database, budget)
        _add_curve(book, database, budget)
        _add_ends_of_jobs(book, site, database, budget)
        _add_simple_update(book, database, budget)
    _add_writes(book, site, budget)
    book.remarks.append(_ABOUT)
    return book


def _compare(database: Database, budget: Budget, clients: int, spread: int) -> Pairs:
    load = budget.load(clients)
    a = rate_of(database, "reserve", load, spread)
    b = rate_of(database, "reserve_floor", load, spread)
    return alternate(a, b, budget.rounds)


def _warm_up(database: Database, budget: Budget) -> None:
    for script in ("reserve", "reserve_floor"):
        reserve(database, script, budget.load(8), budget.spread)
    database.tidy()


def _add_reserve(book: Book, site: Site, database: Database, budget: Budget) -> None:
    spread = f"{budget.spread:,} profiles"
    title = "reserve_credits against the bare statement"
    pairs = _compare(database, budget, 8, budget.spread)
    book.figures.append(ratio("1", f"{title}, 8 clients, {spread}", pairs, goal=_GOALS["reserve"]))
    pairs = _compare(database, budget, 1, budget.spread)
    book.figures.append(ratio("1", f"{title}, 1 client, {spread}", pairs))
    pairs = _compare(database, budget, 8, 1)
    book.figures.append(ratio("1", f"{title}, 8 clients, one hot profile", pairs))
    with site.without_flush():
        pairs = _compare(database, budget, 8, budget.spread)
    what = f"{title}, 8 clients, {spread}, commits not flushed (fsync off)"
    book.figures.append(ratio("1", what, pairs, goal=_GOALS["reserve"]))


def _add_latencies(book: Book, database: Database, budget: Budget) -> None:
    found: dict[str, list[float]] = {"reserve": [], "reserve_floor": []}
    for script in ("reserve", "reserve_floor", "reserve_floor", "reserve"):
        run = reserve(database, script, budget.load(8), budget.spread, latencies=True)
        found[script] += run.milliseconds
    names = {"reserve": _FUNCTION, "reserve_floor": _FLOOR}
    lines = [
        Line(
            names[script],
            [(x, percentile(values, float(p))) for x, p in enumerate(_PERCENTS)],
        )
        for script, values in found.items()
    ]
    book.charts.append(
        Chart(
            name="latency",
            title=f"Latency of one reservation, 8 clients on {budget.spread:,} profiles",
            x_label="percentile",
            y_label="milliseconds",
            lines=lines,
            categories=list(_PERCENTS),
        )
    )
    values = found["reserve"]
    book.figures.append(
        Figure(
            item="1",
            what="latency of reserve_credits, 8 clients: median, and its quartiles",
            value=median(values),
            low=quartiles(values)[0],
            high=quartiles(values)[1],
            unit="ms",
            detail=f"99 %: {percentile(values, 99):.2f} ms; "
            f"bare statement: {median(found['reserve_floor']):.2f} ms",
        )
    )


def _add_curve(book: Book, database: Database, budget: Budget) -> None:
    a, b = Line(_FUNCTION, []), Line(_FLOOR, [])
    for clients in budget.curve:
        load = budget.load(clients)
        pairs = alternate(
            rate_of(database, "reserve", load, budget.spread),
            rate_of(database, "reserve_floor", load, budget.spread),
            max(1, budget.rounds // 3),
        )
        a.points.append((clients, pairs.middle_a))
        b.points.append((clients, pairs.middle_b))
    book.charts.append(
        Chart(
            name="clients",
            title=f"Reservations per second on {budget.spread:,} profiles",
            x_label="clients",
            y_label="reservations per second",
            lines=[a, b],
        )
    )


def _add_ends_of_jobs(book: Book, site: Site, database: Database, budget: Budget) -> None:
    load = Load(clients=8, transactions=budget.refunds)
    jobs = load.clients * load.transactions
    turns = count()

    def end(script: str) -> float:
        first = FIRST + next(turns) * jobs
        reserve_numbered(database, first, jobs, budget.spread)
        return end_numbered(database, script, load, first).rate

    def compare(kind: str, words: str = "") -> None:
        # Reserving what they give back takes longer than giving it back.
        rounds = max(1, budget.rounds // 2)
        end(kind)
        end(f"{kind}_floor")
        pairs = alternate(partial(end, kind), partial(end, f"{kind}_floor"), rounds)
        what = f"{kind}_job against the bare statement, 8 clients, {budget.spread:,} profiles"
        book.figures.append(ratio("1", what + words, pairs, goal=_GOALS[kind]))

    compare("refund")
    compare("settle")
    with site.without_flush():
        compare("refund", ", commits not flushed (fsync off)")


def reserve_numbered(database: Database, first: int, jobs: int, spread: int) -> None:
    """Reserves the jobs with these numbers, in transactions of at most a few thousand."""
    for start in range(first, first + jobs, 4000):
        last = min(start + 4000, first + jobs) - 1
        database.value(sql("reserve_numbered"), start, last, FIRST, spread)
    # No checkpoint: on a busy server most jobs end before the next one.
    database.vacuum()


def end_numbered(database: Database, script: str, load: Load, first: int, *, batch: int = 1) -> Run:
    """Refunds or settles jobs from this number on, each once: `batch` of them in a transaction."""
    jobs_each = load.transactions * batch
    variables = {"first_job": first, "jobs_each": jobs_each, "batch": batch, "i": 0}
    return pgbench(database, script, load, variables=variables)


def _add_simple_update(book: Book, database: Database, budget: Budget) -> None:
    initialise_simple_update(database, budget.simple_update_scale)
    load = budget.load(8)
    pairs = alternate(
        rate_of(database, "reserve", load, budget.spread),
        lambda: pgbench(database, "simple-update", load).rate,
        max(1, budget.rounds // 2),
    )
    what = "reserve_credits against pgbench's own simple-update, 8 clients (orientation)"
    book.figures.append(ratio("1", what, pairs))


def _add_writes(book: Book, site: Site, budget: Budget) -> None:
    """WAL and HOT updates, on a database of their own so that nothing else is counted."""
    for kind, table in (("reserve", "profiles"), ("refund", "jobs")):
        with site.database("writes") as database:
            book.figures += _writes_of(database, budget, kind, table)


def _writes_of(database: Database, budget: Budget, kind: str, table: str) -> list[Figure]:
    # Two rounds: what a page logs whole after a checkpoint is in the first one.
    load = Load(clients=8, transactions=budget.refunds)
    jobs = load.clients * load.transactions
    spread = min(budget.spread, jobs)
    if kind == "refund":
        reserve_numbered(database, FIRST, 2 * jobs, spread)
    for turn in range(2):
        before = _wal(database)
        if kind == "refund":
            first = FIRST + turn * jobs
            given = {"first_job": first, "jobs_each": load.transactions, "i": 0}
            pgbench(database, "refund", load, variables=given)
        else:
            reserve(database, "reserve", load, spread)
    size = (_wal(database) - before) / jobs
    updates, hot = database.fetch(
        b"select n_tup_upd, n_tup_hot_upd from pg_stat_user_tables"
        b" where schemaname = 'credits' and relname = $1",
        table,
    )[0]
    share = 100 * hot / updates
    return [
        _exact(f"WAL of one {kind}, once its pages were logged", size, "bytes"),
        _exact(f"updates of {table} that were HOT while {kind}s ran", share, "%"),
    ]


def _wal(database: Database) -> int:
    return int(database.value(b"select pg_current_wal_insert_lsn() - '0/0'::pg_lsn"))


def _exact(what: str, value: float, unit: str) -> Figure:
    return Figure(item="1", what=what, value=value, low=value, high=value, unit=unit)
