"""Where servers that will be harmed keep their data."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fire.faults.servers import open_folder, orphans
from support import in_memory


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the server's user can reach. In memory, where there is room: only processes
    are killed here, and what they have written stays, flushed or not."""
    with orphans(), open_folder(in_memory()) as folder:
        yield folder
