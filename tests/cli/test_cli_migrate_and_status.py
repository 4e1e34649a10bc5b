"""``migrate``, ``status`` and ``sql``: what a database has, and how it gets there."""

from __future__ import annotations

import asyncio
import re
import subprocess
from collections.abc import Callable
from uuid import uuid4

import asyncpg
import psycopg
import pytest
from cli_tools import call, execute, fetch, run, set_schema_version
from psycopg.conninfo import conninfo_to_dict

from later_version import later_version
from pgcredits import __version__
from pgcredits._cli import status
from pgcredits._server import access, migrate, rules
from pgcredits._server.local_server import LocalServer
from pgcredits._server.schema import bundle, migration_files
from support import TESTS, pg_dump, program

MIGRATIONS = [file.stem for file in migration_files()]


def test_migrate_names_what_it_applied_and_then_has_nothing_to_do(empty_db_url: str) -> None:
    answer = run("migrate", url=empty_db_url)
    assert (answer.code, answer.stderr) == (0, "")
    assert answer.stdout.splitlines() == [
        *(f"Applied {name}" for name in MIGRATIONS),
        f"The schema is version {__version__}.",
    ]
    again = run("migrate", url=empty_db_url)
    assert (again.code, again.stdout) == (0, f"The schema is version {__version__}.\n")


def test_migrate_answers_programs_with_a_document(empty_db_url: str) -> None:
    document = call("migrate", "--json", url=empty_db_url).document
    assert document == {
        "schema_version": __version__,
        "applied": MIGRATIONS,
        "user": conninfo_to_dict(empty_db_url)["user"],
        "missing_roles": [],
        "sql_for_administrator": [],
    }


def test_migrate_brings_an_older_schema_to_this_version(db_url: str) -> None:
    set_schema_version(db_url, "0.0.1")
    assert call("status", url=db_url).code == 2
    assert call("migrate", url=db_url).code == 0
    assert call("status", "--json", url=db_url).document["schema_version"] == __version__


def test_migrate_leaves_a_newer_schema_alone(db_url: str) -> None:
    set_schema_version(db_url, "99.0")
    answer = call("migrate", url=db_url)
    assert answer.code == 2
    assert answer.sentence.endswith("upgrade pgcredits.")
    assert fetch(db_url, "select credits.schema_version()") == [("99.0",)]


def test_migrate_tells_what_an_administrator_has_to_run() -> None:
    with LocalServer() as server:
        with psycopg.connect(server.url(), autocommit=True) as connection:
            connection.execute('create role "plain user" login')
            connection.execute('create database app owner "plain user"')
        url = server.url("app").replace("//postgres@", "//plain%20user@")

        answer = call("migrate", url=server.url().replace("//postgres@", "//plain%20user@"))
        assert answer.code == 2
        assert answer.sentence.startswith(
            "The database reported: permission denied for database postgres. Migrate as its owner"
        )
        assert answer.sentence.endswith("grant create on database DATABASE to USER")

        answer = call("migrate", url=url)
        assert answer.code == 0
        document = call("migrate", "--json", url=url).document
        assert document["missing_roles"] == list(migrate.ROLES)
        for line in document["sql_for_administrator"]:
            assert f"\n  {line}\n" in answer.stdout
        roles = call("status", "--json", url=url).document["roles"]
        assert not any(roles.values())

        with psycopg.connect(server.url()) as connection:
            for line in document["sql_for_administrator"]:
                connection.execute(line)
        document = call("migrate", "--json", url=url).document
        assert (document["missing_roles"], document["sql_for_administrator"]) == ([], [])
        owner = "select nspowner::regrole::text from pg_namespace where nspname = 'credits'"
        assert fetch(url, owner) == [("credits_owner",)]


