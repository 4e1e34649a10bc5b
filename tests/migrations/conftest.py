from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from pgcredits.local_server import programs_folder


@pytest.fixture(scope="session")
def catalog() -> Callable[[str], str]:
    """Dumps everything the schema consists of, owners, grants and comments included.

    The bookkeeping tables of yoyo are left out: a database set up from the script has none.
    """
    beside = programs_folder() / "pg_dump"
    pg_dump = str(beside) if beside.exists() else str(shutil.which("pg_dump"))

    def dump(url: str) -> str:
        result = subprocess.run(
            [pg_dump, "--schema-only", "--schema=credits", "--exclude-table=credits.*yoyo*", url],
            check=True,
            capture_output=True,
            text=True,
        )
        # Each dump is fenced by a random key of its own.
        return "\n".join(
            line for line in result.stdout.splitlines() if "restrict" not in line.split(" ")[0]
        )

    return dump


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """The whole schema as one script, as `pgcredits sql` prints it."""
    from pgcredits.schema import bundle

    file = tmp_path / "pgcredits.sql"
    file.write_text(bundle(), "utf-8")
    return file
