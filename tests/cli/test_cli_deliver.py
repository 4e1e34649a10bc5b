"""``deliver``: events are posted to a receiver, signed, in the order of each profile."""

from __future__ import annotations

import json
import random
import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import unquote

import pytest
from cli_tools import COMMANDS, Answer, call, fetch, run_python, set_clock
from receiver_tools import OTHER_SECRET, SECRET, Post, Receiver, fine, signed_by, tell
from standardwebhooks import Webhook, WebhookVerificationError

from pgcredits._cli.deliver import pause_after

STATES = (
    "select attempts, error, finished_at is not null from credits.events"
    " order by profile_id, occurred_at, seq"
)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver(fine)
    with receiver.open():
        yield receiver


@pytest.fixture
def secret_file(tmp_path: Path) -> Path:
    file = tmp_path / "secrets"
    file.write_text(f"{SECRET}\n")
    return file


@pytest.fixture
def deliver(db_url: str, receiver: Receiver, secret_file: Path) -> Callable[..., Answer]:
    """Runs the command once against the receiver. No secret is in what it prints."""

    def run(*options: object, url: str = "", as_role: str = db_url) -> Answer:
        given = ("--url", url or receiver.url, "--secret-file", secret_file)
        answer = call("deliver", *given, *options, url=as_role)
        for secret in (SECRET, OTHER_SECRET):
            assert secret.removeprefix("whsec_")[:8] not in answer.stdout + answer.stderr
        assert "key-of-the-receiver" not in answer.stdout + answer.stderr
        return answer

    return run


def profile(url: str) -> str:
    return str(call("open", "--monthly", 100, "--json", url=url).document["profile_id"])


def test_everything_is_delivered_in_the_order_of_each_profile(
    db_url: str, receiver: Receiver, deliver: Callable[..., Answer]
) -> None:
    profiles = [profile(db_url) for _ in range(3)]
    for profile_id in profiles:
        tell(db_url, profile_id, 3, 1, 2)
    answer = deliver()
    assert (answer.code, answer.stderr) == (0, "")
    assert answer.stdout == "Delivered: 9. Failed, to be tried again: 0.\n"
    for profile_id in profiles:
        own = [post.data["seq"] for post in receiver.posts if post.data["profile_id"] == profile_id]
        assert own == [1, 2, 3]
    assert fetch(db_url, STATES) == [(1, None, True)] * 9
    assert deliver().stdout == "There was nothing to deliver.\n"
    assert len(receiver.posts) == 9


def test_a_post_says_what_happened(
    db_url: str, receiver: Receiver, deliver: Callable[..., Answer]
) -> None:
    profile_id = profile(db_url)
    tell(db_url, profile_id, 7, low_balance=50, word="caf\u00e9 \U0001f642")
    before = int(time.time())
    assert deliver("--json").document == {"delivered": 1, "failed": 0}
    (post,) = receiver.posts
    assert post.path == "/hooks/key-of-the-receiver?a=b"
    assert post.headers["host"] == f"127.0.0.1:{receiver.port}"
    assert post.headers["content-type"] == "application/json"
    assert before <= int(post.headers["webhook-timestamp"]) <= time.time()
    event_id = f"{profile_id}:7:credits.low"
    assert post.id == event_id
    ((at,),) = fetch(db_url, "select occurred_at from credits.events")
    assert post.document == {
        "type": "credits.low",
        "timestamp": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "data": {
            "balance": 10,
            "low_balance": 50,
            "word": "caf\u00e9 \U0001f642",
            "profile_id": profile_id,
            "seq": 7,
            "event_id": event_id,
        },
    }


