"""An edit finds its rule however the code is written, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from fire.mutants.edits import (
    Edit,
    always,
    instead,
    kept,
    left_out,
    never,
    not_refused,
    only_if,
    without,
    without_row,
)
from fire.mutants.mutant import mutants
from fire.mutants.places import (
    Place,
    Sources,
    change,
    constraint,
    function,
    index,
    python,
    rule,
    table,
)
from fire.mutants.source import Code, DoesNotFitError

DRAW = """
create or replace function credits._draw(job credits.jobs, cost bigint, at timestamptz)
returns void
as $$
declare
  v_profile credits.profiles;
begin
  select p.* into v_profile from credits.profiles p where p.id = (_draw.job).profile_id; -- first
  if _draw.cost > v_profile.addon_credits
     or v_profile.closed_at is not null then
    raise exception using message = 'insufficient_credits';
  elsif v_profile.period_start is null then
    return;
  end if;
  update credits.profiles p
     set addon_credits = p.addon_credits - greatest(_draw.cost, 0),
         seq = p.seq + 1
   where p.id = v_profile.id;
  perform credits._note(at => _draw.at);
end
$$;
"""


@pytest.mark.parametrize(
    ("edit", "old", "new"),
    [
        (always("cost>ADDON_CREDITS"), "_draw.cost > v_profile.addon_credits", "true"),
        (never("closed_at is not null"), "v_profile.closed_at is not null", "false"),
        (
            not_refused("insufficient_credits"),
            "_draw.cost > v_profile.addon_credits\n     or v_profile.closed_at is not null",
            "false",
        ),
        (kept("addon_credits"), "p.addon_credits - greatest(_draw.cost, 0)", "p.addon_credits"),
        (instead("greatest(...)", "cost"), "greatest(_draw.cost, 0)", "_draw.cost"),
        (instead("seq + 1", "seq + profile.seq"), "p.seq + 1", "p.seq + v_profile.seq"),
        (instead("seq + 1", "job.seq"), "p.seq + 1", "(_draw.job).seq"),
        (instead("at => at", "at => null"), "at => _draw.at", "at => null"),
        (without("where id = profile.id"), "where p.id = v_profile.id", ""),
        (always("id = profile_id", beside="into profile"), "p.id = (_draw.job).profile_id", "true"),
    ],
)
def test_an_edit_changes_the_rule_and_nothing_else(edit: Edit, old: str, new: str) -> None:
    assert DRAW.count(old) == 1
    assert edit(Code("_draw", DRAW)) == DRAW.replace(old, new)


@pytest.mark.parametrize(
    ("edit", "times", "words"),
    [
        (without("addon_credits"), 3, "fits 3 times"),
        (never("cost > addon"), 0, "but if _draw.cost > v_profile.addon_credits"),
        (never("addon_credits"), 0, "is not there"),
        (kept("credits_remaining"), 0, "set 0 times"),
        (not_refused("profile_closed"), 0, "is not there"),
    ],
)
def test_an_edit_that_does_not_fit_once_says_where(edit: Edit, times: int, words: str) -> None:
    with pytest.raises(DoesNotFitError, match="_draw: ") as raised:
        edit(Code("_draw", DRAW))
    assert raised.value.times == times
    assert words in str(raised.value)


def test_a_statement_is_made_conditional_whole() -> None:
    code = Code("f", "$$ begin if a then b(); end if; c(x); end $$")
    assert only_if("x > 0", "c")(code) == (
        "$$ begin if a then b(); end if; if x > 0 then c(x); end if; end $$"
    )


def test_a_row_goes_with_its_comma() -> None:
    code = Code("f", "values ('a', 1), ('b', 2)")
    assert without_row("'a'")(code) == "values  ('b', 2)"
    assert without_row("'b'")(code) == "values ('a', 1)"


@pytest.fixture
def sources(tmp_path: Path) -> Sources:
    """A small schema, with a rule in a helper that two functions call."""
    files = {
        "sql/functions/reserve.sql": "select credits._draw(1);",
        "sql/functions/settle.sql": "select 1 < 2, credits._draw(1);",
        "sql/internal/buckets/_draw.sql": "select 2 < 3, 'x', credits._rest(1);",
        "sql/internal/_rest.sql": "select 4, 'x';",
        "migrations/x.0001.tables.sql": "create table credits.jobs (a int constraint a_positive "
        "check (a > 0), b int constraint b_positive check (b > 0)) with (fillfactor = 85);"
        "create index jobs_a on credits.jobs (a);"
        "v_broken := case when a < 0 then 'a_first' "
        "when case a when 1 then b = 0 else true end then 'a_second' end;",
        "pyclient/package/values.py": "class Values:\n    def check(self):  # a, b\n"
        "        return 'x' if self.a and (self.b) else 'y'\n",
    }
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, "utf-8")
    return Sources(tmp_path)


@pytest.mark.parametrize(
    ("place", "edit", "file", "line"),
    [
        (function("reserve"), instead("<", ">"), "_draw.sql", "select 2 > 3,"),
        (function("settle"), instead("<", ">"), "settle.sql", "select 1 > 2,"),
        (function("reserve"), instead("4", "5"), "_rest.sql", "select 5, 'x';"),
        (constraint("a_positive"), without("> 0"), "x.0001.tables.sql", "check (a ),"),
        (rule("a_first"), instead("<", ">"), "x.0001.tables.sql", "when a > 0 then 'a_first'"),
        (rule("a_second"), instead("true", "false"), "x.0001.tables.sql", "else false end then"),
        (index("jobs_a"), instead("jobs_a", "jobs_b"), "x.0001.tables.sql", "index jobs_b on"),
        (table("jobs"), instead("= 85", "= 9"), "x.0001.tables.sql", "(fillfactor = 9);"),
        (python("Values.check"), always("self.b"), "values.py", "self.a and (True) else"),
    ],
)
def test_a_place_is_found_by_name_in_whatever_file_it_is(
    place: Place, edit: Edit, file: str, line: str, sources: Sources
) -> None:
    there = change(place, edit, sources)
    assert there.file.name == file
    assert there.old == there.file.read_text("utf-8")
    assert line in there.new


@pytest.mark.parametrize(
    ("place", "edit", "words"),
    [
        (function("reserve"), instead("7", "8"), "reserve: '7' is not there"),
        (function("reserve"), without("'x'"), "fits in several places: _draw, _rest"),
        (function("settle"), without("1"), "settle: '1' fits 2 times"),
        (function("reserves"), left_out, "no file below sql/ is called reserves.sql, but reserve"),
        (constraint("c_positive"), left_out, "there is no such place"),
        (rule("a_first"), without("= 0"), "'= 0' is not there"),
        (rule("a_third"), left_out, "there is no such place"),
        (index("jobs_b"), left_out, "there is no such place"),
        (python("Values.checks"), left_out, "there is no such place"),
    ],
)
def test_a_place_where_the_rule_is_not_once_is_refused(
    place: Place, edit: Edit, words: str, sources: Sources
) -> None:
    with pytest.raises(DoesNotFitError, match=words):
        change(place, edit, sources)


def test_the_tests_of_a_place_follow_from_it() -> None:
    (public,) = mutants("reserve_credits", {"": without("set lock_timeout = '5s'")})
    assert public.tests == ("pgtap/reserve_credits",)
    (helper,) = mutants("_split_return", {"": without("reverse")})
    own = helper.tests.index("pgtap/internal/split_return_always_adds_up.sql")
    assert own < helper.tests.index("pgtap/refund_job")
    (given,) = mutants("_lock_profile", {"": without("for no key update")}, "concurrency")
    assert given.tests == ("concurrency",)