def test_status_of_a_migrated_database_is_ready(db_url: str) -> None:
    answer = call("status", url=db_url, COLUMNS="80")
    assert (answer.code, answer.stderr) == (0, "")
    assert answer.stdout.splitlines()[-1] == "Ready: the schema matches this package."
    count = len(MIGRATIONS)
    for text in (__version__, f"{count} of {count} applied", *status.ROLES, *status.SETTINGS):
        assert text in answer.stdout
    assert max(map(len, answer.stdout.splitlines())) <= 80


def test_status_answers_programs_with_a_document(db_url: str) -> None:
    document = call("status", "--json", url=db_url).document
    (server_version,) = fetch(db_url, "select current_setting('server_version')")[0]
    assert document["package_version"] == document["schema_version"] == __version__
    assert document["server_version"] == server_version
    assert (document["schema"], document["usable"]) == ("current", True)
    assert document["pending_migrations"] == []
    assert document["roles"] == dict.fromkeys(migrate.ROLES, True)
    assert [setting["name"] for setting in document["settings"]] == list(status.SETTINGS)


def test_status_of_an_empty_database_is_not_ready(empty_db_url: str) -> None:
    answer = call("status", url=empty_db_url)
    assert answer.code == 2
    assert answer.stdout.splitlines()[-1].endswith("Run pgcredits migrate.")
    document = call("status", "--json", url=empty_db_url).document
    assert (document["schema"], document["schema_version"]) == ("missing", None)
    assert document["pending_migrations"] == MIGRATIONS


@pytest.mark.parametrize(
    ("version", "schema", "advice"),
    [
        ("0.0.9", "older", "older than pgcredits 0.1.0: run pgcredits migrate."),
        ("0.10", "newer", "upgrade pgcredits."),
    ],
)
def test_status_compares_versions_as_numbers(
    db_url: str, version: str, schema: str, advice: str
) -> None:
    set_schema_version(db_url, version)
    answer = call("status", url=db_url)
    assert answer.code == 2
    assert answer.stdout.splitlines()[-1].endswith(advice)
    document = call("status", "--json", url=db_url).document
    assert (document["schema"], document["usable"]) == (schema, False)


def test_status_has_every_word_in_a_narrow_terminal(db_url: str) -> None:
    answer = call("status", url=db_url, COLUMNS="60")
    assert "…" not in answer.stdout
    assert max(map(len, answer.stdout.splitlines())) <= 60
    risks = " ".join(answer.stdout.rpartition("─\n")[2].split())
    assert "idle_in_transaction_session_timeout: a client that hangs keeps its profile" in risks


def test_status_shows_the_first_differences_and_how_many_more_there_are(db_url: str) -> None:
    execute(db_url, "revoke execute on all functions in schema credits from credits_app")
    answer = call("status", url=db_url)
    (more,) = [line for line in answer.stdout.splitlines() if line.startswith("and ")]
    assert more.endswith(" more: --json lists all")
    assert len([line for line in answer.stdout.splitlines() if " lacks " in line]) == 20


def test_status_names_pending_migrations(db_url: str) -> None:
    execute(db_url, f"delete from credits._yoyo_migration where migration_id = '{MIGRATIONS[-1]}'")
    answer = call("status", url=db_url)
    assert answer.code == 2
    assert f"pending: {MIGRATIONS[-1]}" in answer.stdout
    assert answer.stdout.splitlines()[-1].endswith("Run pgcredits migrate.")
    document = call("status", "--json", url=db_url).document
    assert (document["schema"], document["pending_migrations"]) == ("incomplete", MIGRATIONS[-1:])


def test_a_schema_from_the_script_is_ready_and_says_so(empty_db_url: str) -> None:
    execute(empty_db_url, call("sql").stdout)
    answer = call("status", url=empty_db_url)
    assert answer.code == 0
    assert "not recorded (installed from a script)" in answer.stdout
    assert call("status", "--json", url=empty_db_url).document["pending_migrations"] is None
    assert call("open", url=empty_db_url).code == 0


