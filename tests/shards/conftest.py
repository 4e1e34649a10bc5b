"""Three shards and a proxy's database, all on the server of the session."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from shard_tools import COUNT, write_map

from pgcredits._shards.map import ShardMap
from pgcredits.testing import clone


@pytest.fixture
def map_file(tmp_path: Path) -> Path:
    """Where the map of the test is."""
    return tmp_path / "shards.toml"


@pytest.fixture
def shard_map(migrated_server: str, map_file: Path) -> Iterator[ShardMap]:
    """Three migrated shards, and the file that says where they are."""
    with ExitStack() as stack:
        urls = [
            stack.enter_context(clone(migrated_server, f"shard_{shard}")) for shard in range(COUNT)
        ]
        yield write_map(map_file, urls[0].replace("shard_0", "shard_{shard}"))
