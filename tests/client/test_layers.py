"""Which part of the package stands on which, and that its names have one place to come from."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import pytest

import pgcredits

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "pyclient" / "pgcredits"
MODULES = sorted(PACKAGE.rglob("*.py"))
CLIENT = "client"  # the modules at the top
# Each part of the package, and what it may import besides itself.
BELOW = {
    CLIENT: set[str](),
    "_executors": {CLIENT},
    "django": {"_server"},
    "fastapi": {CLIENT},
    "local": {"_server"},
    "testing": {"_server"},
    "_server": {CLIENT},
    "_legacy": {CLIENT, "_server"},
    "_showcase": {CLIENT, "_server"},
    "_shards": {CLIENT, "_server"},
    "_report": {CLIENT, "_server"},
    "_cli": {CLIENT, "_server", "_legacy", "_showcase", "_report", "_shards"},
}
# The packages of the extras, and the parts that may import each.
EXTRAS = {
    "tenacity": {CLIENT},
    "psycopg": {"_server", "_executors", "testing", "_shards", "_cli"},
    "opentelemetry": {CLIENT},
    "psycopg2": {"_executors"},
    "postgrest": {"_executors"},
    "sqlalchemy": {"_executors"},
    "django": {"_executors", "django"},
    "yoyo": {"_server"},
    "rich": {"_cli"},
    "typer": {"_cli"},
    "standardwebhooks": {"_cli"},
    "fastapi": {"fastapi"},
    "pydantic": {"fastapi"},
    "pytest": {"testing"},
    "pytest_postgresql": {"testing"},
}
# Modules that users import by their own names.
PUBLIC = {"sync", "django", "fastapi", "local", "testing"}
USERS = [
    *PACKAGE.glob("*/**/*.py"),
    *(
        file
        for name in ("tests", "docs", "bench", "tools", "examples")
        for file in ROOT.glob(f"{name}/**/*.py")
    ),
    ROOT / "migrations/post-apply.py",
]
DOCUMENTS = [
    ROOT / "README.md",
    *ROOT.glob("docs/**/*.md"),
    *ROOT.glob("docs/examples/**/*.py"),
    *ROOT.glob("examples/**/*.py"),
]


class Import(NamedTuple):
    """``from module import name``, or ``import module``; ``typed``: for annotations only."""

    module: str
    name: str
    typed: bool


def imports(file: Path) -> Iterator[Import]:
    """Those in functions too."""
    tree = ast.parse(file.read_text("utf-8"))
    typed = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name, "", node in typed)
        elif isinstance(node, ast.ImportFrom):
            assert node.module is not None, "a relative import"
            for alias in node.names:
                yield Import(node.module, alias.name, node in typed)


def module_name(file: Path) -> str:
    parts = file.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


NAMES = {module_name(file) for file in MODULES}


def imported_module(found: Import) -> str:
    """The module of ours that an import loads."""
    whole = f"{found.module}.{found.name}"
    return whole if whole in NAMES else found.module


def part(module: str) -> str:
    """The door of the program belongs to the command line."""
    inside = module.split(".")[1:2]
    if inside == ["__main__"]:
        return "_cli"
    return inside[0] if inside and inside[0] in BELOW else CLIENT


def by_name(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def test_a_part_imports_what_is_below_it_and_its_own_extra() -> None:
    for file in MODULES:
        here = part(module_name(file))
        for found in imports(file):
            package = found.module.partition(".")[0]
            if package == "pgcredits":
                there = part(imported_module(found))
                assert there == here or there in BELOW[here], (by_name(file), found)
            elif package in EXTRAS:
                assert found.typed or here in EXTRAS[package], (by_name(file), found)


def test_no_module_imports_itself_by_way_of_others() -> None:
    graph = {
        module_name(file): {
            imported_module(found)
            for found in imports(file)
            if found.module.partition(".")[0] == "pgcredits"
        }
        for file in MODULES
    }
    assert set().union(*graph.values()) <= NAMES
    TopologicalSorter(graph).prepare()  # raises CycleError


def test_the_parts_are_all_there_are() -> None:
    folders = {file.parent.name for file in PACKAGE.glob("*/__init__.py")}
    assert folders == set(BELOW) - {CLIENT}


def test_what_is_private_says_so() -> None:
    named = {file.stem for file in PACKAGE.iterdir() if file.suffix == ".py" or file.is_dir()}
    assert {name for name in named if not name.startswith("_")} == PUBLIC


def test_a_public_name_is_imported_from_the_package_itself() -> None:
    for file in USERS:
        for found in imports(file):
            if found.module.startswith("pgcredits._"):
                assert found.name not in pgcredits.__all__, (by_name(file), found)


@pytest.mark.parametrize("document", DOCUMENTS, ids=by_name)
def test_documents_and_examples_use_public_names_alone(document: Path) -> None:
    text = document.read_text("utf-8")
    assert not re.search(r"(from|import) pgcredits\._", text)
    for names in re.findall(r"^from pgcredits import (\([^)]*\)|.*)$", text, re.MULTILINE):
        assert set(re.findall(r"\w+", names)) <= set(pgcredits.__all__)
