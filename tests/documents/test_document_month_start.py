"""docs/recipes/month_start.md, followed from top to bottom: what it says is printed."""

from __future__ import annotations

from pathlib import Path

from document_tools import ROOT
from journey import Journey, follow


def test_the_month_begins_as_the_document_says(db_url: str, psql: str, tmp_path: Path) -> None:
    follow(ROOT / "docs" / "recipes" / "month_start.md", Journey(tmp_path, psql, db_url))
