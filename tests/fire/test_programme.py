"""What the programme makes of the reports of its pieces."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fire import programme
from fire.page import BEGIN, END, put_into
from fire.programme import PIECES, WHOLE_SECONDS, Found, main, run


def result(piece: str, **other: Any) -> dict[str, Any]:
    good = {"seed": 1, "seconds": 2.5, "figures": {"calls": 7, "longest call in ms": 30}}
    return {
        **good,
        "must_be_zero": {"losses": 0},
        "floors": {},
        "notes": [],
        "piece": piece,
        **other,
    }


def test_rounds_are_summed_but_the_longest_stays_the_longest() -> None:
    found = Found()
    found.add(result("faults"))
    found.add(result("faults", figures={"calls": 3, "longest call in ms": 20}))
    assert found.figures == {"calls": 10, "longest call in ms": 30}
    assert (found.rounds, found.seconds, found.faults) == (2, 5.0, [])


def test_a_piece_goes_on_until_it_has_covered_enough(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    seeds: list[int] = []

    def one(piece: programme.Piece, share: float, seed: int, folder: Path) -> dict[str, Any]:
        if piece.module != "fire.faults":
            return result(piece.module)
        seeds.append(seed)
        lost = {"must_be_zero": {"losses": 1}} if len(seeds) == losing else {}
        return result(piece.module, floors={"calls": {"reached": 7, "wanted": 20}}, **lost)

    monkeypatch.setattr(programme, "run", one)
    losing = 0
    assert main(["--seconds", "60", "--seed", "5"]) == 0
    assert len(set(seeds)) == len(seeds) == 3
    seeds.clear()
    losing = 2
    assert main(["--seconds", "60", "--seed", "5"]) == 1
    assert len(seeds) == losing


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"must_be_zero": {"losses": 2}}, "losses: 2"),
        ({"floors": {"calls": {"reached": 7, "wanted": 99}}}, "unproductive: calls is 35, wanted"),
    ],
)
def test_a_bad_piece_makes_the_programme_red_and_is_on_the_page(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, wrong: dict[str, Any], said: str
) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"# Above\n\n{BEGIN}\nolder\n{END}\n\nbelow\n", "utf-8")

    def one(piece: programme.Piece, *_: object) -> dict[str, Any]:
        name = piece.module.rpartition(".")[2]
        return result(name, **(wrong if name == "migrations" else {}))

    monkeypatch.setattr(programme, "run", one)
    assert main(["--seconds", "60", "--seed", "1", "--page", str(page)]) == 1
    text = page.read_text("utf-8")
    assert f"- migrations: {said}" in text
    assert text.startswith("# Above\n")
    assert text.endswith("\nbelow\n")
    assert "older" not in text


def test_mutants_run_once_and_only_in_a_whole_programme(monkeypatch: pytest.MonkeyPatch) -> None:
    played: list[tuple[str, int]] = []

    def one(piece: programme.Piece, share: float, seed: int, folder: Path) -> dict[str, Any]:
        played.append((piece.module, seed))
        clock[0] += piece.seconds * share
        return result(piece.module)

    clock = [0.0]
    monkeypatch.setattr(programme, "run", one)
    monkeypatch.setattr(programme.time, "monotonic", lambda: clock[0])
    assert main(["--seconds", str(2 * WHOLE_SECONDS), "--seed", "5"]) == 0
    assert [seed for module, seed in played if module == "fire.faults"] == [5, 6]
    assert [seed for module, seed in played if module == "fire.mutants"] == [5]
    played.clear()
    assert main(["--seconds", "60", "--seed", "5"]) == 0
    assert [module for module, _ in played] == [
        p.module for p in PIECES if p is not programme.MUTANTS
    ]


def test_a_piece_that_dies_without_a_report_is_a_finding(tmp_path: Path) -> None:
    died = run(programme.Piece("fire.no_such_piece", 1), 1.0, 1, tmp_path)
    assert died["must_be_zero"] == {"runs without a report": 1}
    assert "No module named" in died["notes"][0]


def test_a_page_is_replaced_again_and_again(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"above\n{BEGIN}{END}\nbelow\n", "utf-8")
    put_into(page, "one\n")
    first = page.read_text("utf-8")
    put_into(page, "one\n")
    assert page.read_text("utf-8") == first
