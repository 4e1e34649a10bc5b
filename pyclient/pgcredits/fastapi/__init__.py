"""For FastAPI: a client in each request, and refusals as answers. Extra ``pgcredits[fastapi]``.

``app = FastAPI(lifespan=lifespan(url))`` and ``answer_refusals(app)``; then a route takes a
``Client``, or a ``Transaction`` where credits and rows of its own belong together.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import asyncpg
from fastapi import Depends, FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from pgcredits import Credits, CreditsError, OutcomeUnknown, connect

if TYPE_CHECKING:
    Connection: TypeAlias = asyncpg.Connection[asyncpg.Record]
else:
    Connection = asyncpg.Connection


class Refusal(BaseModel):
    """The body of an answer that refuses, with what the exception says."""

    token: str
    detail: dict[str, Any]
    hint: str


#: What the documentation of a route says of refusals: ``@app.post(..., responses=REFUSALS)``.
REFUSALS: dict[int | str, dict[str, Any]] = {
    400: {"model": Refusal, "description": "An argument is wrong"},
    402: {"model": Refusal, "description": "There are not enough credits, or a limit has no room"},
    404: {"model": Refusal, "description": "There is no such profile, job or grant"},
    409: {"model": Refusal, "description": "It was done before in another way, or cannot be now"},
    410: {"model": Refusal, "description": "The profile is closed"},
    413: {"model": Refusal, "description": "The metadata or the batch is too large"},
    503: {"model": Refusal, "description": "No answer in time: try again, with the same ids"},
}


def lifespan(
    url: str, **pool_options: Any
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """The ``lifespan`` of an app: a pool of asyncpg, ``app.state.credits_pool``, while it runs.

    An app with a pool of its own puts that there instead.
    """

    @asynccontextmanager
    async def with_pool(app: FastAPI) -> AsyncIterator[None]:
        options = {"connect": connect, **pool_options}
        async with asyncpg.create_pool(url, **options) as app.state.credits_pool:
            yield

    return with_pool


def credits_client(request: Request) -> Credits:
    """A client over the pool: each call commits by itself."""
    return Credits(request.app.state.credits_pool)


async def transaction(request: Request) -> AsyncIterator[Connection]:
    """A connection in a transaction, which ends with the function of the route.

    It commits before the answer is sent, and an exception rolls it back.
    """
    async with request.app.state.credits_pool.acquire() as connection, connection.transaction():
        yield connection


Client = Annotated[Credits, Depends(credits_client)]
#: ``Credits(connection)`` commits or vanishes with the rows that the route writes itself.
Transaction = Annotated[Connection, Depends(transaction, scope="function")]


def answer_refusals(app: FastAPI) -> None:
    """Answers refusals with their HTTP status and a ``Refusal``, wherever a route lets them out."""
    app.add_exception_handler(CreditsError, _refused)
    app.add_exception_handler(OutcomeUnknown, _refused)


async def _refused(_: Request, error: Any) -> JSONResponse:
    if isinstance(error, OutcomeUnknown):
        hint = "It is unknown whether this took effect. Make the same call again: that tells."
        body = Refusal(token="outcome_unknown", detail={"method": error.method}, hint=hint)  # noqa: S106
    else:
        body = Refusal(token=error.token, detail=error.detail, hint=error.hint)
    headers = {"Retry-After": "1"} if error.http_status == 503 else None
    return JSONResponse(body.model_dump(mode="json"), error.http_status, headers)
