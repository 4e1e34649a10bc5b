"""Shards and their proxy are lost under load, and nothing is lost with them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from fire.faults.servers import open_folder, orphans
from fire.shards import __main__ as piece
from fire.shards.campaign import campaign, lose_shards
from postgres_programs import plproxy_programs
from support import in_memory

SEED = 20261130
needs_plproxy = pytest.mark.skipif(
    plproxy_programs() is None, reason="apt-get install postgresql-15-plproxy"
)


@pytest.fixture
def folder() -> Iterator[Path]:
    with orphans(), open_folder(in_memory()) as folder:
        yield folder


@needs_plproxy
def test_nothing_is_lost_with_a_shard_or_the_proxy(folder: Path) -> None:
    absent = UUID(int=1)
    faults = ["shards killed", "proxy and shards killed", "connections of the proxy lost"]
    with campaign(folder, SEED) as made:
        wrong = lose_shards(made, 60, faults)
        # What is missing would be noticed.
        jobs = next(iter(made.customers.jobs.values()))
        jobs[absent] = "reserved"
        assert made.customers.lost(*made.map.urls)[1] == [str(absent)]
        assert any(str(absent) in line for line in made.customers.look(*made.map.urls))
    assert {name: texts[:3] for name, texts in wrong.items() if texts} == {}, f"seed {SEED}"
    assert made.faults.total() == len(faults)
    assert made.looked_for > 100
    assert made.customers.in_batches > 50
    assert made.customers.slowest > 0.5  # a fault was in the way of somebody


def test_where_plproxy_is_not_the_piece_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(piece, "plproxy_programs", lambda: None)
    assert piece.main(["--seed", "1", "--report", str(tmp_path / "out.json")]) == 0
    assert "left out: apt-get install postgresql-15-plproxy" in (tmp_path / "out.json").read_text()
