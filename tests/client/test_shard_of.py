"""Which shard has a profile, and the ids of its jobs: the same in Python and in SQL."""

from __future__ import annotations

from typing import Any
from uuid import RFC_4122, UUID

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pgcredits import InvalidArgument, new_job_id, shard_of


def test_sql_and_python_agree_on_every_profile(db_url: str) -> None:
    with psycopg.connect(db_url, autocommit=True) as connection:

        @settings(max_examples=500, deadline=None)
        @given(st.uuids(), st.integers(1, 2**31 - 1))
        def agree(profile_id: UUID, shards: int) -> None:
            (row,) = connection.execute(
                "select credits.shard_of(%s, %s), credits.new_job_id(%s)",
                [profile_id, shards, profile_id],
            ).fetchall()
            assert row[0] == shard_of(profile_id, shards)
            own = new_job_id(profile_id)
            assert str(row[1])[:7] == str(own)[:7]
            assert (own.version, own.variant) == (8, RFC_4122)

        agree()


def test_they_stay_what_they_are() -> None:
    profile = UUID("11111111-1111-4111-8111-111111111111")
    assert (shard_of(profile, 2**28), shard_of(profile, 64)) == (0xE3E6AE2, 34)
    assert str(new_job_id(profile)).startswith("e3e6ae2")


def test_ids_are_new_each_time() -> None:
    profile = UUID(int=1)
    assert len({new_job_id(profile) for _ in range(1000)}) == 1000


@pytest.mark.parametrize("shards", [0, -1, 2**31, True, 1.5, None])
def test_no_shards_are_refused(shards: Any) -> None:
    with pytest.raises(InvalidArgument) as caught:
        shard_of(UUID(int=1), shards)
    assert (caught.value.token, caught.value.detail) == ("invalid_amount", {"parameter": "shards"})


def test_an_id_may_be_a_text_and_has_to_be_one() -> None:
    assert shard_of(str(UUID(int=5)), 64) == shard_of(UUID(int=5), 64)
    for wrong, token in ((None, "missing_argument"), ("user_2abc", "invalid_reference")):
        for ask in (new_job_id, lambda profile: shard_of(profile, 64)):
            with pytest.raises(InvalidArgument) as caught:
                ask(wrong)  # type: ignore[arg-type]
            assert (caught.value.token, caught.value.sqlstate) == (token, "PT400")
