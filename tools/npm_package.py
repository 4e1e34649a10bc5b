"""Unpacks an npm package into .cache/npm: no root, nothing installed, no script of it run."""

from __future__ import annotations

import fcntl
import shutil
import subprocess
from pathlib import Path

CACHE = Path(__file__).resolve().parent.parent / ".cache" / "npm"


def unpack(name: str, version: str) -> Path | None:
    """The folder of exactly this version of a package, downloaded the first time.

    None where that cannot be done: no npm, no such package for this machine, no network.
    """
    own = CACHE / f"{name.replace('/', '+')}-{version}"
    folder = own / "node_modules" / name
    if folder.is_dir():
        return folder
    if not shutil.which("npm"):
        return None
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # tests run in several processes
        if not folder.is_dir():
            _install(f"{name}@{version}", own)
    return folder if folder.is_dir() else None


def _install(package: str, folder: Path) -> None:
    """Moves the package to its place when it is whole: a download may be cut off."""
    new = folder.with_name("new")
    shutil.rmtree(new, ignore_errors=True)
    options = ["--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(
        ["npm", "install", "--prefix", new, *options, package],
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    if done.returncode == 0:
        new.rename(folder)
