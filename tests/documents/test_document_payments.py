"""docs/recipes/from_a_payment.md: the application tells its story, and its own tests pass.

PGCREDITS_WRITE_EXAMPLES=1 writes the story anew instead of comparing it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from document_tools import ROOT, blocks

from client.test_testing import inner_pytest

RECIPE = ROOT / "docs" / "recipes" / "from_a_payment.md"
EXAMPLE = ROOT / "examples" / "payments"


def test_the_application_tells_the_story_of_the_recipe() -> None:
    (block,) = [block for block in blocks(RECIPE) if "--once" in block.code]
    assert block.code == "$ python examples/payments --once\n"
    told = subprocess.run(
        [sys.executable, EXAMPLE, "--once"], check=True, capture_output=True, text=True
    ).stdout
    told = "".join(f"{line.rstrip()}\n" for line in told.splitlines())
    if os.environ.get("PGCREDITS_WRITE_EXAMPLES"):
        text = RECIPE.read_text("utf-8")
        before = f"{block.code}```\n\n```text\n"
        RECIPE.write_text(text.replace(f"{before}{block.output}", f"{before}{told}"), "utf-8")
        return
    assert told == block.output


def test_the_code_in_the_recipe_is_that_of_the_application() -> None:
    sources = [file.read_text("utf-8") for file in EXAMPLE.glob("*.py")]
    shown = [block.code for block in blocks(RECIPE) if block.language == "py"]
    assert len(shown) == 2
    for code in shown:
        assert any(code in source for source in sources), code


@pytest.mark.server
def test_the_tests_of_the_application_pass(empty_server: str, tmp_path: Path) -> None:
    printed = inner_pytest(EXAMPLE, empty_server, f"--basetemp={tmp_path}/inner")
    assert " passed in " in printed, printed
    assert " failed" not in printed, printed
