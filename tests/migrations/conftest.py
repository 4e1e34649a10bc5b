from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """The whole schema as one script, as `pgcredits sql` prints it."""
    from pgcredits._server.schema import bundle

    file = tmp_path / "pgcredits.sql"
    file.write_text(bundle(), "utf-8")
    return file