def test_status_is_for_roles_that_may_not_see_the_migrations_too(login: Callable[..., str]) -> None:
    answer = call("status", url=login("credits_app"))
    assert answer.code == 0
    assert "not visible to this role" in answer.stdout


def test_status_says_which_settings_are_risky(db_url: str) -> None:
    name = conninfo_to_dict(db_url)["dbname"]
    risky = {
        "default_transaction_isolation": "serializable",
        "idle_in_transaction_session_timeout": "0",
    }
    safe = {
        "default_transaction_isolation": "read committed",
        "idle_in_transaction_session_timeout": "1min",
        "lock_timeout": "0",
        "synchronous_commit": "off",  # the functions raise it
    }
    for settings, is_risky in ((risky, True), (safe, False)):
        for setting, value in settings.items():
            execute(db_url, f"alter database {name} set {setting} = '{value}'")
        found = call("status", "--json", url=db_url).document["settings"]
        for setting in found:
            if setting["name"] in settings:
                assert setting["value"] == settings[setting["name"]]
                assert bool(setting["risk"]) == is_risky, setting


@pytest.mark.parametrize(
    ("setting", "value", "is_risky"),
    [
        ("fsync", "on", False),
        ("fsync", "off", True),
        ("full_page_writes", "on", False),
        ("full_page_writes", "off", True),
        ("synchronous_standby_names", "ANY 1 (a, b)", False),
        ("synchronous_standby_names", "", True),
        ("default_transaction_isolation", "repeatable read", True),
    ],
)
def test_settings_of_the_whole_server_are_judged(setting: str, value: str, is_risky: bool) -> None:
    assert bool(status._risk(setting, value)) == is_risky


def test_status_knows_the_roles_that_migrate_makes() -> None:
    assert tuple(status.ROLES) == migrate.ROLES


def test_sql_prints_the_script_without_a_database() -> None:
    answer = run("sql", PGCREDITS_DATABASE_URL="nonsense")
    assert (answer.code, answer.stderr) == (0, "")
    assert answer.stdout == bundle()


