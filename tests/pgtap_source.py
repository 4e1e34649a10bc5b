"""Finds the pgTAP script, which is not part of this repository.

In order: the file named by PGCREDITS_TEST_PGTAP; an installed pgTAP; Debian's or Ubuntu's package,
unpacked into .cache/ (which needs no root).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from debian_package import unpack

CACHE = Path(__file__).resolve().parent.parent / ".cache" / "pgtap"


class PgtapNotFoundError(Exception):
    """No pgTAP script could be found or downloaded."""


def pgtap_script() -> Path:
    """The newest pgtap--X.Y.Z.sql at hand."""
    if given := os.environ.get("PGCREDITS_TEST_PGTAP"):
        if not Path(given).is_file():
            raise PgtapNotFoundError(f"PGCREDITS_TEST_PGTAP is {given}, which is no file.")
        return Path(given)
    script = _newest(_share_folder()) or _newest(Path("/usr/share/postgresql")) or _newest(CACHE)
    if script is None and unpack("^postgresql-[0-9]+-pgtap$", CACHE):
        script = _newest(CACHE)
    if script is None:
        raise PgtapNotFoundError(
            "The tests need pgTAP: install it (on Debian or Ubuntu: "
            "apt-get install postgresql-NN-pgtap), or set PGCREDITS_TEST_PGTAP to a file "
            "pgtap--X.Y.Z.sql."
        )
    return script


def _share_folder() -> Path | None:
    pg_config = shutil.which("pg_config")
    if pg_config is None:
        return None
    answer = subprocess.run([pg_config, "--sharedir"], check=False, capture_output=True, text=True)
    return Path(answer.stdout.strip()) if answer.returncode == 0 else None


def _newest(folder: Path | None) -> Path | None:
    scripts = [
        script
        for script in (folder.glob("**/pgtap--*.sql") if folder else [])
        if re.fullmatch(r"pgtap--[\d.]+\.sql", script.name)  # not an upgrade script
    ]
    return max(scripts, key=_version, default=None)


def _version(script: Path) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", script.name)]
