"""The code in the documents runs, and prints what stands below it."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from document_tools import DOCUMENTS, EXAMPLES, ROOT, Block, blocks, run_python, run_sql

from pgcredits._server.local_server import LocalServer
from pgcredits._server.migrate import migrate

OPERATIONS = ROOT / "docs" / "operations.md"
LEGACY = ROOT / "docs" / "legacy.md"  # test_document_legacy.py follows it
SUPABASE = ROOT / "docs" / "supabase.md"  # tests/on_supabase follows it
TOOLS = ROOT / "docs" / "migration-tools.md"  # test_document_migration_tools.py follows it
MONTH_START = ROOT / "docs" / "recipes" / "month_start.md"  # test_document_month_start.py does
TESTING = ROOT / "docs" / "testing.md"  # test_document_testing.py runs it
REFERENCE = ROOT / "docs" / "reference.md"
RUNNABLE = ("sql", "python")
# Signatures; and programs that tests of their own run, or that are only read.
MORE = {
    REFERENCE: {"py"},
    SUPABASE: {"py", "js"},
    ROOT / "docs" / "recipes" / "from_a_payment.md": {"py"},
    ROOT / "docs" / "high-availability.md": {"yaml"},
    ROOT / "docs" / "callers.md": {"py", "js", "sh", "go", "java"},
}
WITH_CODE = [
    document
    for document in DOCUMENTS
    if any(block.language in RUNNABLE for block in blocks(document))
]


def name(document: Path) -> str:
    return document.relative_to(ROOT).as_posix()


def run(document: Path, block: Block, psql: str, url: str) -> None:
    """A block without an expected output must not fail; one with an output may show an error."""
    if block.language == "python":
        output = run_python(url, block.code)
    else:
        stop = "" if block.output else "\\set ON_ERROR_STOP 1\n"
        output = run_sql(psql, url, stop + block.code)
    if block.output is not None:
        assert output == block.output, f"{name(document)}, line {block.line}"


@pytest.mark.parametrize(
    "document",
    [
        document
        for document in WITH_CODE
        if document not in {OPERATIONS, LEGACY, SUPABASE, TOOLS, MONTH_START, TESTING}
    ],
    ids=name,
)
def test_the_code_of_a_document_runs_from_top_to_bottom(
    document: Path, db_url: str, psql: str
) -> None:
    for block in blocks(document):
        if block.language in RUNNABLE:
            run(document, block, psql, db_url)


@pytest.mark.server
def test_the_code_of_operations_runs_on_a_server_of_its_own(psql: str) -> None:
    """Its roles belong to the whole server, and its last block drops them."""
    code = [block for block in blocks(OPERATIONS) if block.language in RUNNABLE]
    with LocalServer() as server:
        url = server.url("app")
        ask(server.url(), "create database app")
        for role in ("anon", "authenticated", "service_role"):  # as on Supabase
            ask(url, f"create role {role} nologin noinherit")
        for block in code:
            if "before-migrate" in block.words:
                run(OPERATIONS, block, psql, url)
        migrate(url.replace("postgres@", "deployer@"))
        owner = "select nspowner::regrole::text from pg_namespace where nspname = 'credits'"
        assert ask(url, owner) == [("credits_owner",)]
        for block in code:
            if "before-migrate" not in block.words:
                run(OPERATIONS, block, psql, url)
        assert ask(url, "select nspname from pg_namespace where nspname = 'credits'") == []
        assert ask(url, "select rolname from pg_roles where rolname ~ '^credits_'") == []


def ask(url: str, sql: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url, autocommit=True) as connection:
        answer = connection.execute(sql)
        return answer.fetchall() if answer.description else []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_every_block_has_a_language_that_says_whether_it_runs(document: Path) -> None:
    allowed = {*RUNNABLE, "text", "console", "ini"}
    assert {block.language for block in blocks(document)} <= allowed | MORE.get(document, set())
    fences = sum(line.startswith("```") for line in document.read_text("utf-8").splitlines())
    assert fences == 2 * len(blocks(document))


@pytest.mark.parametrize("language", RUNNABLE)
def test_the_quick_start_of_the_readme_is_the_example(language: str) -> None:
    (block,) = [b for b in blocks(ROOT / "README.md") if b.language == language]
    example = EXAMPLES / f"quick_start.{'py' if language == 'python' else 'sql'}"
    assert block.code == example.read_text("utf-8")
    assert block.output == example.with_name(f"{example.name}.out").read_text("utf-8")


def test_the_verification_queries_work_word_for_word() -> None:
    queries = """\
SELECT id, meta_json->>'monthly_deducted', meta_json->>'addon_deducted' FROM jobs
 WHERE created_at > NOW() - INTERVAL '1 hour' AND meta_json->>'credits_deducted' = 'true';
SELECT reason FROM ledger WHERE reason LIKE 'job refund:%' AND ts > NOW() - INTERVAL '1 hour';
"""
    assert (EXAMPLES / "verification_queries.sql").read_text("utf-8").endswith(queries)
    assert queries in OPERATIONS.read_text("utf-8")
