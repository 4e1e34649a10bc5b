"""Prints what the changelog says of a version, for the notes of its release.

usage: release_notes.py VERSION    such as 0.1.0 or v0.1.0
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

CHANGELOG = Path(__file__).resolve().parent.parent / "CHANGELOG.md"


def notes(changelog: str, version: str) -> str:
    """The text below the heading of a version. Raises ``ValueError`` where it has no date yet."""
    for heading, text in re.findall(
        r"^## ([^\n]+)\n\n(.*?)(?=^## |\Z)", changelog, re.MULTILINE | re.DOTALL
    ):
        if re.fullmatch(rf"{re.escape(version)}, \d{{4}}-\d\d-\d\d", heading):
            return str(text).strip() + "\n"
    raise ValueError(f"CHANGELOG.md has no heading '## {version}, YYYY-MM-DD'")


if __name__ == "__main__":
    try:
        sys.stdout.write(notes(CHANGELOG.read_text("utf-8"), sys.argv[1].removeprefix("v")))
    except ValueError as error:
        sys.exit(str(error))
