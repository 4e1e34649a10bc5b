"""Writes pgcredits/sync.py, the client that waits, from the client that is awaited.

usage: generate_sync.py
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent / "pyclient" / "pgcredits"
SYNC = PACKAGE / "sync.py"
_DOCSTRING = '''"""The client without asyncio: the methods of ``pgcredits.Credits``, which wait.

tools/generate_sync.py writes this module from _client.py: edit that one.
"""'''
_REPLACED = (
    (
        '"""The client: one method per public function of the schema, and no logic of its own."""',
        _DOCSTRING,
    ),
    ("from collections.abc import Awaitable, Callable", "from collections.abc import Callable"),
    ("Awaitable[Sequence[Row]]", "Sequence[Row]"),
    (
        "import Call, Executor, Row, executor_over",
        "import Call, Row, SyncExecutor, sync_executor_over",
    ),
    ("executor: Executor | Any", "executor: SyncExecutor | Any"),
    (" = executor_over(", " = sync_executor_over("),
    ("async def ", "def "),
    ("await ", ""),
)


def sync_source() -> str:
    """The module, in the form that ruff gives it."""
    source = (PACKAGE / "_client.py").read_text("utf-8")
    for old, new in _REPLACED:
        if old not in source:
            raise ValueError(f"_client.py has no {old!r} any more")
        source = source.replace(old, new)
    ruff = Path(sys.executable).with_name("ruff")
    command = [str(ruff), "format", "--stdin-filename", str(SYNC), "-"]
    result = subprocess.run(command, input=source, text=True, check=True, stdout=subprocess.PIPE)
    return result.stdout


if __name__ == "__main__":
    SYNC.write_text(sync_source(), "utf-8")
