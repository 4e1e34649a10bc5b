"""What is written in more than one place says the same in each of them."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

import pgcredits
from pgcredits import Credits, __version__, _errors
from pgcredits._arguments import checks_of
from pgcredits._batches import BATCHES
from pgcredits._call import JSON_PARAMETERS
from pgcredits._errors import BY_TOKEN
from pgcredits._server.schema import SQL_FOLDER, logic_files
from support import SLOW, TESTS, function_file

ROOT = Path(__file__).resolve().parent.parent
FUNCTION_FILES = sorted((SQL_FOLDER / "functions").glob("*.sql"))
INTERNAL_FILES = sorted((SQL_FOLDER / "internal").glob("*/*.sql"))
SQL_FILES = sorted([*ROOT.glob("sql/**/*.sql"), *ROOT.glob("migrations/*.sql")])
SHARDS = ROOT / "pyclient/pgcredits/_shards"
PUBLIC_FUNCTIONS = {file.stem for file in FUNCTION_FILES}
# Functions of the package and not methods of the client: they ask no database.
WITHOUT_DATABASE = {"id_of", "new_job_id", "shard_of"}
METHOD_FILES = [file for file in FUNCTION_FILES if file.stem not in WITHOUT_DATABASE]
# Refusals of a trigger or of privileges have no class in the client: they are no answer to a call.
TOKENS_WITHOUT_CLASS = {"ledger_is_append_only"}
# They lock a profile that is surely there; a reservation is replayed with its own cost.
CANNOT_HAPPEN = {
    "open_profile": {"profile_not_found"},
    "import_profile": {"profile_not_found", "invalid_reference"},
    "expire_holds": {"profile_not_found"},
    "expire_packs": {"profile_not_found"},
    "watch_profiles": {"profile_not_found"},
    "extend_hold": {"job_conflict"},
    "raise_reservation": {"job_conflict"},
    # A batch gives these to the element, as the single call raises them.
    **{
        batch: {
            "invalid_metadata",
            "reserved_metadata_key",
            "metadata_too_large",
            "invalid_interval",
            "invalid_reference",
            "invalid_amount",
            "insufficient_credits",
            "limit_exceeded",
            "invalid_option",
            "refund_exceeds_deduction",
            "reference_conflict",
            "period_conflict",
            "profile_closed",
        }
        for batch in (batch.function for batch in BATCHES.values())
    },
}
HEADER_LABELS = ["Promises", "Parameters", "Result", "Locks", "Reads", "Raises", "Replay"]


# How the client checks a value of each type.
CHECKS = {
    "uuid": "_uuid",
    "bigint": "_amount",
    "integer": "_amount",
    "numeric": "_number",
    "boolean": "_flag",
    "text": "_text",
    "text[]": "_texts",
    "timestamptz": "_time",
    "interval": "_interval",
    "jsonb": "_json",
    "credits.legacy_job[]": "_legacy_jobs",
    "credits.legacy_entry[]": "_legacy_entries",
}


def by_name(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def code(file: Path) -> str:
    """The SQL of a file without its comments and texts."""
    text = re.sub(r"--.*", "", file.read_text("utf-8"))
    return re.sub(r"'(?:[^']|'')*'", "''", text)


def raised(text: str) -> set[tuple[str, str]]:
    """The (SQLSTATE, token) pairs that a file's code raises."""
    return set(
        re.findall(r"(?:errcode =|'code',) '(PT\w+)',\s+(?:message =|'message',) '(\w+)'", text)
    )


def test_the_manifest_lists_every_file_once() -> None:
    assert len(logic_files()) == len(set(logic_files()))
    assert set(logic_files()) == set(SQL_FOLDER.glob("**/*.sql")) - {SQL_FOLDER / "install.sql"}


def test_the_list_of_slow_tests_names_nothing_that_is_gone() -> None:
    for name in SLOW:
        file, _, test = name.partition("::")
        assert (TESTS / file).exists(), name
        assert not test or f"def {test}" in (TESTS / file).read_text("utf-8"), name


def test_files_functions_tests_and_methods_have_the_same_names() -> None:
    folders = {folder.name for folder in (ROOT / "tests/pgtap").iterdir() if folder.is_dir()}
    methods = {
        name
        for name, _ in inspect.getmembers(Credits, inspect.isfunction)
        if not name.startswith("_")
    }
    assert methods == {file.stem for file in METHOD_FILES}
    assert set(pgcredits.__all__) >= WITHOUT_DATABASE
    batches = {name for name in PUBLIC_FUNCTIONS if name.endswith("_many")}  # tested together
    assert folders - {"schema", "internal", "laws", "batches"} == PUBLIC_FUNCTIONS - batches


@pytest.mark.parametrize("file", [*FUNCTION_FILES, *INTERNAL_FILES], ids=by_name)
def test_a_file_holds_the_one_function_it_is_named_after(file: Path) -> None:
    names = re.findall(r"create or replace function credits\.(\w+)", file.read_text("utf-8"))
    assert names == [file.stem]
    assert (file in INTERNAL_FILES) == file.stem.startswith("_")


