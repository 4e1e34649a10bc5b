"""A service that reads documents for credits: accounts, keys with limits, and jobs.

webhooks.py has the payments, and housekeeping.py what happens by itself.
"""

from __future__ import annotations

import asyncio
import hmac
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, NamedTuple
from uuid import UUID

import asyncpg
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, Field

import housekeeping
import webhooks
from pgcredits import Credits
from pgcredits.fastapi import (
    REFUSALS,
    Client,
    Connection,
    Transaction,
    answer_refusals,
    lifespan,
)

TRIAL_CREDITS, TRIAL_TIME = 100, timedelta(days=14)
CREDITS_A_PAGE = 2
HOLD_FOR = timedelta(minutes=15)  # a job that gives no sign for so long has died
OWNER = "owner"  # the name of the first key, which alone manages the account
MOST_PAGES = 1_000_000

# What no text of a customer may have: PostgreSQL stores no NUL, and pgcredits refuses the others.
CONTROL = r"\x00-\x1f\x7f-\x9f\u2028\u2029"


class Caller(NamedTuple):
    account_id: UUID
    key: str


class SignUp(BaseModel):
    email: str = Field(max_length=200, pattern=rf"^[^@\s{CONTROL}]+@[^@\s{CONTROL}]+$")


class SignedUp(BaseModel):
    account_id: UUID
    key: str


class NewKey(BaseModel):
    # one line that is not blank, since it is the spender of its jobs
    name: str = Field(max_length=100, pattern=rf"^[^{CONTROL}]*[^\s{CONTROL}][^{CONTROL}]*$")
    daily_limit: int | None = Field(default=None, ge=0)


class Key(BaseModel):
    key: str


class TopUp(BaseModel):
    below: int
    amount: int


class NewJob(BaseModel):
    id: UUID  # the caller's, so that the same request can be sent again
    pages: int = Field(ge=1, le=MOST_PAGES)


class Pages(BaseModel):
    pages: int = Field(ge=0, le=MOST_PAGES)


class Job(BaseModel):
    id: UUID
    state: str
    credits: int
    available: int


class DoneJob(Job):
    shortfall: int  # the part of the credits that could not be paid


class LockedJob(NamedTuple):
    account_id: UUID
    state: str


class Available(BaseModel):
    available: int
    monthly: int
    addon: int
    held: int | None


async def find_caller(
    request: Request, given: Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer())]
) -> Caller:
    """Whose key it is. Without one that is known the answer is 401."""
    found = await request.app.state.credits_pool.fetchrow(
        "select account_id, name from keys where hash = $1", hash_of(given.credentials)
    )
    if found is None:
        raise HTTPException(401, "This key is not known.")
    return Caller(*found)


async def find_owner(caller: Annotated[Caller, Depends(find_caller)]) -> Caller:
    """The caller with the first key: one with a limit must not make itself one without."""
    if caller.key != OWNER:
        raise HTTPException(403, "The owner's key is needed.")
    return caller


async def find_worker(
    request: Request, given: Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer())]
) -> None:
    """Lets the worker in alone: a customer must not say what a job has cost."""
    key = request.app.state.worker_key
    if not hmac.compare_digest(given.credentials.encode(), key.encode()):
        raise HTTPException(403, "The worker's key is needed.")


AnyCaller = Annotated[Caller, Depends(find_caller)]
Owner = Annotated[Caller, Depends(find_owner)]
router = APIRouter(responses=REFUSALS)
worker_router = APIRouter(responses=REFUSALS, dependencies=[Depends(find_worker)])


def hash_of(key: str) -> str:
    return sha256(key.encode()).hexdigest()


async def make_key(connection: Connection, account_id: UUID, name: str) -> str:
    key = secrets.token_urlsafe(32)
    made = await connection.execute(
        "insert into keys values ($1, $2, $3) on conflict do nothing",
        hash_of(key),
        account_id,
        name,
    )
    if made == "INSERT 0 0":
        raise HTTPException(409, "There is a key of this name.")
    return key


@router.post("/signup", status_code=201)
async def sign_up(connection: Transaction, wish: SignUp) -> SignedUp:
    """An account with credits to try it, which end after 14 days and are spent first."""
    account = await connection.fetchrow(
        "insert into accounts (email) values ($1) on conflict do nothing returning id, created_at",
        wish.email,
    )
    if account is None:
        raise HTTPException(409, "This address has an account.")
    client, account_id = Credits(connection), account["id"]
    await client.open_profile(account_id)
    await client.grant_addon(
        account_id,
        TRIAL_CREDITS,
        "trial",
        expires_at=account["created_at"] + TRIAL_TIME,
        kind="promo",
        priority=-1,
    )
    await client.set_alert(account_id, kinds=["hold.expired"])
    return SignedUp(account_id=account_id, key=await make_key(connection, account_id, OWNER))


