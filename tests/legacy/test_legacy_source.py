"""What is read of old tables: any names, any types, each profile once and in order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
import pytest
from old_tables import insert, make_tables
from psycopg.conninfo import conninfo_to_dict

from cli.cli_tools import Answer, call, execute, fetch
from pgcredits._legacy.importer import batches
from pgcredits._legacy.names import identifier, literal, names_of, shown
from pgcredits._server.failures import CannotRunError

NASTY = ["plain", "two words", "a'b", 'a"b', "back\\slash\\", "''", '""', "E'", "$1", "%s", "ü;--"]
MORNING = datetime(2025, 3, 1, 9, tzinfo=UTC)
# Stands in for the import, and writes down what it was called with.
RECORDER = """
    create table calls (
      position serial, profile_id uuid, credits_remaining numeric, addon_credits numeric,
      jobs credits.legacy_job[], entries credits.legacy_entry[], accept text[]);
    grant insert on calls to public;
    grant usage on sequence calls_position_seq to public;
    create or replace function credits.import_profile(
      profile_id uuid, credits_remaining numeric, addon_credits numeric,
      jobs credits.legacy_job[] default '{}', entries credits.legacy_entry[] default '{}',
      accept text[] default '{}')
    returns credits.import_result
    language sql volatile
    as $$
      insert into public.calls values (default, $1, $2, $3, $4, $5, $6)
      returning row($1, 0, 0, 0, cardinality($4), cardinality($5), 1, false)
                ::credits.import_result
    $$;
    create or replace function credits.check_legacy_profile(
      profile_id uuid, credits_remaining numeric, addon_credits numeric,
      jobs credits.legacy_job[] default '{}', entries credits.legacy_entry[] default '{}')
    returns setof credits.damage
    language sql stable
    as $$ select null::credits.damage where false $$;
"""


def uuid(number: int) -> UUID:
    return UUID(int=number, version=4)


def names(
    *, tables: Sequence[str] = (), columns: Sequence[str] = (), kinds: Sequence[str] = ()
) -> Any:
    return names_of("public", tables, columns, kinds, ledger=True)


def recorded(url: str, *options: object) -> list[dict[str, Any]]:
    """What an import calls our function with, in the order of the calls."""
    answer = call("import", "--schema", "legacy", *options, url=url)
    assert answer.code == 0, answer
    rows = fetch(url, "select to_jsonb(c) from calls c order by c.position")
    return [row for (row,) in rows]


@pytest.mark.parametrize(
    ("option", "table"),
    [
        ("jobs=tasks", ("public", "tasks")),
        ("jobs=app.tasks", ("app", "tasks")),
        ("jobs=App.Two Words", ("App", "Two Words")),
        ('jobs="a.b"', ("public", "a.b")),
        ('jobs="x ""y""".z', ('x "y"', "z")),
        ("jobs=a=b", ("public", "a=b")),
    ],
)
def test_a_table_is_named_with_or_without_schema_and_quotes(
    option: str, table: tuple[str, str]
) -> None:
    assert names(tables=[option]).tables["jobs"] == table


def test_tables_that_are_not_named_have_their_usual_names() -> None:
    found = names_of("app", ["jobs=tasks"], [], [], ledger=True)
    assert found.tables["profiles"] == ("app", "profiles")
    assert found.tables["jobs"] == ("app", "tasks")
    assert found.used() == ["profiles", "jobs", "ledger"]
    assert names_of("app", [], [], [], ledger=False).used() == ["profiles", "jobs"]