def test_a_migration_makes_no_function_but_one_with_rules_and_a_number_of_its_own() -> None:
    """Rows are not looked at again when a function is replaced: other rules have another number."""
    texts = [file.read_text("utf-8") for file in sorted(ROOT.glob("migrations/*.sql"))]
    made = re.findall(r"\bfunction credits\.(\w+)\(\w+ (\w+)\)", "\n".join(texts))
    assert len(made) >= 3
    assert len(made) == len(set(made))
    for name, type_ in made:
        assert re.fullmatch(r"_check_[a-z_]+_[1-9]\d*", name), name
        assert type_ == "record", name
    assert not {name for name, _ in made} & {file.stem for file in SQL_FILES}
    assert len(made) == len(re.findall(r"\bfunction credits\.", "\n".join(texts)))


@pytest.mark.parametrize("file", FUNCTION_FILES, ids=by_name)
def test_a_public_function_has_its_contract_and_comment(file: Path) -> None:
    text = file.read_text("utf-8")
    header = text.split("\n\n")[0]
    assert header.startswith(f"-- {file.stem}: ")
    assert [label for label in HEADER_LABELS if f"-- {label}:" not in header] == []
    assert "Writes:" in header
    assert f"comment on function credits.{file.stem}(" in text


@pytest.mark.parametrize("file", FUNCTION_FILES, ids=by_name)
def test_a_contract_names_the_refusals_that_can_happen(file: Path) -> None:
    """Follows the calls of internal functions down, so that no refusal is left out."""
    reached, todo = set(), {file.stem}
    while todo:
        name = todo.pop()
        reached.add(name)
        source = code(function_file(name))
        called = set(re.findall(r"credits\.(_?\w+)\(", source))
        todo |= (called & ({f.stem for f in INTERNAL_FILES})) - reached
    texts = [function_file(name).read_text("utf-8") for name in reached]
    can_raise = {token for text in texts for _, token in raised(text)}
    header = file.read_text("utf-8").split("\n\n")[0]
    raises = header.split("Raises:")[1].split("Replay:")[0]
    declared = set(re.findall(r"[a-z]+(?:_[a-z]+)+", raises))
    assert declared == can_raise - CANNOT_HAPPEN.get(file.stem, set())


def test_tokens_are_the_same_in_sql_and_python() -> None:
    """The documents are compared with the SQL in tests/documents."""
    in_sql = set().union(*(raised(file.read_text("utf-8")) for file in logic_files()))
    in_sql |= raised((SHARDS / "proxy.sql").read_text("utf-8"))
    tokens = [token for _, token in in_sql]
    assert len(tokens) == len(set(tokens)), "one token, one SQLSTATE"
    assert set(tokens) - TOKENS_WITHOUT_CLASS == set(BY_TOKEN)


def test_every_error_class_can_be_caught_by_name() -> None:
    classes = {kind.__name__ for kind in BY_TOKEN.values()} | {
        "CreditsError",
        "LockTimeout",
        "StatementCancelled",
        "Unavailable",
    }
    assert classes == set(_errors.__dict__) & set(pgcredits.__all__) - {"Credits"}


def parameters(file: Path) -> dict[str, str]:
    """The parameters of a function, and their types."""
    declared = re.search(r"function credits\.\w+\((.*?)\)\s+returns", code(file), re.DOTALL)
    assert declared is not None
    return dict(re.findall(r"(?:^|,)\s*(\w+) ([\w.]+(?:\[\])?)", declared[1]))


@pytest.mark.parametrize("file", METHOD_FILES, ids=by_name)
def test_the_client_checks_each_parameter_as_a_value_of_its_type(file: Path) -> None:
    elements = {batch.function: batch.parameter for batch in BATCHES.values()}
    for name, kind in parameters(file).items():
        assert (kind == "jsonb") == (name in JSON_PARAMETERS)
        if elements.get(file.stem) != name:  # a batch is checked element by element
            assert checks_of(file.stem)[name].__name__ == CHECKS[kind], name


def test_the_version_is_the_same_in_python_and_sql() -> None:
    assert f"select '{__version__}'" in (SQL_FOLDER / "functions/schema_version.sql").read_text()


@pytest.mark.parametrize("file", SQL_FILES, ids=by_name)
def test_sql_keeps_the_style(file: Path) -> None:
    for number, line in enumerate(file.read_text("utf-8").splitlines(), start=1):
        assert len(line) <= 100, f"line {number} is longer than 100 columns"
        assert "\t" not in line
        assert line == line.rstrip(), f"line {number} ends with a blank"
    outside_texts = re.sub(r'"[^"]*"|%I', "", code(file))
    assert outside_texts == outside_texts.lower()


@pytest.mark.parametrize("file", [*FUNCTION_FILES, *INTERNAL_FILES], ids=by_name)
def test_functions_keep_the_house_rules(file: Path) -> None:
    text = code(file)
    assert "when others" not in text
    assert not re.search(r"\bexecute\b", text), "dynamic SQL"
    # In balance_at alone: whoever asks with now() means now, and the clock has gone on a little.
    decisions = text.replace("least(now(), credits._now())", "")
    assert not re.search(r"\bnow\(\)|current_timestamp", decisions), "a decision needs the clock"
    assert not re.search(r"\b(nextval|pg_notify|notify|pg_advisory\w*)\b", text)
    assert not re.search(r"on conflict\s*\(", text), "a conflict target"
    body = file.read_text("utf-8").split("as $$\n")[1].split("\n$$;")[0]
    assert len(body.splitlines()) <= 70


@pytest.mark.parametrize("file", sorted(ROOT.glob("pyclient/**/*.py")), ids=by_name)
def test_python_functions_stay_short(file: Path) -> None:
    import ast

    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 70, node.name
