"""A service that reads documents for credits: accounts, keys with limits, and jobs.

webhooks.py has the payments, and housekeeping.py what happens by itself.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Annotated, NamedTuple
from uuid import UUID

import asyncpg
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request
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

router = APIRouter(responses=REFUSALS)


class Caller(NamedTuple):
    account_id: UUID
    key: str


class SignUp(BaseModel):
    email: str = Field(min_length=3, max_length=200)


class SignedUp(BaseModel):
    account_id: UUID
    key: str


class NewKey(BaseModel):
    name: str = Field(min_length=1, max_length=100)
    daily_limit: int | None = Field(default=None, ge=0)


class Key(BaseModel):
    key: str


class TopUp(BaseModel):
    below: int
    amount: int


class NewJob(BaseModel):
    id: UUID  # the caller's, so that the same request can be sent again
    pages: int = Field(ge=1)


class Pages(BaseModel):
    pages: int = Field(ge=0)


class Job(BaseModel):
    id: UUID
    state: str
    credits: int
    available: int


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


AnyCaller = Annotated[Caller, Depends(find_caller)]
Owner = Annotated[Caller, Depends(find_owner)]


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


@router.post("/jobs/{job_id}/heartbeat", status_code=204)
async def keep_alive(client: Client, caller: AnyCaller, job_id: UUID) -> None:
    """The job is still running: its credits stay held."""
    await client.extend_hold(job_id, HOLD_FOR, profile_id=caller.account_id)


@router.post("/jobs/{job_id}/done")
async def finish_job(connection: Transaction, caller: AnyCaller, job_id: UUID, read: Pages) -> Job:
    """The job costs what was read in the end, whatever was estimated."""
    settled = await Credits(connection).settle_job(
        job_id, read.pages * CREDITS_A_PAGE, profile_id=caller.account_id
    )
    await connection.execute(
        "update jobs set state = 'done', pages = $2 where id = $1", job_id, read.pages
    )
    return Job(id=job_id, state="done", credits=settled.settled_cost, available=settled.new_balance)


@router.post("/jobs/{job_id}/failed")
async def fail_job(connection: Transaction, caller: AnyCaller, job_id: UUID) -> Job:
    """All of its credits go back where they came from."""
    back = await Credits(connection).refund_job(job_id, profile_id=caller.account_id)
    await connection.execute("update jobs set state = 'failed' where id = $1", job_id)
    return Job(id=job_id, state="failed", credits=0, available=back.new_balance)


async def make_tables(url: str) -> None:
    """Makes the tables of the application where they are not there yet."""
    connection = await asyncpg.connect(url)
    if await connection.fetchval("select to_regclass('accounts')") is None:
        await connection.execute(Path(__file__).with_name("tables.sql").read_text("utf-8"))
    await connection.close()


def create_app(url: str, webhook_secret: str, charge: housekeeping.Charge) -> FastAPI:
    """The application on a migrated database. ``charge`` asks the provider for a payment."""

    @asynccontextmanager
    async def running(app: FastAPI) -> AsyncIterator[None]:
        async with lifespan(url)(app):
            work = asyncio.create_task(housekeeping.run(app.state.credits_pool, charge))
            yield
            work.cancel()

    app = FastAPI(title="Documents for credits", lifespan=running)
    app.state.url, app.state.webhook_secret = url, webhook_secret
    app.include_router(router)
    app.include_router(webhooks.router)
    answer_refusals(app)
    return app
