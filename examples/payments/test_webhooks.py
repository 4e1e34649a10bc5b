"""What the provider reports, however it arrives: the same buckets every time."""

from __future__ import annotations

import asyncio
import json
import os
import random
import time
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import httpx
import pytest

import housekeeping
from conftest import SECRET, World
from recorded import EVENTS, name_of
from webhooks import TOLERANCE_SECONDS, signature

NAMES = [name_of(file) for file in EVENTS]
SEEDS = range(int(os.environ.get("PAYMENTS_SEEDS", "2")))
#: monthly and addon credits after each report, when they come in order. 100 addon are the trial's.
IN_ORDER = {
    "january_paid": (1_000, 100),
    "january_payment": (1_000, 100),
    "pack_bought": (1_000, 2_100),
    "plan_up": (5_000, 2_100),
    "plan_up_paid": (5_000, 2_100),
    "plan_up_payment": (5_000, 2_100),
    "plan_down": (1_000, 2_100),
    "plan_up_again": (5_000, 2_100),
    "pack_refund": (5_000, 1_600),
    "pack_refund_succeeded": (5_000, 1_600),
    "second_refund": (5_000, 800),
    "second_refund_failed": (5_000, 1_600),
    "pack_disputed": (5_000, 100),
    "pack_dispute_won": (5_000, 1_600),
    "february_paid": (5_000, 1_600),
    "february_payment": (5_000, 1_600),
    "february_disputed": (0, 1_600),
    "february_dispute_lost": (0, 1_600),
    "topup_declined": (0, 1_600),
    "topup_paid": (0, 2_100),
    "subscription_ended": (0, 2_100),
}


async def ask_for_topup(world: World) -> None:
    """The request that the last payment answers."""
    await world.ask("PUT", "/topup", {"below": 150, "amount": 500})
    await housekeeping.answer_events(world.pool)


async def deliver(world: World, names: Sequence[str], chance: random.Random) -> None:
    """Delivers events as a bad network does, until the provider has been told of each that it was
    accepted: in any order, some twice or thrice, some lost, some at the same moment."""
    waiting = [name for name in names for _ in range(chance.choice([1, 1, 2, 3]))]
    chance.shuffle(waiting)
    accepted: set[str] = set()
    for _ in range(1_000):
        if not waiting:
            assert accepted >= set(names)
            return
        sent = [waiting.pop(0) for _ in range(min(len(waiting), chance.choice([1, 1, 1, 2, 4])))]
        lost = [name for name in sent if chance.random() < 0.2]
        waiting += lost
        sent = [name for name in sent if name not in lost]
        answers = await asyncio.gather(*(world.send(world.events[name]) for name in sent))
        for name, answer in zip(sent, answers, strict=True):
            if answer.status_code == 200:
                accepted.add(name)
            else:
                assert answer.status_code in {409, 503}, answer.text  # too early, or too busy
                waiting.insert(chance.randint(0, len(waiting)), name)
    raise AssertionError(f"never accepted: {waiting}")


def test_the_recorded_events_are_those_of_the_table() -> None:
    assert list(IN_ORDER) == NAMES


async def test_in_order_they_do_what_they_say(world: World) -> None:
    await ask_for_topup(world)
    for name, buckets in IN_ORDER.items():
        assert (name, await world.report(name)) == (name, [200])
        assert (name, await world.buckets()) == (name, buckets)


@pytest.mark.parametrize("last", ["plan_up_again", "pack_dispute_won", "topup_paid", NAMES[-1]])
async def test_in_any_order_they_end_with_the_same_buckets(world: World, last: str) -> None:
    names = NAMES[: NAMES.index(last) + 1]
    for seed in SEEDS:
        await world.sign_up(f"{last}{seed}@example.org")
        await ask_for_topup(world)
        await deliver(world, names, random.Random(seed))
        assert (seed, await world.buckets()) == (seed, IN_ORDER[last])
        late = random.Random(seed).choices(names, k=5)
        assert await world.report(*late) == [200] * 5
        assert (seed, await world.buckets()) == (seed, IN_ORDER[last])


async def test_with_jobs_between_them_too(world: World) -> None:
    """A job holds credits of each bucket while they are reported, and most of it fails."""
    ends = set()
    for seed in SEEDS:
        await world.sign_up(f"{seed}@example.org")
        await ask_for_topup(world)
        chance = random.Random(seed)
        first, then = NAMES.index("pack_refund"), NAMES.index("february_disputed")
        await deliver(world, NAMES[:first], chance)
        wish = {"id": str(uuid4()), "pages": 3_000}
        assert (await world.ask("POST", "/jobs", wish)).status_code == 201
        repeated = chance.choices(NAMES[:first], k=3)
        await deliver(world, [*NAMES[first:then], *repeated], chance)
        done = await world.work(f"/jobs/{wish['id']}/done", {"pages": 2_700})
        assert done.status_code == 200
        settled = await world.buckets()
        await deliver(world, [*NAMES[then:-1], *chance.choices(NAMES[:then], k=3)], chance)
        disputed = await world.buckets()
        await world.credits.refund_job(str(wish["id"]))  # as support does it where a job was bad
        await deliver(world, NAMES, chance)
        ends.add((settled, disputed, await world.buckets()))
    assert ends == {((5_000, 1_200), (0, 1_700), (0, 2_100))}


