"""What a customer does, and what it costs."""

from __future__ import annotations

import json
import math
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

import housekeeping
from app import HOLD_FOR, TRIAL_TIME
from conftest import WORKER_KEY, World
from pgcredits.fastapi import Refusal
from pgcredits.testing import Clock

# What the worker reports of a job.
REPORTS = (("heartbeat", None), ("done", {"pages": 5}), ("failed", None))


def new_job(pages: int) -> tuple[str, dict[str, Any]]:
    """The path of a new job, and the wish that begins it."""
    job_id = str(uuid4())
    return f"/jobs/{job_id}", {"id": job_id, "pages": pages}


async def states(world: World) -> list[str]:
    rows = await world.pool.fetch("select state from jobs order by id")
    return [row["state"] for row in rows]


async def test_what_signing_up_gives_ends_after_14_days(world: World, credits_clock: Clock) -> None:
    assert await world.buckets() == (0, 100)
    credits_clock.move(TRIAL_TIME - timedelta(minutes=1))
    assert await world.buckets() == (0, 100)
    credits_clock.move(timedelta(minutes=1))
    assert await world.buckets() == (0, 0)


async def test_an_address_signs_up_once(world: World) -> None:
    answer = await world.http.post("/signup", json={"email": "ada@example.org"})
    assert answer.status_code == 409
    assert await world.pool.fetchval("select count(*) from credits.profiles") == 1


async def test_the_trial_is_spent_before_the_month(world: World) -> None:
    await world.report("january_paid")
    path, wish = new_job(60)
    assert (await world.ask("POST", "/jobs", wish)).status_code == 201
    assert await world.buckets() == (980, 0)
    assert (await world.work(f"{path}/failed")).json()["state"] == "failed"
    assert await world.buckets() == (1_000, 100)
    assert await states(world) == ["failed"]


async def test_a_job_costs_what_was_read_in_the_end(world: World) -> None:
    path, wish = new_job(40)
    begun = await world.ask("POST", "/jobs", wish)
    assert begun.json() == {"id": wish["id"], "state": "running", "credits": 80, "available": 20}
    done = await world.work(f"{path}/done", {"pages": 25})
    told = {"id": wish["id"], "state": "done", "credits": 50, "shortfall": 0, "available": 50}
    assert done.json() == told
    again = await world.work(f"{path}/done", {"pages": 25})
    assert again.json()["available"] == 50
    assert await states(world) == ["done"]


async def test_a_request_that_is_sent_again_begins_nothing_new(world: World) -> None:
    path, wish = new_job(40)
    assert await world.ask("POST", "/jobs", wish) is not None
    assert (await world.ask("POST", "/jobs", wish)).json()["available"] == 20
    await world.work(f"{path}/done", {"pages": 40})
    assert (await world.ask("POST", "/jobs", wish)).json()["state"] == "done"
    assert await world.pool.fetchval("select count(*) from jobs") == 1


async def test_a_job_without_credits_is_answered_402_and_leaves_no_row(world: World) -> None:
    _, wish = new_job(51)
    answer = await world.ask("POST", "/jobs", wish)
    assert answer.status_code == 402
    refusal = Refusal.model_validate(answer.json())
    assert refusal.token == "insufficient_credits"
    assert refusal.detail == {"required": 102, "available": 100, "monthly": 0, "addon": 100}
    assert await states(world) == []


async def test_a_job_that_gives_signs_of_life_keeps_its_credits(
    world: World, credits_clock: Clock
) -> None:
    path, wish = new_job(40)
    await world.ask("POST", "/jobs", wish)
    for _ in range(3):
        credits_clock.move(HOLD_FOR - timedelta(minutes=1))
        assert (await world.work(f"{path}/heartbeat")).status_code == 204
    assert await world.buckets() == (0, 20)


async def test_a_job_that_died_gives_them_back_and_its_row_knows(
    world: World, credits_clock: Clock
) -> None:
    path, wish = new_job(40)
    await world.ask("POST", "/jobs", wish)
    credits_clock.move(HOLD_FOR)
    assert await world.buckets() == (0, 100)
    for _ in range(2):
        await housekeeping.expire(world.pool)
        await housekeeping.answer_events(world.pool)
        assert await states(world) == ["expired"]
    open_events = "select count(*) from credits.events where finished_at is null"
    assert await world.pool.fetchval(open_events) == 0
    answer = await world.work(f"{path}/heartbeat")
    assert (answer.status_code, answer.json()["token"]) == (409, "wrong_state")


async def test_an_id_that_is_a_job_of_somebody_else_is_taken(world: World) -> None:
    _, wish = new_job(10)
    await world.ask("POST", "/jobs", wish)
    owner = world.key
    await world.sign_up("bob@example.org")
    taken = await world.ask("POST", "/jobs", wish)
    assert (taken.status_code, taken.json()["token"]) == (409, "job_conflict")
    assert (await world.ask("GET", "/balance", key=owner)).json()["held"] == 20
    assert await states(world) == ["running"]


async def test_the_worker_alone_says_what_becomes_of_a_job(world: World) -> None:
    path, wish = new_job(10)
    await world.ask("POST", "/jobs", wish)
    for action, body in REPORTS:
        stranger = await world.http.post(f"{path}/{action}", json=body)
        assert (action, stranger.status_code) == (action, 401)
        for key in (world.key, "ä"):
            headers = {b"authorization": f"Bearer {key}".encode()}
            answer = await world.http.post(f"{path}/{action}", json=body, headers=headers)
            assert (action, key, answer.status_code) == (action, key, 403)
        unknown = await world.work(f"/jobs/{uuid4()}/{action}", body)
        assert (action, unknown.status_code) == (action, 404)
    assert await states(world) == ["running"]
    assert await world.buckets() == (0, 80)


