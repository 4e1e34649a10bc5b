"""An import that is killed leaves whole batches, and the next run ends as if nothing happened."""

from __future__ import annotations

import random
import signal
from collections.abc import Iterator
from uuid import UUID

import pytest
from old_tables import ALL_ACCEPTED, books, load, rows_of

from cli.cli_tools import call, end, fetch, start, until
from pgcredits._legacy.example.truth import LegacyPlan
from pgcredits._legacy.importer import batches
from pgcredits.testing import clone

YEAR = LegacyPlan(profiles=120, jobs_per_profile=8, damaged_share=0.2, truncated_share=0.1)
BATCH_ROWS = 60
NAMED = "&application_name=import"
IMPORT = ("import", "--schema", "legacy", *ALL_ACCEPTED)


@pytest.fixture
def other_url(migrated_server: str) -> Iterator[str]:
    """A second migrated database."""
    with clone(migrated_server, "uninterrupted") as url:
        yield url


def imported(url: str) -> list[UUID]:
    query = "select profile_id from credits.legacy_profiles order by profile_id"
    return [profile for (profile,) in fetch(url, query)]


def whole_batches(url: str, before: list[UUID]) -> list[int]:
    """How many profiles are there after each batch of a run that finds ``before``."""
    sizes = fetch(
        url,
        """
        select p.id, (select count(*) from legacy.jobs j where j.user_id = p.id)
                     + (select count(*) from legacy.ledger l where l.user_id = p.id)
          from legacy.profiles p
         order by p.id
        """,
    )
    pending = [(profile, rows) for profile, rows in sizes if profile not in set(before)]
    ends = [len(before)]
    for batch in batches(pending, BATCH_ROWS):
        ends.append(ends[-1] + len(batch))
    return ends


def left_alone(url: str) -> bool:
    """Whether the server has noticed that the program is gone."""
    query = """
        select from pg_catalog.pg_stat_activity
         where datname = current_database() and application_name = 'import'
    """
    return not fetch(url, query)


def interrupt(url: str, how: signal.Signals, after: int) -> int:
    """Starts an import and interrupts it once so many profiles are there; its exit code."""
    with start(*IMPORT, "--batch-rows", BATCH_ROWS, url=url + NAMED) as program:
        until(lambda: len(imported(url)) >= after or program.poll() is not None)
        program.send_signal(how)
        code = end(program).code
    until(lambda: left_alone(url))
    return code


def test_killed_again_and_again_it_ends_as_if_nothing_had_happened(
    db_url: str, other_url: str
) -> None:
    for url in (db_url, other_url):
        load(url, plan=YEAR)
    there = rows_of(db_url, "legacy")
    ids = [profile for (profile,) in fetch(db_url, "select id from legacy.profiles order by id")]
    chance = random.Random(11)  # noqa: S311 - repeatable, not secret
    for share in (0.01, 0.2, 0.4, 0.6):
        before = imported(db_url)
        after = max(len(before) + 1, int((share + chance.random() / 10) * YEAR.profiles))
        assert interrupt(db_url, signal.SIGKILL, after) == -signal.SIGKILL
        done = imported(db_url)
        assert len(before) < len(done) < YEAR.profiles, "it was killed in between"
        assert done == ids[: len(done)]
        assert len(done) in whole_batches(db_url, before)
        assert call("check", url=db_url).stdout == "sound\n"
    assert call(*IMPORT, url=db_url).code == 0
    assert call(*IMPORT, url=other_url).code == 0
    assert imported(db_url) == ids
    assert books(db_url) == books(other_url)
    assert rows_of(db_url, "legacy") == there
    assert call("import", "--schema", "legacy", "--verify", url=db_url).code == 0


def test_ctrl_c_ends_it_between_two_batches(db_url: str) -> None:
    load(db_url, plan=YEAR)
    assert interrupt(db_url, signal.SIGINT, 1) == 130
    done = imported(db_url)
    assert 0 < len(done) < YEAR.profiles
    assert len(done) in whole_batches(db_url, [])
    assert call(*IMPORT, url=db_url).code == 0
    assert len(imported(db_url)) == YEAR.profiles


def test_killed_while_it_checks_nothing_is_there(db_url: str) -> None:
    load(db_url, plan=YEAR)
    before = books(db_url)
    checking = """
        select from pg_catalog.pg_stat_activity
         where application_name = 'import' and state = 'active' and query like '%d.kind, d.detail%'
    """
    with start(*IMPORT, url=db_url + NAMED) as program:
        until(lambda: bool(fetch(db_url, checking)))
        program.kill()
        assert end(program).code == -signal.SIGKILL
    until(lambda: left_alone(db_url))
    assert books(db_url) == before