@router.post("/keys", status_code=201)
async def new_key(connection: Transaction, caller: Owner, wish: NewKey) -> Key:
    """A key of its own for a program or a person, with so many credits a day."""
    key = await make_key(connection, caller.account_id, wish.name)
    if wish.daily_limit is not None:
        await Credits(connection).set_limit(
            caller.account_id, wish.name, "day", wish.daily_limit, reason="new key", actor=OWNER
        )
    return Key(key=key)


@router.put("/topup")
async def set_topup(client: Client, caller: Owner, wish: TopUp) -> TopUp:
    """Credits are bought by themselves when fewer than so many are left."""
    await client.set_topup(caller.account_id, wish.below, wish.amount)
    return wish


@router.get("/balance")
async def balance(client: Client, caller: AnyCaller) -> Available:
    found = await client.get_balance(caller.account_id)
    return Available(
        available=found.available,
        monthly=found.credits_remaining,
        addon=found.addon_credits,
        held=found.held,
    )


@router.post("/jobs", status_code=201)
async def start_job(connection: Transaction, caller: AnyCaller, wish: NewJob) -> Job:
    """Begins a job. Its row and its credits are there together, or neither is."""
    await connection.execute(
        "insert into jobs (id, account_id, pages) values ($1, $2, $3) on conflict do nothing",
        wish.id,
        caller.account_id,
        wish.pages,
    )
    held = await Credits(connection).reserve_credits(
        caller.account_id,
        wish.id,
        wish.pages * CREDITS_A_PAGE,
        hold_for=HOLD_FOR,
        spender=caller.key,
    )
    state = await connection.fetchval("select state from jobs where id = $1", wish.id)
    return Job(id=wish.id, state=state, credits=held.cost, available=held.new_balance)


@worker_router.post("/jobs/{job_id}/heartbeat", status_code=204)
async def keep_alive(connection: Transaction, job_id: UUID) -> None:
    """The job is still running: its credits stay held."""
    job = await lock_job(connection, job_id)
    await Credits(connection).extend_hold(job_id, HOLD_FOR, profile_id=job.account_id)


@worker_router.post("/jobs/{job_id}/done")
async def finish_job(connection: Transaction, job_id: UUID, read: Pages) -> DoneJob:
    """The job costs what was read in the end, whatever was estimated."""
    job = await lock_job(connection, job_id)
    if job.state == "failed":
        raise HTTPException(409, "The job has failed.")
    settled = await Credits(connection).settle_job(
        job_id, read.pages * CREDITS_A_PAGE, profile_id=job.account_id
    )
    await connection.execute(
        "update jobs set state = 'done', pages = $2 where id = $1", job_id, read.pages
    )
    return DoneJob(
        id=job_id,
        state="done",
        credits=settled.settled_cost,
        shortfall=settled.shortfall,
        available=settled.new_balance,
    )


@worker_router.post("/jobs/{job_id}/failed")
async def fail_job(connection: Transaction, job_id: UUID) -> Job:
    """All of its credits go back where they came from."""
    job = await lock_job(connection, job_id)
    if job.state == "done":
        raise HTTPException(409, "The job is done.")
    back = await Credits(connection).refund_job(job_id, profile_id=job.account_id)
    await connection.execute("update jobs set state = 'failed' where id = $1", job_id)
    return Job(id=job_id, state="failed", credits=0, available=back.new_balance)


async def lock_job(connection: Connection, job_id: UUID) -> LockedJob:
    """Whose job it is and how far; what else ends it waits until this transaction is over."""
    found = await connection.fetchrow(
        "select account_id, state from jobs where id = $1 for no key update", job_id
    )
    if found is None:
        raise HTTPException(404, "There is no such job.")
    return LockedJob(*found)


async def refuse_input(_: Request, error: Any) -> JSONResponse:
    """Says what is wrong without what was given: NaN and half a character cannot be sent back."""
    told = [{key: each[key] for key in ("type", "loc", "msg")} for each in error.errors()]
    return JSONResponse({"detail": told}, 422)


async def make_tables(url: str) -> None:
    """Makes the tables of the application where they are not there yet."""
    connection = await asyncpg.connect(url)
    if await connection.fetchval("select to_regclass('accounts')") is None:
        await connection.execute(Path(__file__).with_name("tables.sql").read_text("utf-8"))
    await connection.close()


def create_app(
    url: str, webhook_secret: str, worker_key: str, charge: housekeeping.Charge
) -> FastAPI:
    """The application on a migrated database. ``charge`` asks the provider for a payment."""

    @asynccontextmanager
    async def running(app: FastAPI) -> AsyncIterator[None]:
        async with lifespan(url)(app):
            work = asyncio.create_task(housekeeping.run(app.state.credits_pool, charge))
            yield
            work.cancel()

    app = FastAPI(title="Documents for credits", lifespan=running)
    app.state.url, app.state.webhook_secret = url, webhook_secret
    app.state.worker_key = worker_key
    app.include_router(router)
    app.include_router(worker_router)
    app.include_router(webhooks.router)
    answer_refusals(app)
    app.add_exception_handler(RequestValidationError, refuse_input)
    return app
