"""What the documents name is there, and their prose keeps the rules of the house."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from document_tools import DOCUMENTS, ROOT

from pgcredits._server.schema import logic_files


def name(document: Path) -> str:
    return document.relative_to(ROOT).as_posix()


def without_code(document: Path) -> str:
    return re.sub(r"^```.*?^```$", "", document.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)


def anchors(document: Path) -> set[str]:
    """The targets that GitHub makes of headings, and those written out."""
    text = without_code(document)
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    slugs = {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings}
    return slugs | set(re.findall(r'<a id="(\w+)">', text))


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_every_link_leads_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", without_code(document)):
        if target.startswith("https://"):
            continue
        path, _, anchor = target.partition("#")
        file = (document.parent / path).resolve() if path else document
        assert file.exists(), target
        assert not anchor or anchor in anchors(file), target


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_every_file_named_in_the_text_is_there(document: Path) -> None:
    named = re.findall(
        r"`((?:sql|migrations|tests|docs|pyclient|docker|examples)/[^`\s]*)`",
        without_code(document),
    )
    for path in named:
        pattern = re.sub(r"\bX\b|NNNN|what", "*", path).rstrip("/")  # names to be filled in
        assert list(ROOT.glob(pattern)), path


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_lines_of_prose_have_100_columns_at_most(document: Path) -> None:
    lines = without_code(document).splitlines()
    long = [line for line in lines if len(line) > 100]
    assert [line for line in long if not line.startswith("|") and "(https://" not in line] == []


def test_the_guide_to_the_rules_names_every_file_of_the_logic() -> None:
    guide = (ROOT / "sql" / "README.md").read_text("utf-8")
    linked = set(re.findall(r"\]\(([a-z_/]+\.sql)\)", guide))
    assert linked == {file.relative_to(ROOT / "sql").as_posix() for file in logic_files()}