@pytest.mark.parametrize("secrets", [[SECRET], [SECRET, OTHER_SECRET]], ids=["one", "two"])
def test_each_secret_signs_and_a_changed_post_is_not_believed(
    db_url: str,
    receiver: Receiver,
    deliver: Callable[..., Answer],
    secret_file: Path,
    secrets: list[str],
) -> None:
    secret_file.write_text("# the second one until March\n\n" + "\r\n".join(secrets))
    tell(db_url, profile(db_url), 1)
    assert deliver().code == 0
    (post,) = receiver.posts
    assert len(post.headers["webhook-signature"].split(" ")) == len(secrets)
    for secret in (SECRET, OTHER_SECRET):
        assert signed_by(secret, post) == (secret in secrets)
    headers = dict(post.headers.items())
    for secret in secrets:
        assert Webhook(secret).verify(post.body, headers) == post.document
        assert not signed_by(secret, Post(post.path, headers, post.body + b" ", 0))
        for name, value in (("webhook-id", "x"), ("webhook-timestamp", str(int(time.time()) + 1))):
            changed = {**headers, next(h for h in headers if h.lower() == name): value}
            with pytest.raises(WebhookVerificationError):
                Webhook(secret).verify(post.body, changed)
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(post.body.replace(b'"balance":10', b'"balance":99'), headers)


def test_an_id_that_no_header_can_carry_is_encoded(
    db_url: str, receiver: Receiver, deliver: Callable[..., Answer]
) -> None:
    tell(db_url, profile(db_url), 1, subject="dispute \u00fc 100%, x.y")
    assert deliver().code == 0
    (post,) = receiver.posts
    assert re.fullmatch(r"[!-~]+", post.id)
    assert unquote(post.id) == post.data["event_id"]
    assert post.id.endswith(":dispute%20%C3%BC%20100%25,%20x.y")
    assert signed_by(SECRET, post)


def test_what_comes_after_a_failed_event_waits_for_it_and_other_profiles_do_not(
    db_url: str, receiver: Receiver, deliver: Callable[..., Answer]
) -> None:
    bad, good = profile(db_url), profile(db_url)
    tell(db_url, bad, 1, 2)
    tell(db_url, good, 1, 2)
    receiver.answer = lambda post: (400, {}) if post.data["profile_id"] == bad else (200, {})
    answer = deliver()
    assert (answer.code, answer.stderr) == (1, "")
    assert answer.stdout == "Delivered: 2. Failed, to be tried again: 1.\n"
    assert fetch(
        db_url,
        "select profile_id::text, attempts, error from credits.events"
        " where finished_at is null order by seq",
    ) == [
        (bad, 1, "HTTP status 400"),
        (bad, 0, None),
    ]
    assert deliver().stdout == "There was nothing to deliver.\n"
    set_clock(db_url, "6 seconds")
    receiver.answer = fine
    assert deliver().stdout == "Delivered: 2. Failed, to be tried again: 0.\n"
    assert [p.data["seq"] for p in receiver.posts if p.data["profile_id"] == bad] == [1, 1, 2]


def test_a_failed_event_is_posted_again_with_the_same_id(
    db_url: str, receiver: Receiver, deliver: Callable[..., Answer]
) -> None:
    tell(db_url, profile(db_url), 1)
    answers = iter([(500, {}), (204, {})])
    receiver.answer = lambda _: next(answers)
    assert deliver().code == 1
    set_clock(db_url, "6 seconds")
    assert deliver().code == 0
    first, second = receiver.posts
    assert (first.id, first.body) == (second.id, second.body)
    assert signed_by(SECRET, second)