def test_status_says_what_anybody_may_do_too_much_or_not_at_all(db_url: str) -> None:
    execute(
        db_url,
        "grant execute on function credits.open_profile, credits._write_ledger to public;"
        " grant select (reason) on credits.ledger to public;"
        " grant select on credits.my_balance to credits_app;"
        " grant update on credits.profiles to credits_reader;"
        " revoke usage on schema credits from credits_reader;"
        " revoke execute on function credits.reserve_credits from credits_app",
    )
    expected = [
        "PUBLIC has EXECUTE on function _write_ledger",
        "PUBLIC has EXECUTE on function open_profile",
        "PUBLIC has SELECT on table ledger.reason",
        "credits_app has SELECT on view my_balance",
        "credits_app lacks EXECUTE on function reserve_credits",
        "credits_reader has UPDATE on table profiles",
        "credits_reader lacks USAGE on schema credits",
    ]
    answer = call("status", url=db_url)
    assert (answer.code, answer.stderr) == (1, "")
    lines = answer.stdout.splitlines()
    assert sorted(lines[-8:-1]) == expected
    assert lines[-1].startswith("Not ready: 7 differences in who may do what.")
    document = call("status", "--json", url=db_url).document
    assert sorted(document["differences"]) == expected
    assert (document["schema"], document["usable"]) == ("current", True)


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        (
            "alter table credits.ledger disable trigger ledger_refuse_change",
            "trigger ledger_refuse_change on table ledger is not always on",
        ),
        (
            "alter table credits.ledger enable trigger ledger_refuse_truncate",
            "trigger ledger_refuse_truncate on table ledger is not always on",
        ),
        (
            "drop trigger ledger_refuse_change on credits.ledger",
            "trigger ledger_refuse_change on table ledger is missing",
        ),
        (
            "alter table credits.settings disable row level security",
            "row security of table settings is off",
        ),
        (
            "alter table credits.jobs force row level security",
            "row security of table jobs is forced on its owner",
        ),
        (
            'drop policy "reader sees every row" on credits.packs',
            'policy "reader sees every row" on table packs is missing',
        ),
        (
            'alter policy "reader sees every row" on credits.packs to public',
            'policy "reader sees every row" on table packs is not what it should be',
        ),
        (
            'alter policy "admin sees every row" on credits.legacy_entries using (false)',
            'policy "admin sees every row" on table legacy_entries is not what it should be',
        ),
        (
            "create policy mine on credits.ledger for select using (true)",
            "policy mine on table ledger is not one of ours",
        ),
        (
            "alter function credits._now() owner to current_user",
            "function _now belongs to {user}, not to credits_owner",
        ),
        (
            "alter table credits.packs owner to current_user",
            "table packs belongs to {user}, not to credits_owner",
        ),
        (
            "drop function credits.schema_version(); create function credits.schema_version()"
            f" returns text language sql as $$ select '{__version__}' $$",
            "PUBLIC has EXECUTE on function schema_version",
        ),
        (
            "alter function credits.refund_job(uuid, bigint, text, text, uuid) security invoker",
            "function refund_job is not security definer",
        ),
        (
            "alter function credits._now() security definer",
            "function _now is security definer",
        ),
        (
            "alter function credits.refund_job(uuid, bigint, text, text, uuid) reset all",
            "settings of function refund_job are none, not"
            " enable_seqscan=off; lock_timeout=5s; search_path=pg_catalog, pg_temp",
        ),
        (
            "alter function credits.schema_version() set search_path = public",
            "settings of function schema_version are search_path=public,"
            " not search_path=pg_catalog, pg_temp",
        ),
        (
            "alter function credits._room(bigint, bigint) set work_mem = '1MB'",
            "settings of function _room are work_mem=1MB, not none",
        ),
        (
            "alter view credits.my_balance set (security_invoker = true)",
            "options of view my_balance are security_barrier=true; security_invoker=true,"
            " not security_barrier=true",
        ),
        (
            "alter view credits.balances reset (security_invoker)",
            "options of view balances are none, not security_invoker=true",
        ),
        ("drop view credits.my_jobs", "view my_jobs is missing"),
        ("drop table credits.settings cascade", "table settings is missing"),
        (
            "create trigger mine after insert on credits.ledger"
            " execute function credits._refuse_ledger_change()",
            "trigger mine on table ledger is not one of ours",
        ),
        (
            "create trigger write_old_columns after insert on credits.profiles"
            " execute function credits._refuse_ledger_change()",
            "trigger write_old_columns on table profiles is not one of ours",
        ),
        (
            "create rule mine as on insert to credits.profiles do instead nothing",
            "rule mine on table profiles is not one of ours",
        ),
    ],
)
def test_status_names_what_was_changed_by_hand(db_url: str, change: str, difference: str) -> None:
    execute(db_url, change)
    answer = call("status", "--json", url=db_url)
    assert answer.code == 1
    user = conninfo_to_dict(db_url)["user"]
    assert difference.format(user=user) in answer.document["differences"]