def test_a_column_may_have_any_name() -> None:
    found = names(columns=['jobs.user_id=the "owner" = user.id'])
    assert found.columns == {("jobs", "user_id"): 'the "owner" = user.id'}


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"tables": ["jobs"]}, "--table jobs: write NAME=TABLE."),
        ({"tables": ["users=u"]}, "--table users=u: NAME is one of profiles, jobs, ledger."),
        ({"tables": ["jobs=a.b.c"]}, "--table jobs=a.b.c: write TABLE or SCHEMA.TABLE"),
        ({"tables": ['jobs="a']}, '--table jobs="a: write TABLE or SCHEMA.TABLE'),
        ({"columns": ["jobs.x=y"]}, "--column jobs.x=y: TABLE.NAME is one of profiles.id, "),
        ({"columns": ["user_id=y"]}, "--column user_id=y: TABLE.NAME is one of profiles.id, "),
        ({"columns": ["jobs.id="]}, "--column jobs.id=: write TABLE.NAME=COLUMN."),
        ({"kinds": ["bonus=x"]}, "--kind bonus=x: KIND is one of open, deduct, "),
        ({"kinds": ["open"]}, "--kind open: write KIND=REGEX."),
    ],
)
def test_an_option_that_cannot_be_read_is_said_to_be_so(
    options: dict[str, list[str]], sentence: str
) -> None:
    with pytest.raises(CannotRunError) as refused:
        names(**options)
    assert str(refused.value).startswith(sentence)


@pytest.mark.parametrize("conforming", ["on", "off"])
def test_names_and_values_reach_the_server_as_they_are(db_url: str, conforming: str) -> None:
    with psycopg.connect(db_url, autocommit=True) as connection:
        connection.execute(f"set standard_conforming_strings = {conforming}".encode())
        connection.execute(b"set escape_string_warning = off")
        for text in NASTY:
            found = connection.execute(f"select {literal(text)} as {identifier(text)}".encode())
            assert found.fetchall() == [(text,)]
            assert found.description is not None
            assert found.description[0].name == text


def test_a_name_is_shown_with_quotes_where_it_needs_them() -> None:
    assert shown(("public", "jobs")) == "public.jobs"
    assert shown(("Old app", 'a"b')) == '"Old app"."a""b"'


def test_a_batch_is_as_large_as_it_may_be() -> None:
    sizes = [11, 3, 3, 4, 5, 11, 1, 0, 9, 1]
    listed = [(uuid(number), size) for number, size in enumerate(sizes)]
    made = list(batches(listed, 10))
    assert [[size for _, size in batch] for batch in made] == [
        [11],
        [3, 3, 4],
        [5],
        [11],
        [1, 0, 9],
        [1],
    ]
    assert [profile for batch in made for profile in batch] == listed
    assert list(batches([], 10)) == []


def test_a_batch_has_at_most_500_profiles() -> None:
    made = list(batches([(uuid(number), 0) for number in range(1001)], 10))
    assert [len(batch) for batch in made] == [500, 500, 1]


@pytest.fixture
def recorder(db_url: str) -> str:
    execute(db_url, RECORDER)
    return db_url


@pytest.mark.parametrize("method", ["hashjoin", "mergejoin", "nestloop"])
def test_each_profile_is_handed_over_once_and_in_order(recorder: str, method: str) -> None:
    make_tables(recorder)
    order = [7, 2, 9, 1, 5, 8, 3, 6, 4]
    insert(recorder, "legacy.profiles", *((uuid(n), n, 10 * n) for n in order))
    insert(
        recorder, "legacy.jobs", *((uuid(100 + n), uuid(n), "done", None, MORNING) for n in order)
    )
    insert(recorder, "legacy.ledger", *((n, uuid(n), -n, "r", MORNING) for n in order))
    name = conninfo_to_dict(recorder)["dbname"]
    for other in {"hashjoin", "mergejoin", "nestloop"} - {method}:
        execute(recorder, f"alter database {name} set enable_{other} = off")
    calls = recorded(recorder)
    assert [one["profile_id"] for one in calls] == [str(uuid(n)) for n in sorted(order)]
    for n, one in enumerate(calls, start=1):
        assert (one["credits_remaining"], one["addon_credits"]) == (n, 10 * n)
        assert [job["id"] for job in one["jobs"]] == [str(uuid(100 + n))]
        assert [entry["id"] for entry in one["entries"]] == [str(n)]