async def test_what_comes_too_early_is_refused_and_changes_nothing(world: World) -> None:
    early = ["pack_refund", "pack_disputed", "plan_up", "plan_up_paid", "topup_paid"]
    assert await world.report(*early) == [409] * 5
    assert await world.buckets() == (0, 100)
    assert await world.report("january_paid") == [200]
    assert await world.report("plan_down") == [409]  # the change before it is missing
    assert await world.buckets() == (1_000, 100)


async def test_a_change_of_plan_for_the_next_month_is_left_to_its_invoice(world: World) -> None:
    await world.report("january_paid")
    event = json.loads(json.dumps(world.events["plan_up"]))
    (item,) = event["data"]["object"]["items"]["data"]
    item["current_period_start"] = item["current_period_end"]
    assert (await world.send(event)).status_code == 200
    assert await world.buckets() == (1_000, 100)


async def test_a_change_of_plan_that_comes_before_its_month_is_refused(world: World) -> None:
    await world.report("january_paid", "plan_up")
    event = json.loads(json.dumps(world.events["plan_down"]))
    for subscription in (event["data"]["object"], event["data"]["previous_attributes"]):
        subscription["items"]["data"][0]["current_period_start"] = 1769904000  # February
    assert (await world.send(event)).status_code == 404
    assert await world.report("february_paid") == [200]
    assert (await world.send(event)).status_code == 200
    assert await world.buckets() == (1_000, 100)


async def test_a_second_invoice_of_a_month_changes_no_plan(world: World) -> None:
    await world.report("january_paid", "plan_up")
    again = json.loads(json.dumps(world.events["january_paid"]))
    again["data"]["object"]["id"] = "in_another"
    assert (await world.send(again)).status_code == 200
    assert await world.report("plan_down") == [200]
    assert await world.buckets() == (1_000, 100)


async def test_a_part_of_a_payment_takes_its_part_rounded_up(world: World) -> None:
    """2,000 credits for 30.00: a cent is two thirds of a credit."""
    checkout = json.loads(json.dumps(world.events["pack_bought"]))
    checkout["data"]["object"]["amount_total"] = 3_000
    await world.send(checkout)
    for number, (cents, left) in enumerate([(1, 2_099), (1_999, 766), (1_000, 100)]):
        event = json.loads(json.dumps(world.events["pack_refund"]))
        event["data"]["object"].update(id=f"re_{number}", amount=cents)
        await world.send(event)
        assert (await world.buckets())[1] == left


async def test_a_warning_takes_nothing_until_it_is_a_dispute(world: World) -> None:
    await world.report("pack_bought")
    event = json.loads(json.dumps(world.events["pack_disputed"]))
    for status, left in (
        ("warning_needs_response", 2_100),
        ("needs_response", 600),
        ("under_review", 600),
        ("lost", 600),
    ):
        event["data"]["object"]["status"] = status
        assert (await world.send(event)).status_code == 200
        assert (await world.buckets())[1] == left


async def test_what_nobody_asked_for_is_accepted(world: World) -> None:
    event = {"id": "evt_1", "type": "customer.created", "data": {"object": {}}}
    assert (await world.send(event)).json() == {"received": "evt_1"}
    one_off = json.loads(json.dumps(world.events["january_paid"]))
    one_off["data"]["object"]["parent"] = None
    checkout = json.loads(json.dumps(world.events["pack_bought"]))
    checkout["data"]["object"]["payment_status"] = "unpaid"
    for event in (one_off, checkout):
        assert (await world.send(event)).status_code == 200
    assert await world.buckets() == (0, 100)


async def post_signed(world: World, header: str | None) -> httpx.Response:
    headers = {} if header is None else {"stripe-signature": header}
    body = json.dumps(world.events["january_paid"]).encode()
    return await world.http.post("/webhooks/payments", content=body, headers=headers)


async def test_only_the_provider_is_believed(world: World) -> None:
    body = json.dumps(world.events["january_paid"]).encode()
    now = int(time.time())

    def header(at: int, secret: str = SECRET, signed: Any = body) -> str:
        return f"t={at},v1={signature(secret, str(at), signed)}"

    for wrong in (
        None,
        "",
        "v1=00",
        f"t={now}",
        f"t={now},v1={'0' * 64}",
        header(now, secret="another"),
        header(now, signed=body + b" "),
        header(now - TOLERANCE_SECONDS - 2),
        header(now + TOLERANCE_SECONDS + 2),
        header(now).replace(f"t={now}", f"t={now - 1}"),
        header(now).replace("v1=", "v0="),
    ):
        assert (wrong, (await post_signed(world, wrong)).status_code) == (wrong, 400)
    assert await world.buckets() == (0, 100)
    # While a secret is changed, there are two signatures.
    both = f"t={now},v1={'0' * 64},{header(now).partition(',')[2]}"
    assert (await post_signed(world, both)).status_code == 200
    assert await world.buckets() == (1_000, 100)
