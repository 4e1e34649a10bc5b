"""What the payment provider reports, and what it does to credits. The events are Stripe's.

They come more than once, late, and in any order. So each is done under the id of what it is about,
and what comes too early is refused, to be sent again. No handler compares the times of events.
"""

from __future__ import annotations

import hmac
import json
import re
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, NamedTuple, TypeAlias
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Request

from pgcredits import Credits, WrongState
from pgcredits.fastapi import Connection, Transaction

#: Credits of a month by price, and of what is bought once by the name that our checkout gave it.
PLANS = {"price_basic": 1_000, "price_pro": 5_000}
PACKS = {"pack_2000": 2_000}
TOLERANCE_SECONDS = 300
ACTOR = "payment provider"

Thing: TypeAlias = dict[str, Any]
router = APIRouter()


class TooEarly(HTTPException):
    """What this is about was not reported yet: any answer but 2xx makes the provider try again."""

    def __init__(self, what: str) -> None:
        super().__init__(409, f"{what} was not reported yet. Send this again.")


class Purchase(NamedTuple):
    """Credits that were paid for and are no month; ``amount`` is the money."""

    id: str
    account_id: UUID
    amount: int
    credits: int
    reference: str


async def signed_event(request: Request) -> Thing:
    """The event of a request that the provider signed, within the last five minutes."""
    body = await request.body()  # the bytes as they came, before anything reads them
    header = request.headers.get("stripe-signature", "")
    signed_at = re.search(r"(?:^|,)t=([0-9]{1,12})(?:,|$)", header)
    if signed_at is None or abs(time.time() - int(signed_at[1])) > TOLERANCE_SECONDS:
        raise HTTPException(400, "The signature is missing or old.")
    expected = signature(request.app.state.webhook_secret, signed_at[1], body)
    if not any(
        hmac.compare_digest(expected, given) for given in re.findall(r"v1=([0-9a-f]{64})", header)
    ):
        raise HTTPException(400, "The signature is wrong.")
    event: Thing = json.loads(body)
    return event


def signature(secret: str, signed_at: str, body: bytes) -> str:
    return hmac.digest(secret.encode(), f"{signed_at}.".encode() + body, "sha256").hex()


@router.post("/webhooks/payments")
async def receive(
    event: Annotated[Thing, Depends(signed_event)], connection: Transaction
) -> dict[str, str]:
    """Does what an event says, all of it or nothing. Kinds that nobody asked for are fine too."""
    if handle := HANDLERS.get(event["type"]):
        await handle(connection, event)
    return {"received": event["id"]}


async def invoice_paid(connection: Connection, event: Thing) -> None:
    """A month begins with the allowance of its plan; other lines pay for a change of plan."""
    invoice = event["data"]["object"]
    about = (invoice["parent"] or {}).get("subscription_details")
    if about is None:
        return  # not of a subscription
    account_id = UUID(about["metadata"]["account_id"])
    await lock(connection, account_id)
    if await connection.fetchval("select true from purchases where id = $1", invoice["id"]):
        return
    lines = invoice["lines"]["data"]
    months = [line for line in lines if not is_proration(line)]
    if months:
        (month,) = months
        start, end = moment(month["period"]["start"]), moment(month["period"]["end"])
        price = price_of(month)
        begun = await begin_month(connection, account_id, start, price)
        paid_for = PLANS[price]
    else:  # all of them change the month that ends when they do
        end = moment(lines[0]["period"]["end"])
        begun, start = await month_that_ends(connection, account_id, end)
        paid_for = sum(PLANS[price_of(line)] * (1 if line["amount"] > 0 else -1) for line in lines)
    await connection.execute(
        "insert into purchases (id, account_id, amount, credits, period_start, period_end)"
        " values ($1, $2, $3, $4, $5, $6)",
        invoice["id"],
        account_id,
        invoice["amount_paid"],
        max(paid_for, 0) if begun else 0,
        start,
        end,
    )


