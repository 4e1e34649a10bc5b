"""What the tests of the commands on shards share."""

from __future__ import annotations

from pathlib import Path

from pgcredits._shards.map import ShardMap

COUNT = 3


def write_map(file: Path, template: str, proxy: str | None = None) -> ShardMap:
    """Two servers, which are one: who looks at a map cannot tell."""
    lines = [f"shards = {COUNT}", *([f'proxy = "{proxy}"'] if proxy else [])]
    lines += ["[servers.a]", f'url = "{template}"', 'shards = "0-1"']
    lines += ["[servers.b]", f'url = "{template}"', 'shards = "2"']
    file.write_text("\n".join(lines), "utf-8")
    return ShardMap.read(file)
