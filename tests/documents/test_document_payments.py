"""docs/recipes/from_a_payment.md: the application tells its story, and its own tests pass.

PGCREDITS_WRITE_EXAMPLES=1 writes the story anew instead of comparing it.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
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


def running(*arguments: object) -> subprocess.Popen[str]:
    """The application, whose output is read while it runs."""
    return subprocess.Popen(
        [sys.executable, EXAMPLE, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("shown", ["Starting PostgreSQL", "signs up", "psql"])
def test_the_application_stops_when_told_to(shown: str) -> None:
    with running("--port", 0) as program:
        assert program.stdout is not None
        read = ""
        while shown not in read:
            line = program.stdout.readline()
            assert line, read
            read += line
        if shown == "psql":
            (address,) = re.findall(r"until Ctrl-C: (http://\S+:[1-9]\d*)/docs", read)
            (key,) = re.findall(r"Bearer (\S+)'", read)
            answer = httpx.get(f"{address}/balance", headers={"authorization": f"Bearer {key}"})
            assert answer.json()["available"] == 1600
        program.send_signal(signal.SIGINT)
        _, said = program.communicate(timeout=60)
    assert (program.returncode, said) == (0, "Stopped.\n")


def test_a_port_that_cannot_be_had_is_said_before_anything_starts() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with running("--port", port) as program:
            told, said = program.communicate(timeout=60)
    assert (program.returncode, told) == (2, "")
    sentence = f"Port {port} is taken, or not for this user: give another one with --port."
    assert said == f"{sentence}\n"
    with running("--port", 65536) as program:
        told, said = program.communicate(timeout=60)
    assert (program.returncode, told) == (2, "")
    assert said.endswith("argument --port: write a number from 0 to 65535\n")


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
