"""create_job, fail_job and finish_job: the credits and the row in public.jobs, or neither."""

from __future__ import annotations

import asyncio
import json
from uuid import uuid4

import asyncpg
import pytest
from supabase_project import ADA, BEN, Rest

JOBS = "select count(*) from jobs where user_id = $1"
COLUMNS = "select credits_remaining, addon_credits from profiles where id = $1"


async def columns(service: Rest) -> tuple[int, int]:
    ((monthly, addon),) = await service.table(COLUMNS, ADA)
    return monthly, addon


async def test_a_request_that_is_sent_again_charges_once(service: Rest) -> None:
    request = {"user_id": ADA, "cost": 2000, "job_id": str(uuid4()), "meta": {"prompt": "a poem"}}
    jobs = await asyncio.gather(*(service.rpc("create_job", request) for _ in range(5)))
    assert all(job == jobs[0] for job in jobs)
    assert await columns(service) == (0, 3500)
    failed = {"job_id": jobs[0]["id"], "reason": "the worker died"}
    rows = await asyncio.gather(*(service.rpc("fail_job", failed) for _ in range(5)))
    assert all(row == rows[0] for row in rows)
    assert await columns(service) == (500, 5000)


async def test_many_at_once_take_what_there_is_and_no_more(service: Rest) -> None:
    answers = await asyncio.gather(
        *(service.rpc("create_job", {"user_id": ADA, "cost": 500}) for _ in range(14)),
        return_exceptions=True,
    )
    made = [answer for answer in answers if isinstance(answer, dict)]
    refused = [answer for answer in answers if isinstance(answer, asyncpg.PostgresError)]
    assert (len(made), len(refused)) == (11, 3)
    assert {error.sqlstate for error in refused} == {"PT402"}
    assert await columns(service) == (0, 0)
    assert (await service.table(JOBS, ADA))[0][0] == 11


async def test_a_job_whose_row_cannot_be_written_costs_nothing(service: Rest) -> None:
    job = uuid4()
    await service.table("insert into jobs (id, user_id) values ($1, $2)", job, BEN)
    with pytest.raises(asyncpg.NoDataFoundError):  # the id is that of another customer's job
        await service.rpc("create_job", {"user_id": ADA, "cost": 5, "job_id": str(job)})
    assert await columns(service) == (500, 5000)


async def test_a_job_that_is_done_costs_what_it_costs(service: Rest) -> None:
    job = await service.rpc("create_job", {"user_id": ADA, "cost": 2000})
    done = await service.rpc("finish_job", {"job_id": job["id"], "actual_cost": 1400})
    assert done["status"] == "done"
    assert done["meta_json"] == {
        "credit_cost": 1400,
        "credits_deducted": True,
        "monthly_deducted": 500,
        "addon_deducted": 900,
    }
    assert await columns(service) == (0, 4100)
    failed = await service.rpc("create_job", {"user_id": ADA, "cost": 1})
    await service.rpc("fail_job", {"job_id": failed["id"]})
    with pytest.raises(asyncpg.PostgresError, match="wrong_state"):
        await service.rpc("finish_job", {"job_id": failed["id"]})


async def test_a_message_that_comes_late_refunds_no_job_that_succeeded(service: Rest) -> None:
    """Red before: the job was refunded."""
    job = await service.rpc("create_job", {"user_id": ADA, "cost": 2000})
    for cost in (None, 1400):
        done = await service.rpc("finish_job", {"job_id": job["id"], "actual_cost": cost})
        before = await columns(service)
        with pytest.raises(asyncpg.PostgresError, match="wrong_state") as refusal:
            await service.rpc("fail_job", {"job_id": job["id"], "reason": "late"})
        assert (refusal.value.sqlstate, refusal.value.detail) == ("PT409", '{"status": "done"}')
        assert await columns(service) == before
        rows = await service.table("select to_jsonb(j)::text from jobs j where id = $1", job["id"])
        assert json.loads(rows[0][0])["status"] == done["status"] == "done"
        job = await service.rpc("create_job", {"user_id": ADA, "cost": 2000})
    # What somebody decides to give back is another call, and a message after it changes nothing.
    await service.table("select credits.refund_job($1)", done["id"])
    before = await columns(service)
    with pytest.raises(asyncpg.PostgresError, match="wrong_state"):
        await service.rpc("fail_job", {"job_id": done["id"]})
    assert await columns(service) == before


async def test_of_a_failure_and_a_success_at_once_one_counts(service: Rest) -> None:
    for _ in range(5):
        job = await service.rpc("create_job", {"user_id": ADA, "cost": 100})
        before = await columns(service)
        answers = await asyncio.gather(
            service.rpc("finish_job", {"job_id": job["id"]}),
            service.rpc("fail_job", {"job_id": job["id"]}),
            return_exceptions=True,
        )
        (made,) = [answer for answer in answers if isinstance(answer, dict)]
        (late,) = [answer for answer in answers if isinstance(answer, asyncpg.PostgresError)]
        assert late.sqlstate == "PT409"
        back = sum(await columns(service)) - sum(before)
        assert back == (100 if made["status"] == "failed" else 0)


async def test_a_job_that_the_old_application_refunded_gives_nothing_back_again(
    service: Rest,
) -> None:
    job = "cccccccc-cccc-4ccc-8ccc-cccccccccccc"
    await service.rpc("fail_job", {"job_id": job})
    ((monthly, addon),) = await service.table(COLUMNS, "33333333-3333-4333-8333-333333333333")
    assert (monthly, addon) == (2000, 3500)
