"""Where the SQL is, in a wheel or a checkout: numbered migrations (state) and the logic."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from pgcredits import __version__

_PACKAGE = Path(__file__).resolve().parent.parent
# A wheel carries the two folders inside the package; a checkout keeps them at its top level.
_ROOT = _PACKAGE if (_PACKAGE / "sql").is_dir() else _PACKAGE.parent.parent
SQL_FOLDER = _ROOT / "sql"
MIGRATIONS_FOLDER = _ROOT / "migrations"


def migration_files() -> list[Path]:
    """The numbered migrations, in order."""
    return sorted(MIGRATIONS_FOLDER.glob("pgcredits.*.sql"))


def logic_files() -> list[Path]:
    """The files of the logic, in the order of the manifest ``sql/install.sql``."""
    manifest = (SQL_FOLDER / "install.sql").read_text("utf-8")
    return [SQL_FOLDER / name for name in re.findall(r"^\\ir (\S+)$", manifest, re.MULTILINE)]


def edited_migrations() -> list[str]:
    """Names of released migrations whose text is no longer the released one."""
    edited = []
    for line in (MIGRATIONS_FOLDER / "checksums.txt").read_text("utf-8").splitlines():
        checksum, name = line.split()
        file = MIGRATIONS_FOLDER / name
        if not file.exists() or hashlib.sha256(file.read_bytes()).hexdigest() != checksum:
            edited.append(name)
    return edited


def bundle() -> str:
    """The whole schema as one SQL script, for an empty database or another migration tool."""
    parts = [
        f"-- pgcredits {__version__}: the whole schema as one script.\n"
        "-- Apply it in one transaction: psql -1 -v ON_ERROR_STOP=1 -f FILE\n"
    ]
    for file in [*migration_files(), *logic_files()]:
        parts.append(f"-- {file.relative_to(_ROOT).as_posix()}\n\n{file.read_text('utf-8')}")
    return "\n".join(parts)
