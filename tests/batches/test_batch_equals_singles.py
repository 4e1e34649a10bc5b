"""A batch answers and leaves what its elements would, one after another: compared at random."""

from __future__ import annotations

import os
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterator

import psycopg
import pytest

from batches.twin import CLOCK, Twin
from batches.worlds import World
from support import function_file

SECONDS = float(os.environ.get("PGCREDITS_BATCHES_SECONDS", "15"))
FIXED_WORLDS = 130
# What a productive run has met.
MUST_MEET = [
    *(
        f"{kind}: {share} at once"
        for kind in ("reserve", "settle", "refund", "renew", "grant")
        for share in ("all", "some", "none")
    ),
    *(
        f"{kind}: {end}"
        for kind in ("reserve", "settle", "refund")
        for end in ("planned", "done", "replayed")
    ),
    "reserve: insufficient_credits",
    "reserve: limit_exceeded",
    "reserve: job_conflict",
    "reserve: wrong_state",
    "reserve: profile_not_found",
    "reserve: profile_closed",
    "reserve: invalid_amount",
    "reserve: missing_argument",
    "settle: job_not_found",
    "settle: job_conflict",
    "settle: wrong_state",
    "refund: job_not_found",
    *(
        f"{kind}: {end}"
        for kind in ("renew", "grant")
        for end in (
            "done",
            "replayed",
            "profile_not_found",
            "profile_closed",
            "missing_argument",
            "invalid_amount",
            "invalid_interval",
        )
    ),
    "renew: period_conflict",
    "grant: reference_conflict",
    "grant: invalid_reference",
    "grant: invalid_option",
]


@pytest.fixture
def connection(db_url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(db_url, autocommit=True) as connection:
        connection.execute(CLOCK)
        yield connection


def compare_world(connection: psycopg.Connection, seed: int, met: Counter[str]) -> None:
    with connection.transaction(force_rollback=True):
        twin = Twin(connection, met)
        world = World(twin, seed)
        for kind, batch in world.batches():
            twin.compare(kind, batch)
        assert twin.findings() == []
    met["worlds"] += 1


def compare_worlds(
    connection: psycopg.Connection, first: int, met: Counter[str], go_on: Callable[[], bool]
) -> None:
    seed = first
    while go_on():
        try:
            compare_world(connection, seed, met)
        except AssertionError as error:
            error.add_note(f"compare_world(connection, {seed}, Counter()) shows it again")
            raise
        seed += 1


def test_the_same_worlds_in_every_run_show_no_difference(connection: psycopg.Connection) -> None:
    met: Counter[str] = Counter()
    compare_worlds(connection, 0, met, lambda: met["worlds"] < FIXED_WORLDS)
    assert [what for what in MUST_MEET if not met[what]] == [], "an unproductive run"


def test_new_worlds_in_every_run_show_no_difference(connection: psycopg.Connection) -> None:
    first = secrets.randbelow(2**32)
    met: Counter[str] = Counter()
    end = time.monotonic() + SECONDS
    compare_worlds(connection, first, met, lambda: time.monotonic() < end)
    print(f"{met['worlds']} worlds from seed {first}: {dict(met)}")


BROKEN = {
    "packs are overlooked": (
        "_can_be_made_together",
        "        or p.next_pack_expiry is not null\n",
        "",
    ),
    "a job twice in the batch is overlooked": (
        "_plan_returns",
        "                    and count(*) over (partition by e.job_id) = 1",
        "",
    ),
    "what was refunded in part is overlooked": (
        "_plan_returns",
        "                    and j.monthly_refunded = 0\n"
        "                    and j.addon_refunded = 0\n",
        "",
    ),
    "the period is overlooked": (
        "_plan_returns",
        "\n               and e.period_start is not distinct from p.period_start",
        "",
    ),
    "what an earlier renewal left is overlooked": (
        "_plan_renewals",
        "    v_profile.credits_remaining := v_row.allowance + v_row.carried;\n",
        "",
    ),
    "a reference twice in the batch is overlooked": (
        "_plan_grants",
        "v_keys[v_each.key_number]\n                 or ",
        "",
    ),
    "a reference that another profile was just granted is overlooked": (
        "_plan_grants",
        "v_owners[v_each.reference_number] is not null\n              or ",
        "",
    ),
}
# The worlds from which on it is looked for: few meet what these two are about.
FIRST_WORLDS = {"what was refunded in part is overlooked": 104, "the period is overlooked": 36}


@pytest.mark.parametrize("defect", BROKEN)
def test_a_defect_does_not_escape(connection: psycopg.Connection, defect: str) -> None:
    function, line, instead = BROKEN[defect]
    source = function_file(function).read_text("utf-8")
    assert source.count(line) == 1, "the function has changed: break it in another way"
    connection.execute(source.replace(line, instead).encode())
    first = FIRST_WORLDS.get(defect, 0)
    met: Counter[str] = Counter()
    with pytest.raises((AssertionError, psycopg.Error)):
        compare_worlds(connection, first, met, lambda: met["worlds"] < FIXED_WORLDS)
