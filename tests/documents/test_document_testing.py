"""docs/testing.md: its conftest and its tests are a project that passes."""

from __future__ import annotations

from pathlib import Path

import pytest
from document_tools import ROOT, blocks

from client.test_testing import inner_pytest


@pytest.mark.server
def test_the_tests_of_the_document_pass(empty_server: str, tmp_path: Path) -> None:
    expected = None
    for block in blocks(ROOT / "docs" / "testing.md"):
        if block.language == "python":
            (tmp_path / block.words[0]).write_text(block.code, "utf-8")
            expected = block.output or expected
    assert expected == "2 passed\n"
    assert "\n2 passed in " in inner_pytest(tmp_path, empty_server)