async def begin_month(
    connection: Connection, account_id: UUID, start: datetime, price: str | None
) -> bool:
    """Begins a month, and says whether it could: one that is over for long begins no more."""
    client = Credits(connection)
    current = (await client.get_profile(account_id)).period_start
    if current is not None and start < current:
        return False
    begun = await client.renew_monthly(account_id, start, PLANS[price] if price else 0)
    if not begun.replayed:
        await connection.execute("update accounts set plan = $2 where id = $1", account_id, price)
    return True


async def month_that_ends(
    connection: Connection, account_id: UUID, end: datetime
) -> tuple[bool, datetime]:
    """Whether that month has ever begun, and its start."""
    (month,) = await connection.fetch(
        "select max(credits) > 0 as begun, min(period_start) as start from purchases"
        " where account_id = $1 and period_end = $2",
        account_id,
        end,
    )
    if month["start"] is None:
        raise TooEarly("The month")
    return month["begun"], month["start"]


async def invoice_payment_paid(connection: Connection, event: Thing) -> None:
    """Which payment paid an invoice: refunds and disputes name the payment alone."""
    paid = event["data"]["object"]
    await connection.execute(
        "insert into invoice_payments values ($1, $2) on conflict do nothing",
        paid["payment"]["payment_intent"],
        paid["invoice"],
    )


async def subscription_updated(connection: Connection, event: Thing) -> None:
    """Another plan within the month.

    Changes must be made in their order. Each one says which plan it came from: one that does not
    fit the present plan waits for those before it. However they arrive, they end at the same plan.
    """
    subscription = event["data"]["object"]
    (item,) = subscription["items"]["data"]
    (before,) = event["data"]["previous_attributes"].get("items", {}).get("data", [item])
    old, new = before["price"]["id"], item["price"]["id"]
    if old == new or before["current_period_start"] != item["current_period_start"]:
        return  # no other plan, or one that begins with the next month: its invoice says so
    account_id = UUID(subscription["metadata"]["account_id"])
    start = moment(item["current_period_start"])
    plan = await lock(connection, account_id)
    if await connection.fetchval("select true from plan_changes where event_id = $1", event["id"]):
        return
    client = Credits(connection)
    current = (await client.get_profile(account_id)).period_start
    if current is not None and start < current:
        return  # that month is over
    if plan != old:
        raise TooEarly("The change before")
    await client.change_allowance(account_id, start, PLANS[new], reference=event["id"])
    await connection.execute("update accounts set plan = $2 where id = $1", account_id, new)
    await connection.execute("insert into plan_changes values ($1)", event["id"])


async def subscription_deleted(connection: Connection, event: Thing) -> None:
    """The last month is over: what is left of it lapses, what was bought stays."""
    subscription = event["data"]["object"]
    account_id = UUID(subscription["metadata"]["account_id"])
    await lock(connection, account_id)
    await begin_month(connection, account_id, moment(subscription["ended_at"]), None)


async def checkout_completed(connection: Connection, event: Thing) -> None:
    """A pack was bought. Some ways to pay take days: then this comes again when it is paid."""
    session = event["data"]["object"]
    if session["mode"] != "payment" or session["payment_status"] != "paid":
        return
    purchase = Purchase(
        id=session["payment_intent"],
        account_id=UUID(session["client_reference_id"]),
        amount=session["amount_total"],
        credits=PACKS[session["metadata"]["pack"]],
        reference=session["payment_intent"],
    )
    await grant(connection, purchase)


async def payment_succeeded(connection: Connection, event: Thing) -> None:
    """A top-up was paid: the grant under its reference closes the request."""
    payment = event["data"]["object"]
    if topup := await asked_topup(connection, payment):
        purchase = Purchase(
            id=payment["id"],
            account_id=topup["account_id"],
            amount=payment["amount_received"],
            credits=topup["credits"],
            reference=topup["reference"],
        )
        await grant(connection, purchase)
        await connection.execute(
            "update topups set state = 'granted' where reference = $1", topup["reference"]
        )


async def payment_failed(connection: Connection, event: Thing) -> None:
    """A top-up was not paid: nothing is asked for, for two days. It may still be paid later."""
    if topup := await asked_topup(connection, event["data"]["object"]):
        client = Credits(connection, savepoints=True)
        try:
            await client.decline_topup(
                topup["account_id"], topup["reference"], pause=timedelta(days=2)
            )
        except WrongState:
            return  # paid already, and this is a report of an earlier attempt
        await connection.execute(
            "update topups set state = 'declined' where reference = $1", topup["reference"]
        )


