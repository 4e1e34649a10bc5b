"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import psycopg

from bench.server import settings
from bench.site import ROOT, Site
from pgcredits import __version__


def about(site: Site, folder: Path) -> dict[str, str]:
    """The machine, the server and the versions, for the report's head."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "commit": _commit(),
        "pgcredits": __version__,
        "PostgreSQL": site.show("server_version"),
        "Python": f"{platform.python_version()}, asyncpg {asyncpg.__version__}, "
        f"psycopg {psycopg.__version__}",
        "processor": f"{_processor()}, {os.cpu_count()} cores",
        "memory": f"{memory:.0f} GB",
        "kernel": f"{platform.system()} {platform.release()}",
        "file system": _file_system(folder),
        "other load": f"{os.getloadavg()[0]:.1f} runnable processes when it began",
        "settings": ", ".join(f"`{name} = {site.show(name)}`" for name in settings()),
    }


def _commit() -> str:
    try:
        commit = _output("git", "rev-parse", "--short", "HEAD")
        changed = _output("git", "status", "--porcelain", "--", "sql", "migrations", "pyclient")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return f"{commit}, with changes that are not committed" if changed else commit


def _output(*command: str) -> str:
    return subprocess.run(
        command, check=True, capture_output=True, text=True, cwd=ROOT
    ).stdout.strip()


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _file_system(folder: Path) -> str:
    """Of the longest mount point above the folder."""
    try:
        mounts = [line.split() for line in Path("/proc/mounts").read_text().splitlines()]
    except OSError:
        return "unknown"
    above = [m for m in mounts if folder.resolve().is_relative_to(m[1].replace("\\040", " "))]
    return max(above, key=lambda mount: len(mount[1]))[2] if above else "unknown"
