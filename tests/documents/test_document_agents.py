"""docs/agents.md and llms.txt are what their script makes, and leave out nothing."""

from __future__ import annotations

import re

from document_tools import ROOT

import generate_agents as generator
from generate_reference import functions
from pgcredits._errors import BY_TOKEN

PAGE = generator.AGENTS.read_text("utf-8")
LLMS = generator.LLMS.read_text("utf-8")


def section(heading: str) -> str:
    return PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def test_the_page_and_the_list_are_what_make_docs_writes() -> None:
    assert generator.agents() == PAGE
    assert generator.llms() == LLMS


def test_there_are_ten_rules() -> None:
    assert re.findall(r"^(\d+)\. \*\*", section("Ten rules"), re.MULTILINE) == [
        str(number) for number in range(1, 11)
    ]


def test_what_the_rules_name_is_there() -> None:
    names = {function.name for function in functions()}
    parameters = {each.name for function in functions() for each in function.parameters}
    known = {*names, *parameters, *BY_TOKEN, "credits_app", "credits_admin", "http_status"}
    named = re.findall(r"`([a-z]+(?:_[a-z]+)+)`", PAGE.partition("\n## Functions\n")[0])
    assert set(named) <= known


def test_every_function_refusal_and_result_has_its_place() -> None:
    assert re.findall(r"^### (\w+)$", section("Functions"), re.MULTILINE) == [
        function.name for function in functions()
    ]
    tokens = re.findall(r"^\| `(\w+)` \| (\d+) ", section("Refusals"), re.MULTILINE)
    assert {token for token, _ in tokens} == set(BY_TOKEN)
    results = set(re.findall(r"^- \*\*(\w+)\*\*: ", section("Results"), re.MULTILINE))
    for function in functions():
        for name in re.findall(r"credits\.(\w+)", function.result):
            assert name in results | {"ledger"}, function.name


def test_every_page_is_in_the_list_and_every_link_leads_somewhere() -> None:
    linked = set(re.findall(r"\]\(([^)]+)\)", LLMS))
    pages = {page.relative_to(ROOT).as_posix() for page in (ROOT / "docs").rglob("*.md")}
    assert linked >= pages
    assert all((ROOT / link).is_file() for link in linked)


def test_the_list_has_the_form_that_programs_read() -> None:
    title, quote, *rest = LLMS.split("\n\n")
    assert title == "# pgcredits"
    assert all(line.startswith("> ") for line in quote.splitlines())
    entries = [line for text in rest for line in text.splitlines() if line.startswith("-")]
    assert all(re.fullmatch(r"- \[[^\]]+\]\([^)]+\): .+\.", line) for line in entries)