async def asked_topup(connection: Connection, payment: Thing) -> Any:
    """The request that a payment answers; None for a payment of another sort."""
    if "topup" not in payment["metadata"]:
        return None
    topup = await connection.fetchrow(
        "select * from topups where reference = $1", payment["metadata"]["topup"]
    )
    if topup is None:
        raise TooEarly("The request")
    return topup


async def grant(connection: Connection, purchase: Purchase) -> None:
    await Credits(connection).grant_addon(purchase.account_id, purchase.credits, purchase.reference)
    await connection.execute(
        "insert into purchases (id, account_id, amount, credits, reference)"
        " values ($1, $2, $3, $4, $5) on conflict do nothing",
        *purchase,
    )


async def refund_changed(connection: Connection, event: Thing) -> None:
    """A refund takes its share of the credits, and gives it back if it fails."""
    refund = event["data"]["object"]
    await take_back(connection, refund, is_open=refund["status"] not in {"failed", "canceled"})


async def dispute_changed(connection: Connection, event: Thing) -> None:
    """A dispute takes the credits while it is open, and for good if it is lost."""
    dispute = event["data"]["object"]
    if dispute["status"] in {"won", "warning_closed", "prevented"}:
        await take_back(connection, dispute, is_open=False)
    elif not dispute["status"].startswith("warning_"):  # a warning is not about money yet
        await take_back(connection, dispute, is_open=True)


async def take_back(connection: Connection, claim: Thing, *, is_open: bool) -> None:
    """Revokes what a refund or a dispute is about, or reinstates it, once under its id."""
    purchase = await connection.fetchrow(
        "select p.* from purchases p where p.id = coalesce("
        " (select i.invoice from invoice_payments i where i.payment_intent = $1), $1)",
        claim["payment_intent"],
    )
    if purchase is None:
        raise TooEarly("The payment")
    if not purchase["credits"]:
        return
    # In proportion, and rounded up: parts that are all of it take all of it.
    share = -(-purchase["credits"] * claim["amount"] // purchase["amount"])
    client, account_id = Credits(connection), purchase["account_id"]
    reference, start = purchase["reference"], purchase["period_start"]
    why = {"reason": claim["reason"] or claim["object"], "actor": ACTOR}
    if reference is not None and is_open:
        await client.revoke_grant(account_id, reference, claim["id"], amount=share, **why)
    elif reference is not None:
        await client.reinstate_grant(account_id, reference, claim["id"], **why)
    elif is_open:
        await client.revoke_renewal(account_id, start, claim["id"], amount=share, **why)
    else:
        await client.reinstate_renewal(account_id, start, claim["id"], **why)


async def lock(connection: Connection, account_id: UUID) -> str | None:
    """Makes reports about an account wait for each other; returns its plan."""
    account = await connection.fetchrow(
        "select plan from accounts where id = $1 for no key update", account_id
    )
    if account is None:
        raise TooEarly("The account")
    plan: str | None = account["plan"]
    return plan


def is_proration(line: Thing) -> bool:
    parent = line["parent"]
    return bool(parent[parent["type"]]["proration"])


def price_of(line: Thing) -> str:
    return str(line["pricing"]["price_details"]["price"])


def moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


HANDLERS: dict[str, Callable[[Connection, Thing], Awaitable[None]]] = {
    "invoice.paid": invoice_paid,
    "invoice_payment.paid": invoice_payment_paid,
    "customer.subscription.updated": subscription_updated,
    "customer.subscription.deleted": subscription_deleted,
    "checkout.session.completed": checkout_completed,
    "checkout.session.async_payment_succeeded": checkout_completed,
    "payment_intent.succeeded": payment_succeeded,
    "payment_intent.payment_failed": payment_failed,
    "refund.created": refund_changed,
    "refund.updated": refund_changed,
    "refund.failed": refund_changed,
    "charge.dispute.created": dispute_changed,
    "charge.dispute.updated": dispute_changed,
    "charge.dispute.closed": dispute_changed,
}
