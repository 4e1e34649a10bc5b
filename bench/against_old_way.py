"""The function against read, compute and compare-and-swap from Python."""

from __future__ import annotations

from statistics import median

from bench.book import Book, Chart, Figure, Line, ratio
from bench.budget import Budget
from bench.crowd import Crowd
from bench.measure import Pairs, alternate
from bench.site import Site

_FORMS = {"transaction": "in one transaction", "autocommit": "in autocommit"}
_ROUND_TRIP = 0.005
_REMARK = """\
The old way reads, computes in Python, writes if nothing changed in the meantime, and otherwise \
tries again at once. The goal applies to both of its forms. In one transaction of several round \
trips it has the guarantee of the function, and is flushed once. In autocommit, which is what such \
applications do over an HTTP data API, it is flushed three times, and a crash in between leaves a \
deduction without a job. Both sides use asyncpg with prepared statements, {clients} connections in \
{processes} Python processes, since one process is busy before the server is. On this machine a \
round trip costs only processor time: the cores are busy on both sides, two fifths of them with \
Python for the old way, a quarter for the client (see PROFILES.md), and that limits this ratio. \
With a network in between, the old way waits for six round trips and the function for one; on one \
profile, what others write in the meantime makes the old way begin again."""


def measure(site: Site, budget: Budget) -> Book:
    """Item 2 of the goals."""
    book = Book()
    bars: dict[str, list[float]] = {"reserve_credits": []}
    bars |= {f"old way, {words}": [] for words in _FORMS.values()}
    places = {f"{budget.spread:,} profiles": (budget.spread, 3.0), "one hot profile": (1, 10.0)}
    for place, (spread, goal) in places.items():
        ours: list[float] = []
        for form, words in _FORMS.items():
            pairs, figure = _compare(site, budget, form, place, spread, goal=goal)
            book.figures.append(figure)
            bars[f"old way, {words}"].append(pairs.middle_b)
            ours += pairs.a
        _, figure = _compare(site, budget, "transaction", place, spread, round_trip=_ROUND_TRIP)
        book.figures.append(figure)
        bars["reserve_credits"].append(median(ours))
    book.charts.append(
        Chart(
            name="hot",
            title="Spread against hot: reservations from Python programs",
            x_label="",
            y_label=f"reservations per second, {budget.python_clients} connections",
            lines=[
                Line(label, [(float(x), y) for x, y in enumerate(values)])
                for label, values in bars.items()
            ],
            categories=list(places),
            bars=True,
        )
    )
    book.remarks.append(
        _REMARK.format(clients=budget.python_clients, processes=budget.python_processes)
    )
    return book


def _compare(
    site: Site,
    budget: Budget,
    form: str,
    place: str,
    spread: int,
    *,
    goal: float | None = None,
    round_trip: float = 0.0,
) -> tuple[Pairs, Figure]:
    lost: list[float] = []

    with site.database("old_way") as database:

        def rate(way: str) -> float:
            crowd = Crowd.of(database, budget, way, spread, round_trip=round_trip)
            outcome = crowd.run()
            if way == form:
                lost.append(outcome.lost / max(1, outcome.made))
            return outcome.rate

        pairs = alternate(lambda: rate("client"), lambda: rate(form), budget.python_rounds)
    what = f"Python client against the old way {_FORMS[form]}, {budget.python_clients} connections"
    away = f", {1000 * round_trip:g} ms away" if round_trip else ""
    detail = f"{median(lost):.2f} lost attempts each"
    return pairs, ratio("2", f"{what}, {place}{away}", pairs, goal=goal, detail=detail)
