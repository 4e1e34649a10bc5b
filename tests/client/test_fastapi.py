"""pgcredits.fastapi: what a web service answers, and when its transaction commits."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest
from fastapi import FastAPI

from pgcredits import (
    Credits,
    CreditsError,
    InvalidArgument,
    LegacyDamage,
    LockTimeout,
    OutcomeUnknown,
    ProfileClosed,
)
from pgcredits.fastapi import (
    REFUSALS,
    Client,
    Refusal,
    Transaction,
    answer_refusals,
    lifespan,
)

RAISED: dict[str, Exception] = {
    "400": InvalidArgument("invalid_amount", sqlstate="PT400", detail={"value": -1}, hint="Give."),
    "410": ProfileClosed("profile_closed", sqlstate="PT410", hint="It was closed."),
    "413": InvalidArgument("batch_too_large", sqlstate="PT413", detail={"elements": 10_001}),
    "422": LegacyDamage("legacy_damage", sqlstate="PT422", detail={"negative": 2}),
    "503": LockTimeout("lock_timeout", sqlstate="55P03", hint="Make the same call again."),
}


def application(url: str) -> FastAPI:
    app = FastAPI(lifespan=lifespan(url, min_size=1, max_size=2))
    answer_refusals(app)

    @app.post("/reserve/{job_id}", responses=REFUSALS)
    async def reserve(client: Client, profile_id: UUID, job_id: UUID, cost: int) -> int:
        return (await client.reserve_credits(profile_id, job_id, cost)).new_balance

    @app.post("/settle/{job_id}")
    async def settle(client: Client, job_id: UUID, cost: int) -> int:
        return (await client.settle_job(job_id, cost)).new_balance

    @app.post("/jobs/{job_id}")
    async def start(
        connection: Transaction, profile_id: UUID, job_id: UUID, cost: int, copies: int = 1
    ) -> int:
        for _ in range(copies):  # two of one id are refused by the constraint, at the commit
            await connection.execute("insert into jobs values ($1)", job_id)
        return (await Credits(connection).reserve_credits(profile_id, job_id, cost)).new_balance

    @app.get("/raise/{status}")
    async def refuse(status: str) -> None:
        raise RAISED[status]

    @app.get("/unknown")
    async def unknown() -> None:
        raise OutcomeUnknown("reserve_credits", {"job_id": uuid4()}, OSError("gone"))

    return app


@pytest.fixture
async def service(db_url: str) -> AsyncIterator[httpx.AsyncClient]:
    app = application(db_url)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url="http://app"
        ) as client,
    ):
        yield client


@pytest.fixture
async def connection(db_url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(db_url)
    await connection.execute(
        "create table jobs (id uuid unique deferrable initially deferred not null)"
    )
    yield connection
    await connection.close()


@pytest.fixture
async def profile_id(connection: asyncpg.Connection) -> UUID:
    profile_id = uuid4()
    await Credits(connection).open_profile(profile_id, credits_remaining=100)
    return profile_id


async def test_a_refusal_is_answered_with_its_status_token_detail_and_hint(
    service: httpx.AsyncClient, profile_id: UUID
) -> None:
    answer = await service.post(
        f"/reserve/{uuid4()}", params={"profile_id": str(profile_id), "cost": 101}
    )
    assert answer.status_code == 402
    assert answer.json() == {
        "token": "insufficient_credits",
        "detail": {"required": 101, "available": 100, "monthly": 100, "addon": 0},
        "hint": answer.json()["hint"],
    }
    assert Refusal.model_validate(answer.json()).hint
    assert "retry-after" not in answer.headers


async def test_refusals_of_the_database_have_the_status_of_their_class(
    service: httpx.AsyncClient, profile_id: UUID
) -> None:
    job_id, of = uuid4(), {"profile_id": str(profile_id)}
    assert (await service.post(f"/reserve/{job_id}", params={**of, "cost": 10})).json() == 90
    for path, arguments, status, token in (
        (f"/reserve/{job_id}", {**of, "cost": 11}, 409, "job_conflict"),
        (f"/reserve/{uuid4()}", {**of, "cost": -1}, 400, "invalid_amount"),
        (f"/reserve/{uuid4()}", {"profile_id": str(uuid4()), "cost": 1}, 404, "profile_not_found"),
        (f"/settle/{uuid4()}", {"cost": 1}, 404, "job_not_found"),
    ):
        answer = await service.post(path, params=arguments)
        assert (answer.status_code, answer.json()["token"]) == (status, token)


@pytest.mark.parametrize("status", RAISED)
async def test_every_other_class_has_its_status_too(
    service: httpx.AsyncClient, connection: asyncpg.Connection, status: str
) -> None:
    answer = await service.get(f"/raise/{status}")
    error: Any = RAISED[status]
    assert answer.status_code == int(status) == error.http_status
    assert answer.json() == {"token": error.token, "detail": error.detail, "hint": error.hint}
    assert answer.headers.get("retry-after") == ("1" if status == "503" else None)


async def test_an_unknown_outcome_asks_for_the_same_call_again(
    service: httpx.AsyncClient, connection: asyncpg.Connection
) -> None:
    answer = await service.get("/unknown")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert answer.json()["token"] == "outcome_unknown"
    assert answer.json()["detail"] == {"method": "reserve_credits"}


async def test_credits_and_rows_of_a_route_commit_together(
    service: httpx.AsyncClient, connection: asyncpg.Connection, profile_id: UUID
) -> None:
    job_id = uuid4()
    of = {"profile_id": str(profile_id)}
    assert (await service.post(f"/jobs/{job_id}", params={**of, "cost": 40})).json() == 60
    assert await connection.fetchval("select id from jobs") == job_id
    assert (await service.post(f"/jobs/{uuid4()}", params={**of, "cost": 61})).status_code == 402
    assert await connection.fetchval("select count(*) from jobs") == 1


async def test_an_answer_is_not_sent_before_the_commit(
    service: httpx.AsyncClient, connection: asyncpg.Connection, profile_id: UUID
) -> None:
    """Who is told that a job runs must not find out that the commit failed."""
    of = {"profile_id": str(profile_id), "cost": 40, "copies": 2}
    answer = await service.post(f"/jobs/{uuid4()}", params=of)
    assert answer.status_code == 500
    assert (await Credits(connection).get_balance(profile_id)).available == 100


def test_the_documentation_of_a_route_has_the_body_of_a_refusal() -> None:
    described = application("postgresql:///none").openapi()
    responses = described["paths"]["/reserve/{job_id}"]["post"]["responses"]
    body = {"$ref": "#/components/schemas/Refusal"}
    assert responses["402"]["content"]["application/json"]["schema"] == body
    assert set(described["components"]["schemas"]["Refusal"]["properties"]) == {
        "token",
        "detail",
        "hint",
    }


def test_every_status_of_a_call_is_in_the_documentation() -> None:
    """But that of an import, which no service makes for a request."""
    from pgcredits._server.schema import logic_files

    texts = "".join(file.read_text("utf-8") for file in logic_files())
    statuses = {int(status) for status in range(400, 600) if f"errcode = 'PT{status}'" in texts}
    assert statuses - {422} | {503} == set(REFUSALS)


def test_nothing_is_imported_without_being_asked_for() -> None:
    program = (
        "import sys, pgcredits, pgcredits.sync\n"
        "print({'fastapi', 'starlette', 'pydantic', 'pytest'} & set(sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
    assert ran.stdout == b"set()\n"


def test_a_refusal_is_any_credits_error() -> None:
    app = FastAPI()
    answer_refusals(app)
    assert {CreditsError, OutcomeUnknown} <= set(app.exception_handlers)
