"""Runs the programs that look at pages in headless Chromium, for whichever tests have pages."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

import npm_package

_PLAYWRIGHT_VERSION = "1.57.0"  # takes Node.js 18, which Debian 12 has


def look(program: Path, profile: Path, *arguments: str | Path) -> Any:
    """What a program of Node.js says of the pages that it opens: ``program PLAYWRIGHT CHROMIUM
    PROFILE ARGUMENT...``. ``profile``: an empty folder for the browser. Skips the test where
    something is not there."""
    browser = shutil.which("chromium")
    if browser is None:
        pytest.skip("no chromium: apt-get install chromium")
    if not shutil.which("node"):
        pytest.skip("no node: apt-get install nodejs")
    playwright = npm_package.unpack("playwright-core", _PLAYWRIGHT_VERSION)
    if playwright is None:
        pytest.skip("no npm with which to get playwright-core")
    ran = subprocess.run(
        ["node", program, playwright, browser, profile, *arguments],
        check=False,
        capture_output=True,
        text=True,
        timeout=500,
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)