def test_jobs_and_ledger_rows_come_in_the_order_of_their_time(recorder: str) -> None:
    make_tables(recorder)
    insert(recorder, "legacy.profiles", (uuid(1), None, 5), (uuid(2), 0, 0))
    noon = MORNING.replace(hour=12)
    for number, at in ((3, noon), (9, MORNING), (2, noon), (10, MORNING)):
        insert(recorder, "legacy.jobs", (uuid(number), uuid(1), None, '{"a": 1}', at))
        insert(recorder, "legacy.ledger", (number, uuid(1), number, None, at))
    (one, other) = recorded(recorder, "--accept", "null_balance")
    assert [job["id"] for job in one["jobs"]] == [str(uuid(n)) for n in (9, 10, 2, 3)]
    assert one["jobs"][0]["meta_json"] == {"a": 1}
    assert [entry["id"] for entry in one["entries"]] == ["9", "10", "2", "3"]
    assert (one["credits_remaining"], one["accept"]) == (None, ["null_balance"])
    assert (other["jobs"], other["entries"]) == ([], [])


def test_the_first_kind_whose_expression_fits_is_sent(recorder: str) -> None:
    make_tables(recorder)
    insert(recorder, "legacy.profiles", (uuid(1), 0, 0))
    reasons = ["bonus", "bonus 'x'\\y", "monthly bonus", "other", None]
    insert(
        recorder,
        "legacy.ledger",
        *((n, uuid(1), n, reason, MORNING) for n, reason in enumerate(reasons)),
    )
    kinds = (r"open='x'\\y$", "addon=^bonus", "monthly=bonus")
    (one,) = recorded(recorder, *(option for kind in kinds for option in ("--kind", kind)))
    found = {entry["reason"]: entry["kind"] for entry in one["entries"]}
    assert found == dict(zip(reasons, ["addon", "open", "monthly", None, None], strict=True))
    assert {entry["job_id"] for entry in one["entries"]} == {None}


def test_without_kinds_the_database_tells_them(recorder: str) -> None:
    make_tables(recorder)
    insert(recorder, "legacy.profiles", (uuid(1), 0, 0))
    insert(recorder, "legacy.ledger", (1, uuid(1), 5, "addon", MORNING))
    (one,) = recorded(recorder)
    assert [entry["kind"] for entry in one["entries"]] == [None]


def test_without_a_ledger_none_is_read(recorder: str) -> None:
    make_tables(recorder)
    execute(recorder, "drop table legacy.ledger")
    insert(recorder, "legacy.profiles", (uuid(1), 3, 4))
    insert(recorder, "legacy.jobs", (uuid(9), uuid(1), "done", None, MORNING))
    (one,) = recorded(recorder, "--no-ledger")
    assert (one["entries"], len(one["jobs"])) == ([], 1)


def test_other_types_are_read_as_what_they_mean(recorder: str) -> None:
    """Ids and metadata as text, amounts as numbers with a point, times without a zone as UTC."""
    execute(
        recorder,
        """
        create schema legacy;
        create table legacy.profiles (id varchar, credits_remaining numeric, addon_credits float);
        create table legacy.jobs (
          id varchar, user_id char(36), status varchar, meta_json text, created_at timestamp);
        create table legacy.ledger (
          id uuid, user_id text, delta integer, reason varchar, ts timestamp);
        """,
    )
    name = conninfo_to_dict(recorder)["dbname"]
    execute(recorder, f"alter database {name} set timezone = 'Asia/Tokyo'")
    upper = str(uuid(0xABC)).upper()
    insert(recorder, "legacy.profiles", (upper, 1.5, 2))
    at = MORNING.replace(tzinfo=None)
    for number, meta in enumerate(['{"credit_cost": 5}', None, "[1, 2]"]):
        insert(recorder, "legacy.jobs", (f"job {number}", upper.lower(), "Done", meta, at))
    insert(recorder, "legacy.ledger", (uuid(3), upper, -5, "r", at))
    (one,) = recorded(recorder)
    assert one["profile_id"] == upper.lower()
    assert (one["credits_remaining"], one["addon_credits"]) == (1.5, 2)
    assert [job["meta_json"] for job in one["jobs"]] == [{"credit_cost": 5}, None, [1, 2]]
    assert {job["id"] for job in one["jobs"]} == {"job 0", "job 1", "job 2"}
    times = {one["jobs"][0]["created_at"], one["entries"][0]["ts"]}
    assert {datetime.fromisoformat(time) for time in times} == {MORNING}