async def test_a_job_that_ended_ends_in_no_other_way(world: World) -> None:
    ended = {}
    for (action, body), (other, other_body) in (REPORTS[1:], REPORTS[:0:-1]):
        path, wish = new_job(10)
        await world.ask("POST", "/jobs", wish)
        assert (await world.work(f"{path}/{action}", body)).status_code == 200
        assert (await world.work(f"{path}/{other}", other_body)).status_code == 409
        assert (await world.work(f"{path}/{action}", body)).status_code == 200
        ended[wish["id"]] = action
    assert await states(world) == [ended[job_id] for job_id in sorted(ended)]
    assert await world.buckets() == (0, 90)


async def test_a_job_that_is_dearer_than_what_is_left_says_so(world: World) -> None:
    path, wish = new_job(10)
    await world.ask("POST", "/jobs", wish)
    done = await world.work(f"{path}/done", {"pages": 60})
    told = {"id": wish["id"], "state": "done", "credits": 120, "shortfall": 20, "available": 0}
    assert done.json() == told


async def test_a_key_spends_no_more_than_its_limit_a_day(
    world: World, credits_clock: Clock
) -> None:
    await world.report("january_paid")
    made = await world.ask("POST", "/keys", {"name": "robot", "daily_limit": 100})
    robot = made.json()["key"]
    assert (await world.ask("POST", "/jobs", new_job(40)[1], key=robot)).status_code == 201
    answer = await world.ask("POST", "/jobs", new_job(11)[1], key=robot)
    assert (answer.status_code, answer.json()["token"]) == (402, "limit_exceeded")
    assert answer.json()["detail"]["remaining"] == 20
    assert (await world.ask("POST", "/jobs", new_job(11)[1])).status_code == 201
    credits_clock.move(timedelta(days=1))
    assert (await world.ask("POST", "/jobs", new_job(11)[1], key=robot)).status_code == 201


async def test_a_key_with_a_limit_makes_no_key_without_one(world: World) -> None:
    made = await world.ask("POST", "/keys", {"name": "robot", "daily_limit": 0})
    robot = made.json()["key"]
    assert (await world.ask("POST", "/keys", {"name": "x"}, key=robot)).status_code == 403
    assert (await world.ask("POST", "/keys", {"name": "robot"})).status_code == 409
    assert (await world.ask("POST", "/keys", {"name": "owner"})).status_code == 409


@pytest.mark.parametrize("key", ["", "nobody's"])
async def test_a_stranger_is_answered_401(world: World, key: str) -> None:
    headers = {"authorization": f"Bearer {key}"} if key else {}
    answer = await world.http.get("/balance", headers=headers)
    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/signup", {"email": "ada"}),
        ("/signup", {"email": "ada@example\0.org"}),
        ("/signup", {"email": "ada@example.org\n"}),
        ("/signup", {"email": "ada\ud800@example.org"}),
        ("/keys", {"name": " "}),
        ("/keys", {"name": "ro\0bot"}),
        ("/keys", {"name": "robot\n", "daily_limit": 1}),
        ("/keys", {"name": "ro\u2028bot", "daily_limit": 1}),
        ("/jobs", {"id": str(UUID(int=1)), "pages": 2**31}),
        ("/jobs", {"id": str(UUID(int=1)), "pages": math.nan}),
        (f"/jobs/{UUID(int=1)}/done", {"pages": 2**31}),
    ],
)
async def test_what_no_column_takes_is_answered_422(world: World, path: str, body: Any) -> None:
    key = WORKER_KEY if path.endswith("/done") else world.key
    sent = json.dumps(body)  # httpx would not send NaN
    headers = {"authorization": f"Bearer {key}", "content-type": "application/json"}
    answer = await world.http.post(path, content=sent, headers=headers)
    assert answer.status_code == 422, answer.text


async def test_low_credits_ask_for_a_payment_once_and_it_is_granted_once(world: World) -> None:
    asked = []

    async def charge(reference: str, *_: Any) -> None:
        asked.append(reference)

    await world.ask("PUT", "/topup", {"below": 50, "amount": 500})
    await world.ask("POST", "/jobs", new_job(30)[1])
    for _ in range(2):
        await housekeeping.answer_events(world.pool)
        await housekeeping.charge_topups(world.pool, charge)
    assert asked == [f"topup-{world.account_id}-1"]
    assert await world.report("topup_declined", "topup_paid", "topup_paid") == [200] * 3
    assert await world.buckets() == (0, 540)


async def test_a_charge_that_fails_is_asked_for_again_under_the_same_reference(
    world: World,
) -> None:
    asked = []

    async def charge(reference: str, *_: Any) -> None:
        asked.append(reference)
        if len(asked) == 1:
            raise OSError("The provider cannot be reached.")

    await world.ask("PUT", "/topup", {"below": 150, "amount": 500})
    await housekeeping.answer_events(world.pool)
    with pytest.raises(OSError, match="reached"):
        await housekeeping.charge_topups(world.pool, charge)
    await housekeeping.charge_topups(world.pool, charge)
    assert asked == [f"topup-{world.account_id}-1"] * 2