DROP_JOBS_RULES = "alter table credits.jobs drop constraint jobs_rules_1;"
ADD_JOBS_RULES = "alter table credits.jobs add constraint jobs_rules_1"


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (
            "create or replace function credits._check_jobs_1(job record) returns boolean"
            " language plpgsql immutable set search_path = pg_catalog, pg_temp"
            " as 'begin return true; end'",
            "function _check_jobs_1 is not as its migration made it",
        ),
        (
            "alter function credits._check_jobs_1 volatile",
            "function _check_jobs_1 is not as its migration made it",
        ),
        (
            "alter function credits._check_jobs_1 strict",
            "function _check_jobs_1 is not as its migration made it",
        ),
        (
            "alter table credits.ledger drop constraint ledger_rules_1",
            "constraint ledger_rules_1 of table ledger is missing",
        ),
        (
            f"{DROP_JOBS_RULES} {ADD_JOBS_RULES}"
            " check (id is null or credits._check_jobs_1(jobs) or id is not null)",
            "constraint jobs_rules_1 of table jobs is not as its migration made it",
        ),
        (
            "create function public._check_jobs_1(job record) returns boolean"
            " language plpgsql immutable as 'begin return true; end';"
            f" {DROP_JOBS_RULES} {ADD_JOBS_RULES} check (public._check_jobs_1(jobs))",
            "constraint jobs_rules_1 of table jobs is not as its migration made it",
        ),
        (
            f"{DROP_JOBS_RULES} create table public.jobs (like credits.jobs);"
            " alter table public.jobs"
            " add constraint jobs_rules_1 check (credits._check_jobs_1(jobs))",
            "constraint jobs_rules_1 of table jobs is missing",
        ),
        (
            f"{DROP_JOBS_RULES} {ADD_JOBS_RULES} check (credits._check_jobs_1(jobs)) not valid",
            "constraint jobs_rules_1 of table jobs is not valid",
        ),
        (
            "alter table credits.jobs drop constraint jobs_profile_id_fkey",
            "constraint jobs_profile_id_fkey of table jobs is missing",
        ),
        (
            "alter table credits.jobs drop constraint jobs_profile_id_fkey;"
            " alter table credits.jobs add constraint jobs_profile_id_fkey"
            " foreign key (profile_id) references credits.profiles (id) not valid",
            "constraint jobs_profile_id_fkey of table jobs is not valid",
        ),
        (
            "alter table credits.jobs drop constraint jobs_pkey",
            "constraint jobs_pkey of table jobs is missing",
        ),
        (
            "alter table credits.addon_grants drop constraint addon_grants_reference_once",
            "constraint addon_grants_reference_once of table addon_grants is missing",
        ),
        (
            "alter table credits.renewals drop constraint renewals_carried_is_capped",
            "constraint renewals_carried_is_capped of table renewals is missing",
        ),
        (
            "alter table credits.jobs alter column monthly_refunded drop not null",
            "column monthly_refunded of table jobs may be null",
        ),
        (
            "alter table credits.topups alter column requested_at drop not null",
            "column requested_at of table topups may be null",
        ),
        (
            "alter table credits.limits drop column since_seq",
            "column since_seq of table limits is missing",
        ),
        (
            "drop index credits.ledger_reference_once",
            "index ledger_reference_once of table ledger is missing",
        ),
        (
            "update pg_index set indisvalid = false"
            " where indexrelid = 'credits.ledger_reference_once'::regclass",
            "index ledger_reference_once of table ledger is not valid",
        ),
        (
            "drop index credits.ledger_reference_once;"
            " create index ledger_reference_once on credits.ledger (profile_id, reference)",
            "index ledger_reference_once of table ledger is not unique",
        ),
        (
            "drop index credits.ledger_reference_once; create unique index ledger_reference_once"
            " on credits.addon_grants (profile_id, seq)",
            "index ledger_reference_once of table ledger is missing",
        ),
    ],
)
def test_status_names_each_rule_that_is_off(db_url: str, change: str, rule: str) -> None:
    execute(db_url, change)
    answer = call("status", "--json", url=db_url)
    assert answer.code == 1
    assert rule in answer.document["changed_rules"]
    told = call("status", url=db_url)
    assert told.code == 1
    assert rule in told.stdout.splitlines()


def test_a_column_with_a_not_null_that_is_not_valid_may_be_null(db_url: str) -> None:
    """PostgreSQL 18 knows that of a column as of any constraint."""
    (version,) = fetch(db_url, "select current_setting('server_version_num')::integer")[0]
    if version < 180000:
        pytest.skip("not null is always valid before PostgreSQL 18")
    execute(
        db_url,
        "alter table credits.jobs alter column raised drop not null,"
        " add constraint jobs_raised_not_null not null raised not valid",
    )
    document = call("status", "--json", url=db_url).document
    assert document["changed_rules"] == ["column raised of table jobs may be null"]


