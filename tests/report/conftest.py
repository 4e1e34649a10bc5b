"""Reports on books of several kinds, written once and looked at once in a browser."""

from __future__ import annotations

import fcntl
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from life import DAYS, Books, live
from report_tools import ask, first_day, plain
from typer.testing import CliRunner

import browser
from pgcredits._cli.program import app
from pgcredits.testing import clone

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / ".cache" / "report-pictures"
ONE = UUID(int=1)


def write(url: str, file: Path, *arguments: object) -> None:
    """Runs the command in this process."""
    given = ["report", *map(str, arguments), "--output", str(file), "--database-url", url]
    done = CliRunner().invoke(app, given)
    assert done.exit_code == 0, done.output


def reports(server: str, folder: Path) -> tuple[list[Path], dict[str, Any]]:
    """The pages, and what the database says of each."""
    said = {}
    with clone(server, "report_life") as url:
        life = live(url)
        write(url, folder / "all.html", "--since", first_day(DAYS + 3))
        said["all"] = ask(url, since=first_day(DAYS + 1))  # when it began
        since = first_day(DAYS - 5)
        for name in ("busy", "indebted", "moved"):
            profile_id = getattr(life, name)
            write(url, folder / f"{name}.html", profile_id, "--since", since)
            said[name] = ask(url, since=since, profile_id=profile_id)
        write(url, folder / "day.html", "--days", 1)
        write(url, folder / "profile_day.html", life.busy, "--days", 1)
    with clone(server, "report_few") as url:
        write(url, folder / "empty.html")
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("select credits.open_profile(%s, 500, 5000)", [ONE])
        write(url, folder / "one.html")
        write(url, folder / "one_profile.html", ONE)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(
                "select credits.open_profile(p, 0, 9007199254740991), credits.reserve_credits("
                "p, p, 9007199254740991 / n, spender => 'member ' || n)"
                " from (select gen_random_uuid() p, n from generate_series(1, 400) n) x"
            )
        write(url, folder / "large.html")
    with clone(server, "report_old") as url:
        old = Books(url)
        for days in (399, 200, 0):
            old.at(datetime.now(UTC) - timedelta(days=days))
            old.call("open_profile", profile_id=old.id(), credits_remaining=500)
        old.close()
        write(url, folder / "months.html", "--days", 400)
    with clone(server, "report_late") as url:
        late = Books(url)
        late.at(datetime.now(UTC) - timedelta(hours=3))
        late.call("open_profile", profile_id=ONE, credits_remaining=500, addon_credits=5000)
        expires = {"expires_at": datetime.now(UTC) - timedelta(hours=2), "kind": "promo"}
        late.call("grant_addon", profile_id=ONE, amount=70, reference="pack", **expires)
        hold = {"job_id": late.id(), "cost": 60, "hold_for": timedelta(hours=1)}
        late.call("reserve_credits", profile_id=ONE, **hold)
        late.at(datetime.now(UTC))
        late.close()
        said["overdue"] = ask(url, since=first_day(2), profile_id=ONE)
        write(url, folder / "overdue.html", ONE)
        write(url, folder / "all_overdue.html")
    return sorted(folder.glob("*.html")), plain(said)


@pytest.fixture(scope="session")
def looked(migrated_server: str, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What was seen of each page, and said by the database, in whichever process came first."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    result = shared / "reports.json"
    with (shared / "reports.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not result.exists():
            folder = tmp_path_factory.mktemp("reports")
            files, said = reports(migrated_server, folder)
            PICTURES.mkdir(parents=True, exist_ok=True)
            program = Path(__file__).with_name("look_in_browser.mjs")
            profile = tmp_path_factory.mktemp("profile")
            seen = browser.look(program, profile, PICTURES, *files)
            result.write_text(json.dumps({"seen": seen, "said": said}), "utf-8")
    return json.loads(result.read_text("utf-8"))
