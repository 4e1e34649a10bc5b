"""One customer, from the first credits to the end of the subscription, over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import httpx
from fastapi import FastAPI

import housekeeping
from pgcredits.fastapi import lifespan
from recorded import post_event, recorded


class Teller:
    """Makes requests as the customer, the provider and the worker, and prints what was answered."""

    def __init__(self, http: httpx.AsyncClient, webhook_secret: str, worker_key: str) -> None:
        self.http = http
        self.secret = webhook_secret
        self.events: dict[str, Any] = {}
        self.keys = {"worker": worker_key}

    async def sign_up(self, email: str) -> None:
        account = (await self.http.post("/signup", json={"email": email})).json()
        self.keys["owner"] = account["key"]
        self.events = recorded(UUID(account["account_id"]))
        await self.tell(f"{email} signs up")

    async def paid(self, words: str, *names: str) -> None:
        """The provider reports these events."""
        for name in names:
            (await post_event(self.http, self.secret, self.events[name])).raise_for_status()
        await self.tell(words)

    async def ask(
        self, words: str, method: str, path: str, body: Any = None, *, key: str = "owner"
    ) -> Any:
        """A request with one of the keys; a refusal is told as it was answered."""
        headers = {"authorization": f"Bearer {self.keys[key]}"}
        answer = await self.http.request(method, path, json=body, headers=headers)
        await self.tell(words)
        if answer.is_error:
            refusal = answer.json()
            print(f"  {answer.status_code} {refusal['token']}: {refusal['hint']}")
        return answer.json() if answer.content else None

    async def tell(self, words: str) -> None:
        headers = {"authorization": f"Bearer {self.keys['owner']}"}
        left = (await self.http.get("/balance", headers=headers)).json()
        print(f"{words:<52} {left['monthly']:>7,} {left['addon']:>7,} {left['held']:>7,}")


async def tell_story(app: FastAPI) -> str:
    """Prints what the customer has after each step, and returns the customer's key."""
    transport = httpx.ASGITransport(app)
    async with (
        lifespan(app.state.url)(app),
        httpx.AsyncClient(transport=transport, base_url="http://example") as http,
    ):
        teller = Teller(http, app.state.webhook_secret, app.state.worker_key)
        print(f"{'':<52} {'monthly':>7} {'addon':>7} {'held':>7}")
        await teller.sign_up("ada@example.org")
        await pay(teller)
        await work(teller)
        await take_back(teller)
        await limit(teller)
        await top_up(teller, app)
        return teller.keys["owner"]


async def pay(teller: Teller) -> None:
    await teller.paid("January is paid: the basic plan", "january_paid", "january_payment")
    await teller.paid("2,000 more are bought", "pack_bought")
    up = ("plan_up", "plan_up_paid", "plan_up_payment")
    await teller.paid("the plan changes to pro", *up)


async def work(teller: Teller) -> None:
    job = f"/jobs/{uuid4()}"
    wish = {"id": job.removeprefix("/jobs/"), "pages": 300}
    await teller.ask("a job of 300 pages begins", "POST", "/jobs", wish)
    await teller.ask("it is still running", "POST", f"{job}/heartbeat", key="worker")
    read = {"pages": 250}
    await teller.ask("it has read 250", "POST", f"{job}/done", read, key="worker")
    job = f"/jobs/{uuid4()}"
    wish = {"id": job.removeprefix("/jobs/"), "pages": 2_500}
    await teller.ask("a job of 2,500 pages begins", "POST", "/jobs", wish)
    await teller.ask("it fails", "POST", f"{job}/failed", key="worker")
    wish = {"id": str(uuid4()), "pages": 10_000}
    await teller.ask("a job of 10,000 pages is refused", "POST", "/jobs", wish)


async def take_back(teller: Teller) -> None:
    await teller.paid("a quarter of the 2,000 is paid back", "pack_refund")
    await teller.paid("the rest of them is disputed", "pack_disputed")
    await teller.paid("the dispute is won", "pack_dispute_won")
    await teller.paid("February is paid", "february_paid", "february_payment")
    await teller.paid("and disputed", "february_disputed")
    await teller.paid("and lost", "february_dispute_lost")


async def limit(teller: Teller) -> None:
    wish: Any = {"name": "robot", "daily_limit": 500}
    made = await teller.ask("a key of 500 credits a day is made", "POST", "/keys", wish)
    teller.keys["robot"] = made["key"]
    for pages in (200, 100):
        wish = {"id": str(uuid4()), "pages": pages}
        await teller.ask(
            f"with it a job of {pages} pages begins", "POST", "/jobs", wish, key="robot"
        )


async def top_up(teller: Teller, app: FastAPI) -> None:
    wish = {"below": 1_200, "amount": 500}
    await teller.ask("500 are to be bought below 1,200", "PUT", "/topup", wish)
    await housekeeping.answer_events(app.state.credits_pool)
    await teller.paid("the card is declined", "topup_declined")
    await teller.paid("a second attempt is paid", "topup_paid")