def test_what_else_has_the_name_of_a_table_or_a_function_is_no_rule(db_url: str) -> None:
    name = conninfo_to_dict(db_url)["dbname"]
    execute(
        db_url,
        f"alter database {name} set search_path = public, credits;"
        " create table public.jobs (id integer);"
        " create function public._check_jobs_1(job record) returns boolean"
        " language plpgsql immutable as 'begin return true; end'",
    )
    document = call("status", "--json", url=db_url).document
    assert (document["differences"], document["changed_rules"]) == ([], [])
    execute(db_url, f"{DROP_JOBS_RULES} {ADD_JOBS_RULES} check (_check_jobs_1(jobs))")
    document = call("status", "--json", url=db_url).document
    assert document["changed_rules"] == [
        "constraint jobs_rules_1 of table jobs is not as its migration made it"
    ]


def test_a_table_that_is_missing_is_told_without_its_rules(db_url: str) -> None:
    execute(db_url, "drop table credits.settings cascade")
    document = call("status", "--json", url=db_url).document
    assert "table settings is missing" in document["differences"]
    assert document["changed_rules"] == []


def catalog_rules(url: str) -> dict[str, set[tuple[str, str]]]:
    """The table and the name of each constraint, column that is never null and unique index, and
    of each function that a constraint asks."""
    ours = "c.relnamespace = 'credits'::regnamespace and c.relname !~ '^_?yoyo_' and c.relkind"
    queries = {
        "constraints": "select c.relname, r.conname from pg_constraint r"
        f" join pg_class c on c.oid = r.conrelid where {ours} = 'r' and r.contype <> 'n'",
        "columns": "select c.relname, a.attname from pg_attribute a"
        f" join pg_class c on c.oid = a.attrelid where {ours} = 'r' and a.attnotnull"
        " and a.attnum > 0",
        "indexes": "select i.indrelid::regclass::text, c.relname from pg_index i"
        f" join pg_class c on c.oid = i.indexrelid where {ours} = 'i' and i.indisunique"
        " and not exists (select from pg_constraint r where r.conindid = c.oid)",
        "rules of rows": "select c.relname, p.proname from pg_constraint r"
        " join pg_class c on c.oid = r.conrelid join pg_depend d on d.objid = r.oid"
        " and d.classid = 'pg_constraint'::regclass and d.refclassid = 'pg_proc'::regclass"
        f" join pg_proc p on p.oid = d.refobjid where {ours} = 'r'",
    }
    return {
        what: {(table.removeprefix("credits."), name) for table, name in fetch(url, query)}
        for what, query in queries.items()
    }


def read_rules() -> dict[str, set[tuple[str, str]]]:
    return {
        "constraints": {(table, name) for table, name, _ in rules._constraints()},
        "columns": set(rules._columns()),
        "indexes": set(rules._indexes()),
        "rules of rows": {
            (table, function)
            for table, _, definition in rules._constraints()
            for function, _, _ in rules._functions()
            if definition == f"CHECK (credits.{function}({table}.*))"
        },
    }


def test_each_rule_of_each_table_is_compared(db_url: str) -> None:
    assert read_rules() == catalog_rules(db_url)


def test_each_rule_of_a_later_version_is_compared(db_url: str) -> None:
    async def found() -> list[str]:
        connection = await asyncpg.connect(db_url)
        try:
            return await rules.rule_differences(connection)
        finally:
            await connection.close()

    with later_version():
        migrate.migrate(db_url)
        assert read_rules() == catalog_rules(db_url)
        assert asyncio.run(found()) == []