@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_a_receiver_answers_nothing_is_lost_or_overtaken(
    db_url: str, receiver: Receiver, deliver: Callable[..., Answer], seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - not secret
    fetch(db_url, "update credits.settings set event_attempts = 1000 returning 1")
    profiles = [profile(db_url) for _ in range(3)]
    for profile_id in profiles:
        tell(db_url, profile_id, *range(1, chance.randrange(3, 7)))
    answers = [(200, {}), (404, {}), (500, {}), (302, {}), (429, {"Retry-After": "20"}), None]
    accepted: list[Post] = []

    def answer(post: Post) -> tuple[int, dict[str, str]] | None:
        given = chance.choice(answers)
        if given and given[0] == 200:
            accepted.append(post)
        return given

    receiver.answer = answer
    passes = 0
    while fetch(db_url, "select from credits.events where finished_at is null"):
        set_clock(db_url, f"{9 * passes} hours")
        deliver("--at-once", chance.randrange(1, 4))
        passes += 1
        assert passes < 300
    total = fetch(db_url, "select count(*)::int from credits.events")
    assert [(len(accepted),)] == [(len({post.id for post in accepted}),)] == total
    for profile_id in profiles:
        own = [post.data["seq"] for post in receiver.posts if post.data["profile_id"] == profile_id]
        assert own == sorted(own)
    assert all(signed_by(SECRET, post) for post in receiver.posts)


def test_pauses_grow_up_to_eight_hours() -> None:
    pauses = [pause_after(attempts, None) for attempts in range(1, 12)]
    longest = [5, 20, 80, 320, 1280, 5120, 20480, *[28800] * 4]
    assert all(most * 0.75 <= pause <= most for pause, most in zip(pauses, longest, strict=True))
    assert len(set(pauses[7:])) > 1  # spread out
    assert pause_after(10**6, None) <= 28800


@pytest.mark.parametrize(
    ("header", "least", "most"),
    [
        ("600", 600, 600),
        ("0", 0, 5),
        (format_datetime(datetime.now(UTC) + timedelta(hours=2)), 3600, 7200),
        (format_datetime(datetime.now(UTC) - timedelta(hours=1)), 0, 5),
        ("999999999", 86400, 86400),
        ("soon", 0, 5),
        ("Mon, 01 Jan 99999 00:00:00 GMT", 0, 5),
        ("", 0, 5),
    ],
    # Not by the present moment: each process that collects tests must find the same ones.
    ids=["600", "0", "in two hours", "an hour ago", "999999999", "soon", "year 99999", "nothing"],
)
def test_a_receiver_may_ask_to_wait(
    db_url: str,
    receiver: Receiver,
    deliver: Callable[..., Answer],
    header: str,
    least: int,
    most: int,
) -> None:
    tell(db_url, profile(db_url), 1)
    receiver.answer = lambda _: (503, {"Retry-After": header})
    assert deliver().code == 1
    query = "select extract(epoch from due_at - clock_timestamp())::float from credits.events"
    ((pause,),) = fetch(db_url, query)
    assert max(0.0, least - 5) <= pause <= most


def test_a_receiver_that_asks_to_wait_gets_nothing_else_meanwhile(
    db_url: str, receiver: Receiver, deliver: Callable[..., Answer]
) -> None:
    for _ in range(5):
        tell(db_url, profile(db_url), 1)

    def busy(post: Post) -> tuple[int, dict[str, str]]:
        if post is receiver.posts[0]:
            return 429, {"Retry-After": "60"}
        time.sleep(0.5)  # until the other one is known
        return fine(post)

    receiver.answer = busy
    answer = deliver("--at-once", 2)
    assert answer.stdout == "Delivered: 1. Failed, to be tried again: 1.\n"
    assert "HTTP status 429. Trying again until it works.\n" in answer.stderr
    assert len(receiver.posts) == 2


@pytest.mark.parametrize("at_once", [1, 3])
def test_a_receiver_that_fails_at_everything_is_not_asked_about_everything(
    db_url: str, receiver: Receiver, deliver: Callable[..., Answer], at_once: int
) -> None:
    for _ in range(8):
        tell(db_url, profile(db_url), 1)
    receiver.answer = lambda _: (502, {})
    assert deliver("--at-once", at_once).code == 1
    assert len(receiver.posts) == at_once
    attempts = fetch(db_url, "select sum(attempts)::int from credits.events")
    assert attempts == [(at_once,)]


def test_a_receiver_that_has_gone_away_for_good_ends_the_command(
    db_url: str, receiver: Receiver, deliver: Callable[..., Answer]
) -> None:
    for _ in range(3):
        tell(db_url, profile(db_url), 1)
    receiver.answer = lambda _: (410, {})
    answer = deliver("--at-once", 1)
    assert (answer.code, len(receiver.posts)) == (2, 1)
    assert answer.sentence == (
        f"http://127.0.0.1:{receiver.port} wants no more events: "
        "it answered with status 410 (Gone)."
    )
    assert fetch(db_url, "select count(*) from credits.events where attempts > 0") == [(1,)]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(
    db_url: str, receiver: Receiver, deliver: Callable[..., Answer], status: int
) -> None:
    tell(db_url, profile(db_url), 1)
    receiver.answer = lambda _: (status, {"Location": f"http://127.0.0.1:{receiver.port}/other"})
    assert deliver().code == 1
    assert fetch(db_url, STATES) == [(1, f"HTTP status {status}", False)]
    assert len(receiver.posts) == 1


def test_a_receiver_that_hangs_up_has_not_got_it(
    db_url: str, receiver: Receiver, deliver: Callable[..., Answer]
) -> None:
    tell(db_url, profile(db_url), 1)
    receiver.answer = lambda _: None
    assert deliver().code == 1
    assert fetch(db_url, STATES) == [(1, "the connection was closed before an answer", False)]


def test_a_receiver_that_is_away_is_told_once(
    db_url: str, receiver: Receiver, deliver: Callable[..., Answer]
) -> None:
    tell(db_url, profile(db_url), 1)
    answer = deliver("--at-once", 1, url="http://127.0.0.1:9/hooks/key-of-the-receiver")
    assert answer.code == 1
    assert answer.stderr == (
        "http://127.0.0.1:9: connection refused. Trying again until it works.\n"
    )
    assert fetch(db_url, STATES) == [(1, "connection refused", False)]


def test_what_fails_too_often_is_set_aside_and_status_says_so(
    db_url: str, receiver: Receiver, deliver: Callable[..., Answer]
) -> None:
    profile_id = profile(db_url)
    assert call("status", "--json", url=db_url).document["events"] == {
        "open": 0,
        "oldest": None,
        "set_aside": 0,
    }
    tell(db_url, profile_id, 1, 2)
    receiver.answer = lambda post: (400, {}) if post.data["seq"] == 1 else (200, {})
    for attempt in range(10):
        set_clock(db_url, f"{attempt * 10} hours")
        assert deliver().code == 1
    assert "2 open, the oldest from " in call("status", url=db_url).stdout
    set_clock(db_url, "100 hours")
    assert deliver().stdout == "Delivered: 1. Failed, to be tried again: 0.\n"
    assert receiver.seen() == [1] * 10 + [2]
    answer = call("status", url=db_url)
    assert answer.code == 0
    assert re.search(r"events +0 open; 1 set aside\n", answer.stdout)
    assert call("status", "--json", url=db_url).document["events"]["set_aside"] == 1


def test_status_does_not_show_events_to_who_may_not_read_them(
    db_url: str, login: Callable[..., str]
) -> None:
    app = login("credits_app")
    assert call("status", "--json", url=app).document["events"] is None
    assert re.search(r"events +not visible to this role\n", call("status", url=app).stdout)
    assert call("status", "--json", url=login("credits_reader")).document["events"] is not None


def test_the_role_of_a_sweeper_may_deliver(
    db_url: str, login: Callable[..., str], deliver: Callable[..., Answer]
) -> None:
    tell(db_url, profile(db_url), 1)
    assert deliver(as_role=login("credits_app")).code == 0
    refused = deliver(as_role=login("credits_reader"))
    assert refused.code == 2
    assert refused.sentence.startswith("The role may not do this: ")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "there is no secret in it: write one a line."),
        (b"# whsec_\n\n", "there is no secret in it: write one a line."),
        (SECRET[6:].encode(), "line 1 is no secret"),
        (f"{SECRET}\n{SECRET[:-2]}!\n".encode(), "line 2 is no secret"),
        (b"\n\nwhsec_c2hvcnQ=\n", "line 3 is no secret"),
        (b"whsec_\xff\xfe\x00", "line 1 is no secret"),
        (f"{SECRET} {SECRET}".encode(), "line 1 is no secret"),
        (b"whsec_" + b"YWFh" * 30, "line 1 is no secret"),
    ],
)
def test_a_bad_secret_file_is_explained_and_not_quoted(
    deliver: Callable[..., Answer], secret_file: Path, content: bytes, reason: str
) -> None:
    secret_file.write_bytes(content)
    answer = deliver()
    assert answer.code == 2
    assert answer.sentence.startswith(f"{secret_file}: {reason}")


