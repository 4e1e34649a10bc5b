"""A receiver of events that checks their signature, and does each thing once.

Only the standard library is needed to receive. docs/delivery.md says what is to be kept in mind.
"""

import asyncio
import hmac
import json
import os
import re
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from base64 import b64encode
from collections.abc import Mapping
from email.message import Message
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from uuid import uuid4

import asyncpg

from pgcredits import Credits

SECRETS: list[bytes] = []  # those of the secret file, two of them while one replaces the other
SEEN: set[str] = set()  # a table of yours, with the id as its primary key


def is_signed(headers: Message, body: bytes) -> bool:
    """Whether one of our secrets signed this, within the last five minutes."""
    sent_at = headers.get("webhook-timestamp", "")
    if not re.fullmatch(r"[0-9]{1,12}", sent_at) or abs(time.time() - int(sent_at)) > 300:
        return False
    signed = f"{headers.get('webhook-id', '')}.{sent_at}.".encode() + body
    expected = [b"v1," + b64encode(hmac.digest(key, signed, "sha256")) for key in SECRETS]
    given = headers.get("webhook-signature", "").encode().split(b" ")
    return any(hmac.compare_digest(own, other) for own in expected for other in given)


class Receiver(BaseHTTPRequestHandler):
    """Answers 204 once it has done what an event asks for, and 401 to strangers."""

    def do_POST(self) -> None:
        """Takes one event."""
        body = self.rfile.read(min(int(self.headers.get("content-length", 0)), 1 << 20))
        event_id = self.headers.get("webhook-id", "")
        if not is_signed(self.headers, body):  # the bytes as they came, before anything reads them
            self.answer(401)
        elif event_id in SEEN:
            print("  seen before, and done once")
            self.answer(204)
        else:
            tell(json.loads(body))
            SEEN.add(event_id)
            self.answer(204)

    def answer(self, status: int) -> None:
        """A status and nothing else."""
        self.send_response(status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Keeps quiet."""


def tell(event: Mapping[str, object]) -> None:
    """What your program does with an event, such as sending a mail."""
    match event:
        case {"type": "credits.low", "data": {"balance": left, "low_balance": low}}:
            print(f"  mail to the customer: {left} credits are left, less than {low}")
        case {"type": other}:
            print(f"  nobody waits for {other}")


async def spend(url: str) -> None:
    """A customer who wants to know about less than 100 credits, and a job that brings it about."""
    connection = await asyncpg.connect(url)
    client = Credits(connection)
    profile_id = uuid4()
    await client.open_profile(profile_id, credits_remaining=500)
    await client.set_alert(profile_id, low_balance=100, kinds=["credits.low"])
    await client.reserve_credits(profile_id, uuid4(), 440)
    await connection.close()


def deliver(address: str, secret_file: Path) -> None:
    """What runs beside your program, there with `--every 5s`."""
    command = [sys.executable, "-m", "pgcredits", "deliver"]
    options = ["--url", address, "--secret-file", str(secret_file)]
    ran = subprocess.run([*command, *options], check=True, capture_output=True, text=True)
    print(ran.stdout, end="")


def post_unsigned(port: int) -> int:
    """What anybody can do who knows the address; the status of the answer."""
    event = {"type": "credits.low", "data": {"balance": 0, "low_balance": 100}}
    made_up = {"webhook-timestamp": str(int(time.time())), "webhook-signature": "v1,AAAA"}
    connection = HTTPConnection("127.0.0.1", port)
    connection.request("POST", "/webhooks", json.dumps(event), made_up)
    status = connection.getresponse().status
    connection.close()
    return status


def main() -> None:
    """Lets somebody run low on credits, and delivers what that makes known."""
    key = secrets.token_bytes(32)
    SECRETS.append(key)
    with (
        tempfile.TemporaryDirectory() as folder,
        ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server,
    ):
        secret_file = Path(folder, "secrets")
        secret_file.write_text(f"whsec_{b64encode(key).decode()}\n")
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/webhooks"
        asyncio.run(spend(os.environ["DATABASE_URL"]))
        print("delivered twice, and the second time there is nothing left:")
        deliver(address, secret_file)
        deliver(address, secret_file)
        print("a stranger posts something, and is answered", post_unsigned(server.server_port))
        server.shutdown()


main()
