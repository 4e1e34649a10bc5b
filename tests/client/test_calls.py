"""Each method answers what its function answers, as a dataclass."""

import json
from uuid import uuid4

import asyncpg
import pytest

from pgcredits import Credits, LedgerEntry, __version__

SCENARIOS = [
    pytest.param(2000, 5000, 1500, 1500, 0, id="monthly covers it"),
    pytest.param(500, 5000, 2000, 500, 1500, id="addon covers the rest"),
    pytest.param(0, 10000, 3000, 0, 3000, id="only addon"),
    pytest.param(1000, 2000, 1500, 1000, 500, id="both"),
]


@pytest.mark.parametrize(("monthly", "addon", "cost", "from_monthly", "from_addon"), SCENARIOS)
@pytest.mark.parametrize("give_back", ["refund_job", "rollback_reservation"])
async def test_a_job_takes_from_both_buckets_and_gives_back_to_both(
    credits_client: Credits,
    monthly: int,
    addon: int,
    cost: int,
    from_monthly: int,
    from_addon: int,
    give_back: str,
) -> None:
    profile_id, job_id = uuid4(), uuid4()
    opened = await credits_client.open_profile(
        profile_id, credits_remaining=monthly, addon_credits=addon
    )

    reservation = await credits_client.reserve_credits(profile_id, job_id, cost)
    assert (reservation.monthly_deducted, reservation.addon_deducted) == (from_monthly, from_addon)
    assert reservation.previous_balance == monthly + addon
    assert reservation.new_balance == monthly + addon - cost
    taken = await credits_client.get_balance(profile_id)
    assert (taken.credits_remaining, taken.addon_credits) == (
        monthly - from_monthly,
        addon - from_addon,
    )

    refund = await getattr(credits_client, give_back)(job_id)
    assert (refund.monthly_refunded, refund.addon_refunded) == (from_monthly, from_addon)
    balance = await credits_client.get_balance(profile_id)
    assert (balance.credits_remaining, balance.addon_credits) == (
        opened.credits_remaining,
        opened.addon_credits,
    )


async def test_ids_may_be_strings(credits_client: Credits) -> None:
    profile_id, job_id = uuid4(), uuid4()
    await credits_client.open_profile(str(profile_id), credits_remaining=10)
    reservation = await credits_client.reserve_credits(str(profile_id), str(job_id), 3)
    assert (reservation.profile_id, reservation.job_id) == (profile_id, job_id)
    refund = await credits_client.refund_job(str(job_id), profile_id=str(profile_id))
    assert refund.amount == 3


async def test_parts_are_refunded_under_their_own_keys(credits_client: Credits) -> None:
    profile_id, job_id = uuid4(), uuid4()
    await credits_client.open_profile(profile_id, credits_remaining=500, addon_credits=5000)
    await credits_client.reserve_credits(profile_id, job_id, 2000)
    first = await credits_client.refund_job(job_id, amount=1600, refund_id="part-1")
    assert (first.monthly_refunded, first.addon_refunded, first.state) == (100, 1500, "reserved")
    again = await credits_client.refund_job(job_id, amount=1600, refund_id="part-1")
    assert (again.replayed, again.seq, again.amount) == (True, first.seq, 1600)
    rest = await credits_client.refund_job(job_id, reason="cancelled by the customer")
    assert (rest.monthly_refunded, rest.addon_refunded, rest.state) == (400, 0, "refunded")


async def test_a_grant_is_made_once(credits_client: Credits) -> None:
    profile_id = uuid4()
    await credits_client.open_profile(profile_id)
    first = await credits_client.grant_addon(profile_id, 700, "order-1", reason="welcome")
    again = await credits_client.grant_addon(profile_id, 700, "order-1")
    assert (first.previous_balance, first.new_balance, first.replayed) == (0, 700, False)
    assert (again.previous_balance, again.new_balance, again.replayed) == (0, 700, True)
    assert (await credits_client.get_balance(profile_id)).addon_credits == 700


async def test_a_statement_is_paged_without_gap_or_repeat(credits_client: Credits) -> None:
    profile_id = uuid4()
    await credits_client.open_profile(profile_id)
    for number in range(6):
        await credits_client.grant_addon(profile_id, 1, f"order-{number}")
    entries: list[LedgerEntry] = []
    while page := await credits_client.get_statement(
        profile_id, page_size=3, before_seq=entries[-1].seq if entries else None
    ):
        entries += page
    assert [entry.seq for entry in entries] == [7, 6, 5, 4, 3, 2, 1]
    assert entries[0].reason == "addon grant: order-5 (addon: +1)"
    assert entries[0].ts.tzinfo is not None


@pytest.mark.parametrize("codec", ["none", "callers own"])
async def test_metadata_is_stored_as_given_whatever_codec_the_connection_has(
    pool: asyncpg.Pool, codec: str
) -> None:
    profile_id, job_id = uuid4(), uuid4()
    meta = {"model": "größer", "nested": {"list": [1, None, True]}, "quote": "'; drop table x; --"}
    async with pool.acquire() as connection:
        if codec == "callers own":
            await connection.set_type_codec(
                "jsonb", encoder=json.dumps, decoder=json.loads, schema="pg_catalog"
            )
        client = Credits(connection)
        await client.open_profile(profile_id, credits_remaining=10)
        await client.reserve_credits(profile_id, job_id, 4, meta=meta)
        for key, value in meta.items():
            assert await connection.fetchval(
                "select j.meta_json -> $2 = $3::text::jsonb from credits.jobs j where j.id = $1",
                job_id,
                key,
                json.dumps(value),
            )


async def test_it_works_on_a_connection_as_on_a_pool(pool: asyncpg.Pool) -> None:
    profile_id = uuid4()
    async with pool.acquire() as connection:
        await Credits(connection).open_profile(profile_id, credits_remaining=5)
    assert (await Credits(pool).get_balance(profile_id)).available == 5


# As a migration does with the functions that name every attribute of an answer.
NEWER_ANSWERS = r"""
do $$
declare
  v_function text;
begin
  for v_function in
    select regexp_replace(pg_get_functiondef(p.oid),
                          '\n *\)::credits\.(balance|reservation|refund|grant_result)',
                          ', null)::credits.\1', 'g')
      from pg_proc p
     where p.pronamespace = 'credits'::regnamespace
       and p.prosrc ~ '\)::credits\.(balance|reservation|refund|grant_result)'
  loop
    execute v_function;
  end loop;
end
$$
"""


async def test_a_newer_schema_with_more_columns_changes_nothing_for_this_client(
    pool: asyncpg.Pool,
) -> None:
    for name in ("balance", "reservation", "refund", "grant_result"):
        await pool.execute(f"alter type credits.{name} add attribute newer text")
    await pool.execute("alter table credits.ledger add column newer text")
    await pool.execute(NEWER_ANSWERS)
    client = Credits(pool)
    profile_id, job_id = uuid4(), uuid4()
    await client.open_profile(profile_id, credits_remaining=5)
    await client.grant_addon(profile_id, 5, "order-1")
    assert (await client.reserve_credits(profile_id, job_id, 7)).addon_deducted == 2
    assert (await client.reserve_credits(profile_id, job_id, 7)).addon_deducted == 2
    assert (await client.refund_job(job_id)).addon_refunded == 2
    assert len(await client.get_statement(profile_id)) == 4


async def test_the_schema_says_its_version(credits_client: Credits) -> None:
    assert await credits_client.schema_version() == __version__
