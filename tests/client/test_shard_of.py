"""Which shard has a profile, and the ids of its jobs: the same in Python and in SQL."""

from __future__ import annotations

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


@pytest.mark.parametrize("shards", [0, -1])
def test_no_shards_are_refused(shards: int) -> None:
    with pytest.raises(InvalidArgument) as caught:
        shard_of(UUID(int=1), shards)
    assert (caught.value.token, caught.value.detail["parameter"]) == ("invalid_amount", "shards")
