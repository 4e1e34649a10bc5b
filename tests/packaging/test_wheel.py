"""The wheel, installed somewhere else, brings all it needs: it migrates and runs the demo."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built by way of the source distribution, as a release is."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT],
        check=True,
        capture_output=True,
    )
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of a fresh environment with the wheel in it.

    The libraries it depends on are those of this environment, so that nothing is downloaded.
    """
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, symlinks=True)
    python = folder / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", python]
    subprocess.run(
        [*pip, "install", "--quiet", "--no-deps", "--no-index", wheel],
        check=True,
        env={**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
    )
    site = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    # Paths in a .pth file do not bring the .pth files of those paths, such as an editable install.
    Path(site, "libraries.pth").write_text(sysconfig.get_path("purelib"), "utf-8")
    return python.parent


def run(installed: Path, *arguments: str) -> str:
    return subprocess.run(
        [installed / "pgcredits", *arguments],
        check=True,
        capture_output=True,
        text=True,
        cwd="/",
    ).stdout


def test_the_wheel_holds_the_package_and_all_of_the_sql(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    sources = [
        *ROOT.glob("sql/**/*.sql"),
        *ROOT.glob("migrations/*.sql"),
        ROOT / "migrations/post-apply.py",
        ROOT / "migrations/checksums.txt",
    ]
    expected = {f"pgcredits/{source.relative_to(ROOT).as_posix()}" for source in sources}
    expected |= {
        source.relative_to(ROOT / "pyclient").as_posix()
        for source in (ROOT / "pyclient/pgcredits").rglob("*")
        if source.is_file() and source.suffix != ".pyc"
    }
    assert expected <= names
    outside = {name for name in names if not name.startswith("pgcredits")}
    assert not outside


def test_it_is_the_wheel_that_runs(installed: Path) -> None:
    program = "import pgcredits._server.schema as s; print(s.SQL_FOLDER)"
    folder = subprocess.run(
        [installed / "python", "-c", program], check=True, capture_output=True, text=True, cwd="/"
    ).stdout.strip()
    assert Path(folder).is_relative_to(installed.parent)


def test_the_installed_wheel_migrates_a_database(installed: Path, empty_db_url: str) -> None:
    assert "pgcredits.0001.roles" in run(installed, "migrate", "--database-url", empty_db_url)
    assert run(installed, "status", "--database-url", empty_db_url)


def test_the_installed_wheel_prints_the_script(installed: Path) -> None:
    from pgcredits._server.schema import bundle

    assert run(installed, "sql") == bundle()


def test_the_installed_wheel_runs_the_demo(installed: Path) -> None:
    demo = run(installed, "demo")
    assert "(monthly: +500, addon: +1500)" in demo
