"""Calls through a proxy answer as a single server does: the four scenarios, and refusals."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from proxy_tools import Proxied

from pgcredits import (
    Credits,
    CreditsError,
    InsufficientCredits,
    JobConflict,
    JobNotFound,
    LegacyEntry,
    LegacyJob,
    ListedProfile,
    new_job_id,
    shard_of,
)

MAKERS = {"any id": lambda _: uuid4(), "an id that carries the hash": new_job_id}


@pytest.fixture(params=MAKERS)
def make_id(request: pytest.FixtureRequest) -> Callable[[UUID], UUID]:
    return MAKERS[request.param]


async def test_a_refund_goes_back_to_both_buckets_and_once(
    credits_client: Credits, make_id: Callable[[UUID], UUID]
) -> None:
    for _ in range(4):  # on several shards
        profile = uuid4()
        job = make_id(profile)
        await credits_client.open_profile(profile, credits_remaining=10, addon_credits=5)
        taken = await credits_client.reserve_credits(profile, job, 15)
        assert (taken.monthly_deducted, taken.addon_deducted) == (10, 5)
        back = await credits_client.refund_job(job)
        assert (back.monthly_refunded, back.addon_refunded, back.replayed) == (10, 5, False)
        again = await credits_client.refund_job(job)
        assert (again.monthly_refunded, again.addon_refunded, again.replayed) == (10, 5, True)
        balance = await credits_client.get_balance(profile)
        assert (balance.credits_remaining, balance.addon_credits) == (10, 5)


async def test_a_settlement_for_less_gives_the_rest_back(
    credits_client: Credits, make_id: Callable[[UUID], UUID]
) -> None:
    profile = uuid4()
    job = make_id(profile)
    await credits_client.open_profile(profile, credits_remaining=10, addon_credits=5)
    await credits_client.reserve_credits(profile, job, 15)
    settled = await credits_client.settle_job(job, actual_cost=12)
    assert settled.addon_refunded == 3
    assert (await credits_client.get_balance(profile)).addon_credits == 3


async def test_two_race_for_the_last_credits(
    credits_client: Credits, make_id: Callable[[UUID], UUID]
) -> None:
    profile = uuid4()
    await credits_client.open_profile(profile, credits_remaining=10, addon_credits=5)
    answers = await asyncio.gather(
        *(credits_client.reserve_credits(profile, make_id(profile), 10) for _ in range(2)),
        return_exceptions=True,
    )
    (refused,) = [each for each in answers if isinstance(each, Exception)]
    assert isinstance(refused, InsufficientCredits)
    assert (refused.required, refused.available) == (10, 5)
    job = make_id(profile)
    same = await asyncio.gather(
        *(credits_client.reserve_credits(profile, job, 1) for _ in range(4))
    )
    assert sorted(each.replayed for each in same) == [False, True, True, True]


async def told(url: str, query: str) -> tuple[str | None, ...]:
    """The four fields of the error of a query."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(query)
    except asyncpg.PostgresError as error:
        texts = (error.args[0], getattr(error, "detail", None), getattr(error, "hint", None))
        return (error.sqlstate, *texts)
    finally:
        await connection.close()
    raise AssertionError("it was not refused")


PROFILE = "11111111-1111-4111-8111-111111111111"
REFUSED = [
    f"select credits.reserve_credits('{PROFILE}', gen_random_uuid(), 5000)",
    f"select credits.reserve_credits('{PROFILE}', gen_random_uuid(), -1)",
    f"select credits.reserve_credits('{PROFILE}', gen_random_uuid(), 1, meta => '[]')",
    f"select credits.reserve_credits('{PROFILE}', gen_random_uuid(), 1, meta => 'null')",
    f"select credits.reserve_credits('{PROFILE}', gen_random_uuid(), 1, hold_for => '-1 day')",
    "select credits.reserve_credits(null, gen_random_uuid(), 1)",
    "select credits.refund_job('aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa')",
    "select credits.refund_job('aaaaaaaa-aaaa-8aaa-8aaa-aaaaaaaaaaaa')",
    "select credits.refund_job(null)",
    "select credits.get_balance('22222222-2222-4222-8222-222222222222')",
    "select credits.get_balance(null)",
    "select credits.expire_holds(0)",
    "select credits.list_profiles(page_size => 0)",
    "select credits.list_profiles(page_size => -1)",
    "select credits.list_profiles(page_size => null)",
    f"select credits.move_credits('{PROFILE}', null, 'm', 'a test', 'a test')",
    f"select credits.move_credits(null, '{PROFILE}', 'm', 'a test', 'a test')",
    "select credits.refund_job_many('[]')",
    'select credits.refund_job_many(\'[{"job_id": "x"}]\')',
    "select credits.refund_job_many('[{\"job\": null}]')",
    "select credits.reserve_credits_many(null)",
    f"select credits.grant_addon('{PROFILE}', 5, e'a\\nb')",
    f"select credits.set_alert('{PROFILE}', 5, '{{nonsense}}')",
]