def test_a_missing_secret_file_is_explained(
    deliver: Callable[..., Answer], secret_file: Path
) -> None:
    secret_file.unlink()
    answer = deliver()
    assert answer.code == 2
    assert answer.sentence.endswith(f"{secret_file}: No such file or directory.")


@pytest.mark.parametrize(
    "url",
    [
        "app.example/webhooks",
        "ftp://app.example/",
        "file:///etc/passwd",
        "postgresql://u@h/d",
        "https://",
        "https:///path",
        "https://user:password@app.example/",
        "http://[::1/",
        "http://app.example:port/",
        "http://app.example:99999/",
        "http://app.example/a b",
        "http://app.example/\r\nx-forged: 1",
        "http://app.example/\u00fc",
        "http://a..b/",
        f"http://{'a' * 70}.example/",
    ],
)
def test_a_url_that_cannot_be_posted_to_is_malformed(
    deliver: Callable[..., Answer], url: str
) -> None:
    answer = deliver(url=url)
    assert answer.code == 2
    assert answer.sentence == (
        "The URL of the receiver is malformed: write https://app.example/webhooks"
    )


@pytest.mark.parametrize(
    "options",
    [
        ["--timeout", "0s"],
        ["--timeout", "6m"],
        ["--timeout", "15"],
        ["--at-once", "0"],
        ["--at-once", "101"],
        ["--every", "0s"],
    ],
    ids=" ".join,
)
def test_wrong_options_are_explained(deliver: Callable[..., Answer], options: list[str]) -> None:
    answer = deliver(*options)
    assert (answer.code, answer.stdout) == (2, "")
    assert "Error: " in answer.stderr


