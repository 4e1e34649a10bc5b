"""What a run says in the end: broken, unproductive, or neither."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from fire.interleavings import __main__ as run
from fire.interleavings.drive import Tally, named_items, pair_items


def full() -> Tally:
    """A run that met everything."""
    tally = Tally()
    for item in [*named_items(prepares=True), *pair_items("7")]:
        tally.count(item)
    tally.met += Counter(
        {
            **run.FLOORS,
            **{f"refused: {token}": 50 for token in run.TOKENS},
            **{f"replayed: {name}": 50 for name in run.WRITERS},
            "40001 resolved": run.FLOORS["40001 seen"],
        }
    )
    return tally


def ended(monkeypatch: pytest.MonkeyPatch, folder: Path, tally: Tally) -> tuple[int, dict]:
    monkeypatch.setattr(run, "play", lambda *_: tally)
    file = folder / "report.json"
    code = run.main(["--seconds", "60", "--seed", "7", "--report", str(file)])
    return code, json.loads(file.read_text("utf-8"))


def test_a_full_run_is_no_failure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    code, report = ended(monkeypatch, tmp_path, full())
    assert code == 0
    assert (report["piece"], report["seed"], report["notes"]) == ("interleavings", 7, [])
    assert not any(report["must_be_zero"].values())


def test_a_violation_fails(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    tally = full()
    tally.violated(named_items(prepares=True)[0], "7/1", "40P01", "a deadlock")
    code, report = ended(monkeypatch, tmp_path, tally)
    assert code == 1
    assert report["must_be_zero"]["40P01"] == 1
    assert "a deadlock" in report["notes"][0]


def test_a_40001_that_nobody_resolved_fails(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    tally = full()
    tally.met["40001 resolved"] -= 1
    assert ended(monkeypatch, tmp_path, tally)[0] == 1


@pytest.mark.parametrize("name", ["waits seen", "refused: wrong_state", "replayed: refund_job"])
def test_a_run_that_met_too_little_is_unproductive(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    name: str,
) -> None:
    tally = full()
    tally.met[name] = 0
    assert ended(monkeypatch, tmp_path, tally)[0] == 1
    assert f"unproductive: {name}" in capsys.readouterr().out