@pytest.mark.parametrize("query", REFUSED)
async def test_a_refusal_says_what_a_single_server_says(shared: Proxied, query: str) -> None:
    opened = f"select credits.open_profile('{PROFILE}', 10, 5)"
    for url in (shared.proxy, shared.shards[0]):
        connection = await asyncpg.connect(url)
        await connection.execute(opened)
        await connection.close()
    assert await told(shared.proxy, query) == await told(shared.shards[0], query)


async def test_a_refusal_keeps_the_connection_to_its_shard(
    shared: Proxied, pool: asyncpg.Pool
) -> None:
    async with pool.acquire() as connection:
        client = Credits(connection)
        profile = uuid4()
        await client.open_profile(profile)
        shard = shared.shards[shard_of(profile, len(shared.shards))]
        other = await asyncpg.connect(shard)
        sessions = (
            "select array_agg(pid order by pid) from pg_stat_activity"
            " where usename = 'credits_proxy' and datname = current_database()"
        )
        before = await other.fetchval(sessions)
        for _ in range(5):
            with pytest.raises(InsufficientCredits):
                await client.reserve_credits(profile, uuid4(), 1)
        assert await other.fetchval(sessions) == before
        await other.close()


async def test_a_refusal_waits_for_no_disk_and_a_call_does(shared: Proxied) -> None:
    connection = await asyncpg.connect(shared.shards[0])
    profile = UUID(int=0)
    while shard_of(profile, 3) != 0:
        profile = uuid4()
    run = "select credits_shard.run('0 of 3', false, $1, '{}')"
    opened = f"credits.open_profile('{profile}', 5)"
    refused = f"credits.reserve_credits('{profile}', '{uuid4()}', 6)"
    for statement, kept in ((opened, "on"), (refused, "off")):
        async with connection.transaction():
            answer = await connection.fetchval(run, statement)
            assert ("error" in answer) == (kept == "off")
            assert await connection.fetchval("show synchronous_commit") == kept
    await connection.close()


async def test_values_of_every_type_arrive_as_they_were_sent(credits_client: Credits) -> None:
    profile = uuid4()
    most = 2**53 - 1
    await credits_client.open_profile(profile, credits_remaining=most)
    start = datetime.now(UTC) - timedelta(microseconds=1)
    renewed = await credits_client.renew_monthly(
        profile, period_start=start, allowance=most, rollover_cap=0
    )
    assert renewed.period_start == start
    job = uuid4()
    meta = {"text": "caf\u00e9 'quoted' \\ \"", "number": 1.5, "none": None, "list": [1, [2]]}
    held = await credits_client.reserve_credits(
        profile, job, 7, meta=meta, hold_for=timedelta(days=1, seconds=2), spender="a'b"
    )
    assert held.hold_expires_at is not None
    read = await credits_client.get_job(job)
    assert meta.items() <= read.meta_json.items()
    assert (read.spender, read.hold_due_at) == ("a'b", held.hold_expires_at)
    alert = await credits_client.set_alert(profile, low_balance=5, kinds=["credits.low"])
    assert list(alert.kinds or []) == ["credits.low"]
    assert (await credits_client.get_statement(profile))[0].kind == "reserve"


async def test_books_are_imported_on_the_shard(credits_client: Credits) -> None:
    profile, job = uuid4(), uuid4()
    at = datetime(2026, 1, 1, tzinfo=UTC)
    imported = await credits_client.import_profile(
        profile,
        7,
        0,
        jobs=[LegacyJob(id=str(job), status="completed", meta_json={"cost": 3}, created_at=at)],
        accept=["history_truncated", "meta_missing"],
    )
    assert imported.profile_id == profile
    damage = await credits_client.check_legacy_profile(
        uuid4(), 7, 0, entries=[LegacyEntry(id="1", ts=at, delta=7)]
    )
    assert damage
    assert await credits_client.check_integrity(profile) == []