def test_without_the_package_that_signs_it_says_what_to_install(
    db_url: str, secret_file: Path
) -> None:
    program = (
        "import sys; sys.modules['standardwebhooks'] = None; sys.argv[0] = 'pgcredits'\n"
        "from pgcredits.__main__ import main; main()"
    )
    given = ("--url", "http://127.0.0.1:9/", "--secret-file", secret_file)
    answer = run_python("-c", program, "deliver", *given, url=db_url)
    assert answer.code == 2
    assert answer.sentence == "Delivering needs standardwebhooks: pip install 'pgcredits[deliver]'"
    assert run_python("-c", program, "status", url=db_url).code == 0


def test_the_page_names_every_option() -> None:
    page = (Path(__file__).parents[2] / "docs" / "delivery.md").read_text("utf-8")
    options = {name for param in COMMANDS.commands["deliver"].params for name in param.opts}
    assert options - {"--database-url"} == set(re.findall(r"^\| `(--[a-z-]+)` \|", page, re.M))


def test_an_event_of_the_functions_is_delivered(
    db_url: str, receiver: Receiver, deliver: Callable[..., Answer]
) -> None:
    profile_id = profile(db_url)
    fetch(db_url, f"select credits.set_alert('{profile_id}', 50, '{{credits.low}}')")
    assert call("reserve", profile_id, 60, url=db_url).code == 0
    assert deliver().code == 0
    (post,) = receiver.posts
    assert (post.document["type"], post.data["balance"]) == ("credits.low", 40)
    assert json.loads(post.body) == Webhook(SECRET).verify(post.body, dict(post.headers.items()))
