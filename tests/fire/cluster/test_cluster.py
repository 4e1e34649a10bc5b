"""A leader is lost under load, in a real cluster, and nothing is lost with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fire.cluster import __main__ as piece
from fire.cluster.campaign import campaign, lose_leaders
from fire.cluster.machines import missing
from fire.faults.servers import open_folder, orphans
from fire.faults.storm import Size
from support import in_memory

SEED = 20261130
needs_patroni = pytest.mark.skipif(missing() is not None, reason=str(missing()))


@pytest.fixture
def folder() -> Iterator[Path]:
    with orphans(), open_folder(in_memory()) as folder:
        yield folder


@needs_patroni
def test_nothing_is_lost_with_a_leader(folder: Path) -> None:
    """Killed with its agent, and it comes back; customers who call through Retry are answered."""
    with campaign(folder, SEED, Size(processes=1, clients=6, cold=20)) as made:
        found = lose_leaders(made, 60, ["leader killed"])
    wrong = {name: texts[:3] for name, texts in found.wrong.items() if texts}
    assert not wrong, f"seed {SEED}: {wrong}"
    figures = found.figures
    assert figures["failovers"] == 1
    assert figures["unknown outcomes"] == figures["unknown outcomes, resolved"]
    assert figures["acknowledged calls looked for after a fault"] > 10
    assert figures["calls of customers answered"] > 50
    assert figures["longest call of a customer in ms"] > 1000  # it was in the way of one of them


def test_where_patroni_is_not_the_piece_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(piece, "missing", lambda: "apt-get install patroni etcd-server")
    assert piece.main(["--seed", "1", "--report", str(tmp_path / "out.json")]) == 0
    assert "left out: apt-get install patroni" in (tmp_path / "out.json").read_text("utf-8")
