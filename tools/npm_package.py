"""Unpacks npm packages into .cache/npm: no root, nothing installed, no script of them run.

usage: npm_package.py    those that the programs of docs/callers.md need
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

CACHE = Path(__file__).resolve().parent.parent / ".cache" / "npm"
CALLERS = (
    "pg@8",
    "postgres@3",
    "drizzle-orm@0.45",
    "kysely@0.29",
    "prisma@7",
    "@prisma/client@7",
    "@prisma/adapter-pg@7",
)
_PRISMA_SCHEMA = """\
generator client {
  provider = "prisma-client-js"
}
datasource db {
  provider = "postgresql"
}
"""


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
    if _npm_install(new, package):
        new.rename(folder)


def _npm_install(folder: Path, *packages: str) -> bool:
    options = ["--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(
        ["npm", "install", "--prefix", folder, *options, *packages],
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    return done.returncode == 0


def main() -> None:
    CACHE.mkdir(parents=True, exist_ok=True)
    if not _npm_install(CACHE, *CALLERS):
        sys.exit("npm could not install what the programs of docs/callers.md need.")
    (CACHE / "schema.prisma").write_text(_PRISMA_SCHEMA, "utf-8")
    subprocess.run(
        [CACHE / "node_modules" / ".bin" / "prisma", "generate", "--schema", "schema.prisma"],
        check=True,
        cwd=CACHE,
        # Its programs are not in the package, and nothing here runs them: any file will do.
        env={**os.environ, "PRISMA_SCHEMA_ENGINE_BINARY": "/bin/sh"},
    )


if __name__ == "__main__":
    main()