def test_rules_that_are_off_are_told_with_what_to_do(db_url: str) -> None:
    by_hand = (
        "of the tables not as the migrations made them. Migrate does not make them again: see"
        ' "Rules that are off" in docs/operations.md.'
    )
    execute(db_url, "drop index credits.ledger_reference_once")
    last = call("status", url=db_url).stdout.splitlines()[-1]
    assert last == f"Not ready: 1 rule {by_hand}"
    execute(
        db_url,
        "alter table credits.jobs alter column raised drop not null;"
        " create rule mine as on insert to credits.profiles do instead nothing",
    )
    last = call("status", url=db_url).stdout.splitlines()[-1]
    assert last.startswith("Not ready: 1 difference in who may do what. Run pgcredits migrate; ")
    assert last.endswith(f" 2 rules {by_hand}")


def test_rules_are_restored_as_operations_say(db_url: str) -> None:
    execute(
        db_url,
        "create or replace function credits._check_jobs_1(job record) returns boolean"
        " language plpgsql set search_path = pg_catalog, pg_temp as 'begin return true; end';"
        f" {DROP_JOBS_RULES}"
        " alter table credits.jobs alter column monthly_refunded drop not null",
    )
    assert len(call("status", "--json", url=db_url).document["changed_rules"]) == 3
    (function,) = re.findall(
        r"create or replace function credits\._check_jobs_1.*?\$\$;", bundle(), re.DOTALL
    )
    text = (TESTS.parent / "docs" / "operations.md").read_text("utf-8")
    section = text.partition("### Rules that are off\n")[2].partition("\n### ")[0]
    for statements in [function, *re.findall(r"```sql\n(.*?)```", section, re.DOTALL)]:
        execute(db_url, statements)
    assert call("status", url=db_url).code == 0


def test_status_says_which_foreign_keys_are_off(db_url: str) -> None:
    execute(db_url, "alter table credits.packs disable trigger all")
    differences = call("status", "--json", url=db_url).document["differences"]
    assert differences == [
        "trigger pack_draws_pack_fkey on table packs is off",
        "trigger packs_grant_fkey on table packs is off",
    ]


def test_each_function_and_view_is_compared(db_url: str) -> None:
    query = "select proname from pg_proc where pronamespace = 'credits'::regnamespace"
    functions = fetch(db_url, query)
    views = fetch(db_url, "select viewname from pg_views where schemaname = 'credits'")
    assert sorted(name for name, *_ in access._functions()) == sorted(name for (name,) in functions)
    assert sorted(name for name, _ in access._views()) == sorted(name for (name,) in views)


def test_a_function_that_was_dropped_is_missing_and_nothing_else(db_url: str) -> None:
    execute(db_url, "drop function credits.get_balance(uuid); drop function credits._room")
    document = call("status", "--json", url=db_url).document
    assert document["differences"] == [
        "function _room is missing",
        "function get_balance is missing",
    ]


def test_one_difference_is_told_in_the_singular(db_url: str) -> None:
    execute(db_url, "create rule mine as on insert to credits.profiles do instead nothing")
    last = call("status", url=db_url).stdout.splitlines()[-1]
    assert last.startswith("Not ready: 1 difference in who may do what.")


def test_what_was_changed_by_hand_about_functions_and_views_is_mended(db_url: str) -> None:
    execute(
        db_url,
        "alter function credits.get_balance(uuid) security invoker reset all;"
        " alter view credits.my_balance set (security_invoker = true)",
    )
    assert call("status", url=db_url).code == 1
    assert call("migrate", url=db_url).code == 0
    assert call("status", url=db_url).code == 0


def test_the_trigger_of_the_mirror_is_no_difference(db_url: str) -> None:
    execute(
        db_url,
        "create schema credits_mirror; create function credits_mirror.write_old_columns()"
        " returns trigger language plpgsql as 'begin return null; end';"
        " create trigger write_old_columns after update on credits.profiles"
        " for each row execute function credits_mirror.write_old_columns()",
    )
    assert call("status", "--json", url=db_url).document["differences"] == []


