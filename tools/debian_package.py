"""Unpacks a Debian or Ubuntu package into a folder: no root, nothing installed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path


def unpack(pattern: str, folder: Path) -> bool:
    """Downloads the newest package whose name matches the regular expression and unpacks it.

    Returns False where that cannot be done: another system, no such package, no network.
    """
    if not shutil.which("apt-get") or not shutil.which("dpkg"):
        return False
    folder.mkdir(parents=True, exist_ok=True)
    options = ["-qq", "-oAPT::Sandbox::User="]
    package = _newest(pattern, options)
    if package is None:  # the machine's package lists are empty: fetch them beside the package
        for name in ("lists", "archives"):
            (folder / "apt" / name / "partial").mkdir(parents=True, exist_ok=True)
        options += [f"-oDir::State::lists={folder}/apt/lists", f"-oDir::Cache={folder}/apt"]
        subprocess.run(["apt-get", *options, "update"], check=False, stdin=subprocess.DEVNULL)
        package = _newest(pattern, options)
    if package is None:
        return False
    downloaded = subprocess.run(["apt-get", *options, "download", package], check=False, cwd=folder)
    archives = list(folder.glob(f"{package}_*.deb"))
    if downloaded.returncode != 0 or not archives:
        return False
    subprocess.run(["dpkg", "-x", archives[0], folder / "unpacked"], check=True)
    return True


def _newest(pattern: str, options: list[str]) -> str | None:
    found = subprocess.run(
        ["apt-cache", *options, "search", "--names-only", pattern],
        check=False,
        capture_output=True,
        text=True,
    )
    return max((line.split()[0] for line in found.stdout.splitlines()), default=None)
