"""Makes .venv with this project in it. Uses the standard library only, and needs no root.

usage: make_venv.py demo|example|test|bench

demo: what `pgcredits` needs; test: what the tests need too; example, bench: what those need.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST = (3, 11)
_PATIENCE_SECONDS = 3.0  # then a dot says that it still works


def main(purpose: str) -> None:
    if sys.version_info < OLDEST:
        sys.exit(
            f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed, and {sys.executable} is "
            f"{sys.version_info[0]}.{sys.version_info[1]}: try make PYTHON=python3.12"
        )
    print(f"Setting up {VENV.relative_to(ROOT)}, once, for a minute or two ..", end="", flush=True)
    if not PYTHON.exists() or _run("-c", "import pip", check=False, quiet=True) != 0:
        _create()
    _run("-m", "pip", "install", "-qq", "--upgrade", "pip>=25.1")
    extras = {"bench": "all,bench", "example": "all,fastapi"}.get(purpose, "all")
    requirements = ["--editable", f".[{extras}]"]
    if group := {"test": "dev", "example": "example"}.get(purpose):
        requirements += ["--group", group]
    _run("-m", "pip", "install", "-qq", *requirements)
    print(" done", flush=True)


def _create() -> None:
    with_pip = importlib.util.find_spec("ensurepip") is not None
    venv.create(VENV, with_pip=with_pip, symlinks=True)
    if with_pip:
        return
    # Debian keeps pip for new environments in a package of its own.
    from debian_package import unpack

    cache = ROOT / ".cache" / "pip"
    wheels = list(cache.glob("**/pip-*.whl"))
    if not wheels and unpack("^python3-pip-whl$", cache):
        wheels = list(cache.glob("**/pip-*.whl"))
    if not wheels:
        sys.exit("Python's venv module has no pip here: apt-get install python3-venv, then again.")
    _run(f"{wheels[0]}/pip", "install", "--quiet", "--no-index", str(wheels[0]))


def _run(*arguments: str, check: bool = True, quiet: bool = False) -> int:
    environment = {
        **os.environ,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_ROOT_USER_ACTION": "ignore",
    }
    program = subprocess.Popen(
        [PYTHON, *arguments],
        cwd=ROOT,
        env=environment,
        stderr=subprocess.DEVNULL if quiet else None,
    )
    while (code := _code(program)) is None:
        print(".", end="", flush=True)
    if check and code != 0:
        sys.exit(f"Setting up .venv failed: {' '.join(arguments)}")
    return code


def _code(program: subprocess.Popen[bytes]) -> int | None:
    """Its exit code; None while it runs, every few seconds."""
    try:
        return program.wait(_PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        return None


if __name__ == "__main__":
    main(sys.argv[1])
