"""Writes what was found: a page for people, and its pictures."""

from __future__ import annotations

from pathlib import Path

from bench.book import Book, Chart, Figure
from bench.svg import draw

_ITEMS = {
    "1": "Against the same writes as one bare SQL statement",
    "2": "Against read, compute and compare-and-swap from Python",
    "3": "Batches against single calls",
    "4": "With a long ledger",
    "5": "The Python client",
    "6": "Disk",
    "7": "Reading and checking",
    "8": "The coalescing client",
    "9": "Overdue holds, and packs in batches",
    "10": "The month of everybody",
    "11": "A proxy of shards",
    "12": "What a feature costs those who use it",
    "13": "Against pgledger, a ledger of SQL functions",
}
_HEAD = """\
# What it costs

Figures with an x are ratios of two things that ran alternately (A B, B A, ...) on one durable
server, where a commit waits until it is on disk: the median of one side over the median of the
other. The spread is the smallest and the largest round, or what the line says. Times and rates
depend on the machine, ratios much less.

To measure again: `make bench`. It starts a server of its own, needs 30 GB of disk for a while,
takes about forty minutes, and should have the machine to itself. `make bench-quick` runs the same
code with small numbers in about two minutes, and does not write this page. After each question
every profile's balances must be what its ledger adds up to, or the run fails: no update was lost.
Item 13 is not part of it: `python -m bench.pgledger` says how to measure it.
"""
_FLOOR = """\
The bare statement ([reserve](sql/reserve_floor.sql), [refund](sql/refund_floor.sql),
[settle](sql/settle_floor.sql)) leaves the same rows and returns the same, and checks nothing: not
the arguments, not the funds, not whether the job is new. It shows what the three writes cost in any
case.
"""


def write(book: Book, file: Path) -> None:
    """The page, and the folder plots beside it."""
    plots = file.parent / "plots"
    plots.mkdir(parents=True, exist_ok=True)
    for chart in book.charts:
        (plots / f"{chart.name}.svg").write_text(draw(chart), "utf-8")
    file.write_text(page(book), "utf-8")


def page(book: Book) -> str:
    """The report as Markdown."""
    parts = [_HEAD, *_failures(book), _goals(book.figures), *map(_picture, book.charts)]
    for item, title in _ITEMS.items():
        figures = [figure for figure in book.figures if figure.item == item]
        if figures:
            note = _FLOOR + "\n" if item == "1" else ""
            parts.append(f"## {item}. {title}\n\n{note}{_table(figures)}")
    if book.remarks:
        parts.append("## Remarks\n\n" + "\n".join(f"- {remark}" for remark in book.remarks) + "\n")
    parts.append(measured_on(book.about))
    return "\n".join(parts)


def summary(book: Book) -> str:
    """The same for a terminal."""
    lines = [
        f"{figure.item}  {_value(figure.value, figure.unit):>12}  {_spread(figure):<22} "
        f"{figure.verdict:<12} {figure.what}"
        for figure in book.figures
    ]
    return "\n".join([*lines, *book.remarks, *(f"FAILED {text}" for text in book.failures)])


def _failures(book: Book) -> list[str]:
    if not book.failures:
        return []
    return ["**Incomplete: some measurements failed.**\n", *(f"- {x}\n" for x in book.failures)]


def _goals(figures: list[Figure]) -> str:
    rows = [
        f"| {figure.what} | {'<=' if figure.less else '>='} {_value(figure.goal, figure.unit)} "
        f"| {_value(figure.value, figure.unit)} | {_spread(figure)} | {figure.verdict} |"
        for figure in figures
        if figure.goal is not None
    ]
    head = "| what | goal | reached | spread | verdict |\n|---|---|---|---|---|\n"
    return "## Goals\n\n" + head + "\n".join(rows) + "\n"


def _table(figures: list[Figure]) -> str:
    rows = [
        f"| {figure.what} | {_value(figure.value, figure.unit)} | {_spread(figure)} "
        f"| {figure.detail} |"
        for figure in figures
    ]
    return "| what | value | spread | figures |\n|---|---|---|---|\n" + "\n".join(rows) + "\n"


def _picture(chart: Chart) -> str:
    return f"![{chart.title}](plots/{chart.name}.svg)\n"


def measured_on(about: dict[str, str]) -> str:
    """The end of a page: the machine, the server and the versions."""
    rows = "\n".join(f"| {name} | {value} |" for name, value in about.items())
    return (
        "## Measured on\n\n| | |\n|---|---|\n" + rows + "\n\n"
        "Autovacuum and timed checkpoints are off, since they would hit one side and not the "
        "other:\neach question vacuums, analyzes and checkpoints before it begins. pgbench, the "
        "Python programs and\nthe server share the cores.\n"
    )


def _spread(figure: Figure) -> str:
    if figure.low == figure.high:
        return "-"
    return f"{_value(figure.low, figure.unit)} .. {_value(figure.high, figure.unit)}"


def _value(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    if unit.startswith("x"):
        digits = f"{value:.1f}" if value >= 10 else f"{value:.2f}"
        return f"{digits}{unit}"
    return f"{value:,.0f} {unit}" if value >= 100 else f"{value:.3g} {unit}"
