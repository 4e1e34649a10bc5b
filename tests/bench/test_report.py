"""The parts of the benchmark that need no server."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from bench.__main__ import main
from bench.book import Book, Chart, Figure, Line, load
from bench.errors import BenchError
from bench.instructions import commands, countable, prepared
from bench.instructions import main as count_instructions
from bench.measure import Pairs, alternate, percentile
from bench.server import durable_server
from bench.site import FIRST

from bench import report, svg


def figure(value: float, low: float, high: float, *, less: bool = False) -> Figure:
    return Figure(
        item="1", what="A", value=value, low=low, high=high, unit="x", goal=1.0, less=less
    )


def chart(*, bars: bool) -> Chart:
    return Chart(
        name="c",
        title="Fish & chips",
        x_label="x",
        y_label="y",
        lines=[Line("a", [(0.0, 1.0), (1.0, 30.0)]), Line("b", [(0.0, 3.0), (1.0, 30.0)])],
        categories=["one", "two"],
        bars=bars,
    )


def test_two_sides_take_turns_in_going_first() -> None:
    turns: list[str] = []

    def side(name: str) -> float:
        turns.append(name)
        return float(len(turns))

    pairs = alternate(lambda: side("a"), lambda: side("b"), 3)
    assert turns == ["a", "b", "b", "a", "a", "b"]
    assert pairs == Pairs([1, 4, 5], [2, 3, 6])
    assert pairs.ratio == 4 / 3
    assert pairs.spread == (0.5, 4 / 3)


def test_a_percentile_is_one_of_the_values() -> None:
    values = [float(value) for value in range(1, 101)]
    assert [percentile(values, p) for p in (0, 50, 99, 100)] == [1, 51, 100, 100]


@pytest.mark.parametrize(
    ("shown", "verdict"),
    [
        (figure(1.2, 1.0, 1.3), "reached"),
        (figure(1.2, 0.9, 1.3), "reached in the median"),
        (figure(0.9, 0.8, 1.1), "missed in the median"),
        (figure(0.9, 0.8, 0.95), "missed"),
        (figure(0.9, 0.8, 1.0, less=True), "reached"),
        (figure(1.1, 1.05, 1.2, less=True), "missed"),
    ],
)
def test_the_verdict_tells_what_every_round_says(shown: Figure, verdict: str) -> None:
    assert shown.verdict == verdict


def test_a_book_is_read_as_it_was_saved_and_written_again(tmp_path: Path) -> None:
    book = Book(
        about={"date": "today"},
        figures=[figure(1.2, 1.0, 1.3)],
        charts=[chart(bars=False), chart(bars=True)],
        remarks=["remark"],
    )
    book.save(tmp_path / "figures.json")
    assert load(tmp_path / "figures.json") == book
    page = tmp_path / "page.md"
    assert main(["--from", str(tmp_path / "figures.json"), "--output", str(page)]) == 0
    assert page.read_text() == report.page(book)
    assert "| A | >= 1.00x | 1.20x | 1.00x .. 1.30x | reached |" in page.read_text()
    assert (tmp_path / "plots" / "c.svg").exists()


def test_several_runs_with_other_questions_are_one_page(tmp_path: Path) -> None:
    parts = []
    for day, value in (("today", 1.2), ("tomorrow", 1.3)):
        parts.append(str(tmp_path / f"{day}.json"))
        made = Book(about={"date": day, "memory": "1 GB"}, figures=[figure(value, 1.0, 1.5)])
        made.save(Path(parts[-1]))
    page = tmp_path / "page.md"
    assert main(["--from", *parts, "--output", str(page)]) == 0
    assert "| date | today; tomorrow |\n| memory | 1 GB |" in page.read_text()
    assert all(value in page.read_text() for value in ("| 1.20x |", "| 1.30x |"))
    assert len(load(tmp_path / "page.json").figures) == len(parts)


@pytest.mark.parametrize("bars", [False, True])
def test_a_drawing_is_well_formed_and_labelled(bars: bool) -> None:
    words = list(ET.fromstring(svg.draw(chart(bars=bars))).itertext())  # noqa: S314 - our own
    assert {"Fish & chips", "a", "b", "one", "two"} <= set(words)
    assert ("30" in words) == bars or "0" in words


def test_a_script_becomes_a_prepared_statement() -> None:
    statement, names = prepared("reserve")
    assert names == ["profile", "cost"]
    assert statement.endswith("|| $1)::uuid, gen_random_uuid(), $2)")
    assert "--" not in statement
    last = commands("refund", 2).splitlines()[-1]
    assert last == f"execute counted ({FIRST + 1})"
    with pytest.raises(BenchError, match="more than one statement"):
        prepared("reserve_and_refund")


@pytest.mark.parametrize(
    ("script", "problem"),
    [
        ("reserve_batch", "has other variables than profile, cost, job"),
        ("lost_updates", "has other variables than profile, cost, job"),
        ("reserve_and_refund", "is more than one statement"),
        ("reserv", "is not a script of bench/sql"),
        ("../site", "is not a script of bench/sql"),
    ],
)
def test_a_script_that_cannot_be_counted_is_refused_before_a_server_starts(
    script: str, problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert count_instructions(["reserve", script]) == 2
    out, err = capsys.readouterr()
    assert (out, err) == ("", f"bench: {script} {problem}: give one of {', '.join(countable())}.\n")


def test_the_scripts_that_are_counted_by_default_can_be_counted() -> None:
    assert {"reserve", "reserve_floor", "refund", "refund_floor"} <= set(countable())
    assert "reserve_batch" not in countable()


def test_two_benchmarks_do_not_measure_each_other(tmp_path: Path) -> None:
    import fcntl

    with (tmp_path / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        with (
            pytest.raises(BenchError, match="Another benchmark runs"),
            durable_server(tmp_path, gigabytes=1),
        ):
            pass


def test_too_small_a_disk_is_said_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from collections import namedtuple

    usage = namedtuple("usage", "free")
    monkeypatch.setattr("bench.server.shutil.disk_usage", lambda _: usage(0))
    page = str(tmp_path / "page.md")
    assert main(["--quick", "--folder", str(tmp_path), "--output", page]) == 2
    assert "choose another folder with --folder" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--quick"], ["--only", "reads"]])
def test_only_a_whole_run_may_write_the_results(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert "only a whole run writes bench/RESULTS.md" in capsys.readouterr().err