async def test_what_concerns_all_profiles_is_asked_of_every_shard(
    credits_client: Credits, shared: Proxied
) -> None:
    profiles = [uuid4() for _ in range(12)]
    assert len({shard_of(each, 3) for each in profiles}) == 3
    reference = f"payment {uuid4()}"
    for each in profiles:
        await credits_client.open_profile(each, credits_remaining=5)
        await credits_client.grant_addon(each, 5, f"{reference} {each}")
    assert await credits_client.check_integrity() == []
    for each in profiles[:3]:
        (found,) = await credits_client.find_grants(f"{reference} {each}")
        assert found.profile_id == each
    balances = await asyncpg.connect(shared.proxy)
    seen = await balances.fetch("select profile_id from credits.balances")
    await balances.close()
    assert {row["profile_id"] for row in seen} >= set(profiles)


async def test_profiles_of_all_shards_are_listed_as_of_one_server(
    credits_client: Credits, shared: Proxied
) -> None:
    opened = [uuid4() for _ in range(9)]
    assert len({shard_of(each, 3) for each in opened}) > 1
    for each in opened:
        await credits_client.open_profile(each, credits_remaining=5)
    on_shards = shared.on_shards("select to_jsonb(p) from credits.list_profiles(null, 1000) p")
    rows: list[Any] = [row for shard in on_shards for (row,) in shard]
    listed = sorted(rows, key=lambda row: str(row["profile_id"]))
    assert {row["profile_id"] for row in listed} >= {str(each) for each in opened}
    for size in (1, 4, 1000):
        found: list[ListedProfile] = []
        while page := await credits_client.list_profiles(
            after_profile_id=found[-1].profile_id if found else None, page_size=size
        ):
            assert len(page) == min(size, len(listed) - len(found))
            found += page
        assert [str(each.profile_id) for each in found] == [row["profile_id"] for row in listed]
    assert [each.available for each in found] == [row["available"] for row in listed]
    changed = [datetime.fromisoformat(str(row["changed_at"])) for row in listed]
    assert [each.changed_at for each in found] == changed


async def test_one_job_id_on_two_shards(credits_client: Credits) -> None:
    first, second, job = UUID(int=0), UUID(int=0), uuid4()
    while shard_of(first, 3) == shard_of(second, 3):
        first, second = uuid4(), uuid4()
    for each in (first, second):
        await credits_client.open_profile(each, credits_remaining=5)
        await credits_client.reserve_credits(each, job, 2)
    with pytest.raises(JobConflict) as caught:
        await credits_client.refund_job(job)
    assert caught.value.detail == {"profiles": 2}
    (answer,) = await credits_client.refund_job_many([{"job_id": job}])
    assert isinstance(answer, JobConflict)
    assert answer.detail == {"profiles": 2}
    assert (await credits_client.refund_job(job, profile_id=first)).monthly_refunded == 2
    assert (await credits_client.get_balance(second)).credits_remaining == 3


async def test_an_id_of_another_system_is_found_though_it_looks_like_one_with_a_hash(
    credits_client: Credits,
) -> None:
    for number in range(6):
        profile = uuid4()
        job = UUID(hex=f"{uuid4().hex[:12]}8{uuid4().hex[13:]}")
        await credits_client.open_profile(profile, credits_remaining=5)
        await credits_client.reserve_credits(profile, job, 2)
        if number % 2:
            assert (await credits_client.refund_job(job)).monthly_refunded == 2
        else:
            (answer,) = await credits_client.refund_job_many([{"job_id": job}])
            assert not isinstance(answer, CreditsError)
    with pytest.raises(JobNotFound):
        await credits_client.refund_job(new_job_id(uuid4()))


async def test_a_move_to_another_shard_is_refused(credits_client: Credits) -> None:
    first, second = UUID(int=0), UUID(int=0)
    while shard_of(first, 3) == shard_of(second, 3):
        first, second = uuid4(), uuid4()
    for each in (first, second):
        await credits_client.open_profile(each, credits_remaining=5)
    with pytest.raises(CreditsError) as caught:
        await credits_client.move_credits(first, second, "move 1", reason="a test", actor="a test")
    assert (caught.value.token, caught.value.http_status) == ("other_shard", 501)
    assert caught.value.detail == {"parameter": "to_profile_id"}
    assert (await credits_client.get_balance(first)).credits_remaining == 5
