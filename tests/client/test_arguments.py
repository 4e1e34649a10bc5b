"""What asyncpg would bend or choke on is refused before anything is sent."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from pgcredits import Credits, InvalidArgument

WRONG_AMOUNTS = [
    1.5,
    2.0,
    Decimal("1.5"),
    True,
    float("nan"),
    float("inf"),
    "5",
    2**63,
    -(2**63) - 1,
]


class NothingIsSent:
    """An executor that fails the test when it is used."""

    async def fetch(self, query: str, *args: Any) -> Any:
        pytest.fail(f"sent {args}")


@pytest.fixture
def client() -> Credits:
    return Credits(NothingIsSent())


@pytest.mark.parametrize("amount", WRONG_AMOUNTS, ids=repr)
async def test_an_amount_that_is_no_whole_number_is_refused(client: Credits, amount: Any) -> None:
    calls = [
        client.open_profile(uuid4(), credits_remaining=amount),
        client.open_profile(uuid4(), addon_credits=amount),
        client.grant_addon(uuid4(), amount, "order-1"),
        client.reserve_credits(uuid4(), uuid4(), amount),
        client.refund_job(uuid4(), amount=amount, refund_id="part-1"),
        client.get_statement(uuid4(), before_seq=amount),
        client.get_statement(uuid4(), page_size=amount),
        client.list_grants(uuid4(), before_seq=amount),
        client.list_jobs(uuid4(), page_size=amount),
        client.list_profiles(page_size=amount),
        client.preview_reserve(uuid4(), amount),
        client.set_alert(uuid4(), low_balance=amount),
        client.set_topup(uuid4(), amount, 5),
        client.set_topup(uuid4(), 5, amount),
        client.set_topup(uuid4(), 5, 5, a_month=amount),
        client.watch_profiles(batch_size=amount),
        client.check_profiles(batch_size=amount),
        client.claim_events(max_events=amount),
        client.set_limit(uuid4(), None, "day", amount, reason="r", actor="a"),
    ]
    for call in calls:
        with pytest.raises(InvalidArgument) as caught:
            await call
        assert (caught.value.token, caught.value.sqlstate) == ("invalid_amount", "PT400")
        assert caught.value.hint


@pytest.mark.parametrize("wrong", ["", "not a uuid", 5, b"x" * 16], ids=repr)
async def test_an_id_that_is_no_uuid_is_refused(client: Credits, wrong: Any) -> None:
    calls = [
        client.open_profile(wrong),
        client.get_balance(wrong),
        client.grant_addon(wrong, 1, "order-1"),
        client.reserve_credits(wrong, uuid4(), 1),
        client.reserve_credits(uuid4(), wrong, 1),
        client.refund_job(wrong),
        client.refund_job(uuid4(), profile_id=wrong),
        client.rollback_reservation(wrong),
        client.rollback_reservation(uuid4(), profile_id=wrong),
        client.get_statement(wrong),
        client.get_profile(wrong),
        client.get_limits(wrong),
        client.set_limit(wrong, None, "day", 1, reason="r", actor="a"),
        client.get_job(wrong),
        client.list_jobs(uuid4(), before_job_id=wrong),
        client.list_profiles(after_profile_id=wrong),
        client.set_alert(wrong),
        client.set_topup(wrong, 5, 5),
        client.decline_topup(wrong, "topup-1"),
        client.watch_profiles(after_id=wrong),
        client.check_profiles(after_id=wrong),
        client.usage(wrong),
    ]
    for call in calls:
        with pytest.raises(InvalidArgument, match="UUID"):
            await call


@pytest.mark.parametrize("wrong", ["a\0b", "\ud800", 5, b"x"], ids=repr)
async def test_text_that_postgresql_cannot_hold_is_refused(client: Credits, wrong: Any) -> None:
    calls = [
        client.grant_addon(uuid4(), 1, wrong),
        client.grant_addon(uuid4(), 1, "order-1", reason=wrong),
        client.refund_job(uuid4(), amount=1, refund_id=wrong),
        client.refund_job(uuid4(), reason=wrong),
        client.decline_topup(uuid4(), wrong),
        client.set_alert(uuid4(), kinds=[wrong]),
        client.finish_events([wrong]),
        client.fail_events([wrong], "why"),
        client.fail_events(["id"], wrong),
    ]
    for call in calls:
        with pytest.raises(InvalidArgument) as caught:
            await call
        assert caught.value.token == "invalid_reference"


@pytest.mark.parametrize("wrong", [datetime(2026, 5, 1), "2026-05-01", 5], ids=repr)
async def test_a_moment_without_a_time_zone_is_refused(client: Credits, wrong: Any) -> None:
    calls = [
        client.grant_addon(uuid4(), 1, "order-1", expires_at=wrong),
        client.renew_monthly(uuid4(), wrong, 100),
        client.change_allowance(uuid4(), wrong, 100, "plan-1"),
        client.balance_at(uuid4(), wrong),
        client.check_profiles(changed_since=wrong),
    ]
    for call in calls:
        with pytest.raises(InvalidArgument, match="time zone") as caught:
            await call
        assert caught.value.token == "invalid_interval"


@pytest.mark.parametrize(
    "wrong",
    [
        datetime.max.replace(tzinfo=timezone(timedelta(hours=-12))),
        datetime.min.replace(tzinfo=timezone(timedelta(hours=12))),
    ],
    ids=repr,
)
async def test_a_moment_outside_of_the_years_1_to_9999_is_refused(
    client: Credits, wrong: datetime
) -> None:
    calls = [
        client.grant_addon(uuid4(), 1, "order-1", expires_at=wrong),
        client.renew_monthly(uuid4(), wrong, 100),
        client.change_allowance(uuid4(), wrong, 100, "plan-1"),
        client.balance_at(uuid4(), wrong),
    ]
    for call in calls:
        with pytest.raises(InvalidArgument, match="the years 1 to 9999") as caught:
            await call
        assert caught.value.token == "invalid_interval"


@pytest.mark.parametrize("meta", [{"a": float("nan")}, {"a": b"x"}, {"a": {1, 2}}], ids=repr)
async def test_metadata_that_is_no_json_is_refused(client: Credits, meta: Any) -> None:
    with pytest.raises(InvalidArgument) as caught:
        await client.reserve_credits(uuid4(), uuid4(), 1, meta=meta)
    assert caught.value.token == "invalid_metadata"


async def test_a_missing_value_is_refused_by_the_database(credits_client: Credits) -> None:
    profile_id: Any = None
    with pytest.raises(InvalidArgument) as caught:
        await credits_client.get_balance(profile_id)
    assert caught.value.token == "missing_argument"
    assert caught.value.detail == {"parameter": "profile_id"}
