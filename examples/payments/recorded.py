"""The recorded events, and how the provider posts them. For the story and the tests."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

from webhooks import signature

EVENTS = sorted(Path(__file__).with_name("events").glob("*.json"))
ACCOUNT_ID = "11111111-1111-4111-8111-111111111111"  # in the files


def name_of(file: Path) -> str:
    """``pack_bought`` of 03_pack_bought.json."""
    return file.stem.partition("_")[2]


def recorded(account_id: UUID) -> dict[str, Any]:
    """All events by their names, about this account, with ids that no other account has."""
    own = {ACCOUNT_ID: str(account_id), "example0": f"{account_id.hex[:10]}0"}
    events = {}
    for file in EVENTS:
        text = file.read_text("utf-8")
        for there, here in own.items():
            text = text.replace(there, here)
        events[name_of(file)] = json.loads(text)
    return events


async def post_event(client: httpx.AsyncClient, secret: str, event: Any) -> httpx.Response:
    """What the provider does: it signs the bytes, together with the time."""
    body, signed_at = json.dumps(event).encode(), str(int(time.time()))
    header = f"t={signed_at},v1={signature(secret, signed_at, body)}"
    return await client.post(
        "/webhooks/payments", content=body, headers={"stripe-signature": header}
    )