def test_metadata_that_is_no_json_is_missing(recorder: str) -> None:
    ((version,),) = fetch(recorder, "select current_setting('server_version_num')::integer")
    make_tables(recorder, meta="text")
    insert(recorder, "legacy.profiles", (uuid(1), 0, 0))
    insert(recorder, "legacy.jobs", (uuid(2), uuid(1), "done", "{broken", MORNING))
    if version >= 160000:
        (one,) = recorded(recorder)
        assert [job["meta_json"] for job in one["jobs"]] == [None]
    else:  # there the server cannot say whether text is JSON
        answer = call("import", "--schema", "legacy", url=recorder)
        assert (answer.code, "json" in answer.sentence) == (2, True)


def test_quoted_names_of_everything(recorder: str) -> None:
    execute(
        recorder,
        """
        create schema "Old 'app'";
        create table "Old 'app'"."the.users" ("User Id" uuid, "a""b" int, "select" int);
        create table public."Jobs" (
          "$1" uuid, "owner's" uuid, status text, "Meta" jsonb, created_at timestamptz);
        create table "Old 'app'".ledger (
          id bigint, "user\\id" uuid, delta int, reason text, ts timestamptz);
        """,
    )
    insert(recorder, '''"Old 'app'"."the.users"''', (uuid(1), 3, 4))
    insert(recorder, 'public."Jobs"', (uuid(2), uuid(1), "done", None, MORNING))
    insert(recorder, """"Old 'app'".ledger""", (1, uuid(1), 7, "r", MORNING))
    columns = {
        "profiles.id": "User Id",
        "profiles.credits_remaining": 'a"b',
        "profiles.addon_credits": "select",
        "jobs.id": "$1",
        "jobs.user_id": "owner's",
        "jobs.meta_json": "Meta",
        "ledger.user_id": "user\\id",
    }
    options = [option for pair in columns.items() for option in ("--column", "=".join(pair))]
    tables = ["--table", 'profiles="the.users"', "--table", "jobs=public.Jobs"]
    (one,) = recorded(recorder, "--schema", "Old 'app'", *tables, *options)
    assert (one["credits_remaining"], one["addon_credits"]) == (3, 4)
    assert (len(one["jobs"]), len(one["entries"])) == (1, 1)


def refused(url: str, *options: object) -> Answer:
    answer = call("import", "--schema", "legacy", *options, url=url)
    assert answer.code == 2
    return answer


def test_a_missing_table_is_named_with_its_option(db_url: str) -> None:
    assert refused(db_url).sentence == (
        "There is no table legacy.profiles: name it with --table profiles=SCHEMA.TABLE."
    )
    make_tables(db_url)
    execute(db_url, "alter table legacy.ledger rename to history")
    assert refused(db_url).sentence == (
        "There is no table legacy.ledger: name it with --table ledger=SCHEMA.TABLE. "
        "Without a ledger: --no-ledger."
    )
    assert call("import", "--table", "ledger=history", "--schema", "legacy", url=db_url).code == 0


def test_missing_columns_are_named_with_their_options(db_url: str) -> None:
    make_tables(db_url)
    execute(db_url, "alter table legacy.jobs rename user_id to owner_id")
    execute(db_url, "alter table legacy.jobs drop column status")
    assert refused(db_url).sentence == (
        "The table legacy.jobs has no column user_id, status: name it with "
        "--column jobs.user_id=COLUMN --column jobs.status=COLUMN. "
        "It has: id, owner_id, meta_json, created_at."
    )
    one = ("--column", "jobs.user_id=owner_id", "--column", "jobs.status=state")
    assert (
        "has no column state: name it with --column jobs.status=" in refused(db_url, *one).sentence
    )


def test_an_expression_that_is_none_is_named(db_url: str) -> None:
    make_tables(db_url)
    sentence = refused(db_url, "--kind", "open=(x").sentence
    assert sentence.startswith("--kind open=(x: invalid regular expression")


def test_a_profile_that_is_there_twice_is_refused(db_url: str) -> None:
    make_tables(db_url)
    insert(db_url, "legacy.profiles", (uuid(1), 0, 0), (uuid(2), 0, 0), (uuid(1), 5, 0))
    assert refused(db_url).sentence == (
        f"The profile {uuid(1)} appears more than once in legacy.profiles."
    )
