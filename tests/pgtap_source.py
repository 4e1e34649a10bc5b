"""Finds the pgTAP script, which is not part of this repository.

In order: the file named by PGCREDITS_TEST_PGTAP; an installed pgTAP; a copy unpacked into .cache/
earlier; Debian's or Ubuntu's package, downloaded and unpacked there, which needs no root.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

CACHE = Path(__file__).resolve().parent.parent / ".cache" / "pgtap"
ADVICE = (
    "The tests need pgTAP: install it (on Debian or Ubuntu: apt-get install postgresql-NN-pgtap), "
    "or set PGCREDITS_TEST_PGTAP to a file pgtap--X.Y.Z.sql."
)


class PgtapNotFound(Exception):
    """No pgTAP script could be found or downloaded."""


def pgtap_script() -> Path:
    if given := os.environ.get("PGCREDITS_TEST_PGTAP"):
        if not Path(given).is_file():
            raise PgtapNotFound(f"PGCREDITS_TEST_PGTAP is {given}, which is no file.")
        return Path(given)
    return _installed() or _newest(CACHE) or _downloaded()


def _installed() -> Path | None:
    folders = [Path("/usr/share/postgresql")]
    if pg_config := shutil.which("pg_config"):
        answer = subprocess.run(
            [pg_config, "--sharedir"], check=False, capture_output=True, text=True
        )
        if answer.returncode == 0:
            folders.insert(0, Path(answer.stdout.strip()))
    return next(filter(None, map(_newest, folders)), None)


def _newest(folder: Path) -> Path | None:
    scripts = [
        script
        for script in folder.glob("**/pgtap--*.sql")
        if re.fullmatch(r"pgtap--[\d.]+\.sql", script.name)  # not an upgrade script
    ]
    return max(scripts, key=_version, default=None)


def _version(script: Path) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", script.name)]


def _downloaded() -> Path:
    if not shutil.which("apt-get") or not shutil.which("dpkg"):
        raise PgtapNotFound(ADVICE)
    CACHE.mkdir(parents=True, exist_ok=True)
    package = _package([])
    options: list[str] = []
    if package is None:  # the machine's package lists are empty: fetch them into the cache
        state = CACHE / "apt"
        (state / "lists" / "partial").mkdir(parents=True, exist_ok=True)
        (state / "archives" / "partial").mkdir(parents=True, exist_ok=True)
        options = [
            f"-oDir::State::lists={state / 'lists'}",
            f"-oDir::Cache={state}",
            "-oAPT::Sandbox::User=",
        ]
        subprocess.run(
            ["apt-get", "-qq", *options, "update"], check=False, stdin=subprocess.DEVNULL
        )
        package = _package(options)
    if package is None:
        raise PgtapNotFound(ADVICE)
    subprocess.run(
        ["apt-get", "-qq", *options, "-oAPT::Sandbox::User=", "download", package],
        check=True,
        cwd=CACHE,
    )
    for archive in CACHE.glob("postgresql-*-pgtap_*.deb"):
        subprocess.run(["dpkg", "-x", archive, CACHE / "unpacked"], check=True)
    script = _newest(CACHE)
    if script is None:
        raise PgtapNotFound(ADVICE)
    return script


def _package(options: list[str]) -> str | None:
    names = subprocess.run(
        ["apt-cache", *options, "search", "--names-only", r"^postgresql-[0-9]+-pgtap$"],
        check=False,
        capture_output=True,
        text=True,
    ).stdout.split("\n")
    packages = sorted(line.split()[0] for line in names if line.strip())
    return packages[-1] if packages else None


if __name__ == "__main__":
    print(pgtap_script())
