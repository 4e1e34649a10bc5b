"""``mirror`` prints the mirror, and ``status`` sees whether it is in place."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from supabase_project import ADA, execute, mirror

from cli.cli_tools import call

IN_PLACE = "The mirror is in place: public.profiles follows credits.profiles."
NOT_PRINTED = "calls a function that is not what pgcredits mirror prints"


def status(url: str) -> tuple[int, dict[str, Any] | None, list[str]]:
    answer = call("status", "--json", url=url)
    return answer.code, answer.document["mirror"], call("status", url=url).stdout.splitlines()


def test_mirror_prints_what_makes_it_for_the_names_that_import_takes() -> None:
    answer = call(
        "mirror", "--schema", "shop", "--table", 'profiles="my.people"',
        "--column", 'profiles.credits_remaining=mon"thly', "--table", "jobs=x", "--no-ledger",
    )  # fmt: skip
    assert answer.code == 2
    answer = call(
        "mirror", "--schema", "shop", "--table", 'profiles="my.people"',
        "--column", 'profiles.credits_remaining=mon"thly', "--table", "jobs=x",
    )  # fmt: skip
    assert (answer.code, answer.stderr) == (0, "")
    assert answer.stdout == mirror(
        'profiles.credits_remaining=mon"thly', schema="shop", table='"my.people"'
    )
    assert '"shop"."my.people"' in answer.stdout
    assert '"mon""thly"' in answer.stdout
    assert call("mirror", "--table", "people=x").sentence.startswith("--table people=x: NAME is")


def test_status_says_in_one_line_that_it_is_in_place(moved_url: str) -> None:
    code, document, lines = status(moved_url)
    assert (code, document) == (0, {"table": "public.profiles", "problem": ""})
    assert lines[-2:] == [IN_PLACE, "Ready: the schema matches this package."]


def test_status_says_nothing_where_nobody_made_one(moved_url: str) -> None:
    execute(moved_url, "drop schema credits_mirror cascade")
    code, document, lines = status(moved_url)
    assert (code, document) == (0, None)
    assert "mirror" not in "".join(lines)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (
            "alter table credits.profiles disable trigger write_old_columns",
            "the trigger write_old_columns on credits.profiles is off",
        ),
        (
            "alter table public.profiles disable trigger user",
            "the trigger refuse_old_writers on public.profiles is off",
        ),
        (
            "alter table public.profiles enable replica trigger refuse_old_writers",
            "the trigger refuse_old_writers on public.profiles is off",
        ),
        (
            "drop trigger refuse_old_writers on public.profiles",
            "the trigger refuse_old_writers on public.profiles is missing",
        ),
        (
            "drop trigger write_old_columns on credits.profiles; create trigger write_old_columns"
            " after insert on credits.profiles for each row"
            " execute function credits_mirror.refuse_old_writers()",
            "the trigger write_old_columns on credits.profiles is missing",
        ),
        (
            "create or replace trigger write_old_columns after update of addon_credits"
            " on credits.profiles for each row execute function credits_mirror.write_old_columns()",
            "the trigger write_old_columns on credits.profiles is not what it should be",
        ),
        (
            "create or replace trigger refuse_old_writers after update on public.profiles"
            " for each row execute function credits_mirror.refuse_old_writers()",
            "the trigger refuse_old_writers on public.profiles is not what it should be",
        ),
        (
            "create or replace trigger refuse_old_writers after insert or update on public.profiles"
            " for each row when (false) execute function credits_mirror.refuse_old_writers()",
            "the trigger refuse_old_writers on public.profiles is not what it should be",
        ),
        (
            "alter table public.profiles rename to people",
            "the trigger refuse_old_writers on public.profiles is missing",
        ),
        (
            "alter function credits_mirror.write_old_columns() security invoker",
            f"the trigger write_old_columns on credits.profiles {NOT_PRINTED}",
        ),
        (
            "create or replace function credits_mirror.refuse_old_writers() returns trigger"
            " language plpgsql security definer set row_security = off set search_path = ''"
            " as 'begin return null; end'",
            f"the trigger refuse_old_writers on public.profiles {NOT_PRINTED}",
        ),
        (
            "comment on schema credits_mirror is 'ours'",
            "the comment on schema credits_mirror was changed",
        ),
        (
            "comment on schema credits_mirror is null",
            "the comment on schema credits_mirror was changed",
        ),
    ],
)
def test_status_says_what_is_wrong_with_it(moved_url: str, change: str, problem: str) -> None:
    execute(moved_url, change)
    code, document, lines = status(moved_url)
    assert code == 1
    assert document is not None
    assert document["problem"] == problem
    advice = "Run what pgcredits mirror prints: an upgrade may have changed it."
    assert lines[-2] == f"The mirror is not in place: {problem}. {advice}"
    assert lines[-1].startswith("Not ready: ")


def test_what_mirror_prints_puts_it_in_place_again(moved_url: str) -> None:
    execute(moved_url, "alter table credits.profiles disable trigger write_old_columns")
    execute(moved_url, f"select credits.reserve_credits('{ADA}', gen_random_uuid(), 600)")
    execute(moved_url, call("mirror").stdout)
    assert status(moved_url)[0] == 0
    with psycopg.connect(moved_url) as connection:
        row = connection.execute(
            "select credits_remaining, addon_credits from public.profiles where id = %s", [ADA]
        )
        assert row.fetchone() == (0, 4900)