async def test_a_group_in_another_group_is_a_difference(pool: asyncpg.Pool) -> None:
    """Roles are the server's, so the grants are undone before anybody else can see them."""
    async with pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute(
            "do 'begin if to_regrole(''anon'') is null then create role anon; end if; end';"
            " create role between; grant credits_admin to between; grant between to credits_app;"
            " grant credits_owner to credits_reader; grant credits_app to anon"
        )
        differences = await access.access_differences(connection)
        await transaction.rollback()
    assert differences == [
        "anon is a member of credits_admin",
        "anon is a member of credits_app",
        "credits_app is a member of credits_admin",
        "credits_reader is a member of credits_owner",
    ]


def test_what_an_administrator_may_grant_is_no_difference(
    db_url: str, login: Callable[..., str]
) -> None:
    url = login("credits_app")
    name = conninfo_to_dict(url)["user"]
    execute(db_url, f"grant execute on function credits.open_profile to {name}")
    answer = call("status", "--json", url=url)
    assert (answer.code, answer.document["differences"]) == (0, [])
    execute(db_url, f"revoke execute on function credits.open_profile from {name}")


def restore(source: str, target: str, *options: str) -> None:
    dump = subprocess.run(
        [pg_dump(source, restores=True), *options, source],
        check=True,
        capture_output=True,
        text=True,
    )
    subprocess.run(
        [program("psql"), "-Xq1", "-v", "ON_ERROR_STOP=1", target],
        check=True,
        input=dump.stdout,
        text=True,
        stdout=subprocess.DEVNULL,
    )


@pytest.mark.parametrize("whole", [True, False], ids=["whole", "data only"])
def test_a_restored_database_has_its_rows_and_refuses_wrong_ones(
    db_url: str, empty_db_url: str, whole: bool
) -> None:
    profile, job = uuid4(), uuid4()
    execute(
        db_url,
        f"select credits.open_profile('{profile}', 500, 5000);"
        f"select credits.reserve_credits('{profile}', '{job}', 2000)",
    )
    if whole:
        restore(db_url, empty_db_url)
    else:
        run("migrate", url=empty_db_url)
        execute(empty_db_url, "delete from credits.settings")
        restore(
            db_url,
            empty_db_url,
            "--data-only",
            "--schema=credits",
            "--exclude-table=credits.*yoyo*",
        )
    assert call("status", "--json", url=empty_db_url).document["differences"] == []
    rows = "select j::text, p::text from credits.jobs j join credits.profiles p on true"
    assert fetch(empty_db_url, rows) == fetch(db_url, rows)
    for wrong, rule in {
        "update credits.jobs set addon_refunded = addon_deducted + 1": (
            "jobs_addon_refunded_within_deducted"
        ),
        "update credits.profiles set credits_remaining = -1": "profiles_nothing_below_its_limit",
    }.items():
        with pytest.raises(psycopg.errors.CheckViolation) as refused:
            execute(empty_db_url, wrong)
        assert refused.value.diag.constraint_name == rule


def test_a_restore_without_privileges_is_not_ready_until_it_is_migrated(
    db_url: str, empty_db_url: str
) -> None:
    restore(db_url, empty_db_url, "--no-privileges", "--no-owner")
    answer = call("status", url=empty_db_url)
    assert answer.code == 1
    assert answer.stdout.splitlines()[-1].startswith("Not ready: ")
    differences = call("status", "--json", url=empty_db_url).document["differences"]
    for difference in (
        "PUBLIC has EXECUTE on function adjust_credits",
        "credits_app lacks USAGE on schema credits",
        "credits_app lacks EXECUTE on function reserve_credits",
        "credits_reader lacks SELECT on table ledger",
    ):
        assert difference in differences
    assert any(each.startswith("table profiles belongs to ") for each in differences)
    assert call("migrate", url=empty_db_url).code == 0
    answer = call("status", "--json", url=empty_db_url)
    assert (answer.code, answer.document["differences"]) == (0, [])
