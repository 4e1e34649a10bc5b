"""docker-compose.yml without Docker: what it names is there, and its script makes the schema."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import psycopg
import pytest
import yaml
from document_tools import ROOT
from psycopg.conninfo import conninfo_to_dict

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
SERVICES = COMPOSE["services"]


def test_the_port_is_free_to_choose_and_open_to_this_machine_only() -> None:
    assert SERVICES["db"]["ports"] == ["127.0.0.1:${PGCREDITS_DB_PORT:-}:5432"]
    assert "ports" not in SERVICES["test"]


def test_every_mounted_file_and_build_folder_is_there() -> None:
    for service in SERVICES.values():
        assert (ROOT / service["build"]["context"] / "Dockerfile").is_file()
        for volume in service["volumes"]:
            source, _, mode = volume.split(":")
            assert (ROOT / source).exists()
            assert mode == "ro"


def test_all_that_the_tests_include_is_mounted_where_they_look_for_it() -> None:
    mounted = {
        Path(inside): ROOT / source
        for source, inside, _ in (v.split(":") for v in SERVICES["test"]["volumes"])
    }
    (folder,) = (Path(x) for x in SERVICES["test"]["command"] if x.endswith("/tests/pgtap"))
    included = {
        (file.parent / name).resolve().relative_to(ROOT)
        for file in (ROOT / "tests" / "pgtap").rglob("*.sql")
        for name in re.findall(r"^\\ir? (\S+)", file.read_text("utf-8"), re.MULTILINE)
    }
    assert {path.parts[0] for path in included} == {"sql", "tests"}
    for path in included:
        inside = folder.parents[1] / path
        found = [
            source / inside.relative_to(m)
            for m, source in mounted.items()
            if inside.is_relative_to(m)
        ]
        assert found == [ROOT / path], f"{path} is not mounted"


def test_the_tests_wait_until_the_database_answers() -> None:
    assert SERVICES["test"]["depends_on"] == {"db": {"condition": "service_healthy"}}
    assert SERVICES["test"]["profiles"] == ["test"]
    assert "--host=127.0.0.1" in SERVICES["db"]["healthcheck"]["test"]


def test_the_documents_name_every_variable_and_its_default() -> None:
    text = (ROOT / "docker-compose.yml").read_text("utf-8")
    documented = (ROOT / "docs" / "operations.md").read_text("utf-8")
    for variable, default in set(re.findall(r"\$\{(\w+):-(.*?)\}", text)):
        assert f"| `{variable}` | {default or 'a free one'} |" in documented


def test_the_script_of_the_database_makes_the_schema(empty_db_url: str, psql: str) -> None:
    settings = conninfo_to_dict(empty_db_url)
    with psycopg.connect(empty_db_url) as connection:
        available = connection.execute(
            "select count(*) from pg_available_extensions where name in ('pgtap', 'plpgsql_check')"
        ).fetchone()
    if available != (2,):
        pytest.skip("this server has no pgTAP and plpgsql_check to install")
    subprocess.run(
        [ROOT / "docker" / "schema.sh"],
        check=True,
        env={
            "PATH": os.pathsep.join([str(Path(psql).parent), os.environ["PATH"]]),
            "PGHOST": str(settings["host"]),
            "PGPORT": str(settings["port"]),
            "PGPASSWORD": str(settings.get("password", "")),
            "POSTGRES_USER": str(settings["user"]),
            "POSTGRES_DB": str(settings["dbname"]),
            "PGCREDITS_FOLDER": str(ROOT),
        },
    )
    with psycopg.connect(empty_db_url) as connection:
        made = connection.execute("select credits.schema_version(), tap.pg_version_num() > 0")
        assert made.fetchone() is not None
