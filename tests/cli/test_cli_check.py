"""``check`` of all books: in pieces, of those that changed, stopped and gone on with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import psycopg
import pytest
from cli_tools import call, execute, fetch

from pgcredits import Credits

FIGURES = ("profiles", "checked", "entries")


def opened(url: str, count: int) -> list[str]:
    """Ids of new profiles with one ledger row each, ascending."""
    profiles = sorted(str(uuid4()) for _ in range(count))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "select count(credits.open_profile(id::uuid, 50)) from unnest(%s::text[]) id",
            [profiles],
        )
    return profiles


def damage(url: str, *profiles: str) -> None:
    for each in profiles:
        execute(url, f"update credits.profiles set credits_remaining = 7 where id = '{each}'")


def failing(
    monkeypatch: pytest.MonkeyPatch, error: BaseException, *, at: int, times: int = 1
) -> list[Any]:
    """Lets pieces fail from a number on, so often. Gives the arguments of all calls."""
    calls: list[Any] = []
    check: Callable[..., Any] = Credits.check_profiles

    async def breaking(self: Credits, **arguments: Any) -> Any:
        calls.append(arguments)
        if at <= len(calls) < at + times:
            raise error
        return await check(self, **arguments)

    monkeypatch.setattr(Credits, "check_profiles", breaking)
    return calls


def test_the_pieces_together_are_all_books(db_url: str) -> None:
    profiles = opened(db_url, 10)
    damage(db_url, profiles[0], profiles[9])
    for batch_size in (1, 7, 1_000_000):
        told = call("check", "--json", "--batch-size", batch_size, url=db_url)
        assert (told.code, told.stderr) == (1, "")
        document = told.document
        assert [document[name] for name in FIGURES] == [10, 10, 10]
        assert [each["profile_id"] for each in document["findings"]] == [profiles[0], profiles[9]]
        assert (document["sound"], document["complete"]) == (False, True)
        assert document["last_id"] == profiles[9]


def test_only_those_that_changed_since(db_url: str) -> None:
    old = opened(db_url, 3)
    began_at = call("check", "--json", url=db_url).document["began_at"]
    damage(db_url, *old)
    (new,) = opened(db_url, 1)
    document = call("check", "--since", began_at, "--json", url=db_url).document
    assert [document[name] for name in FIGURES] == [4, 1, 1]
    assert document["sound"] is True
    damage(db_url, new)
    answer = call("check", "--since", began_at, url=db_url)
    assert (answer.code, answer.stdout.splitlines()[-1]) == (1, "1 finding")


def test_a_check_that_was_stopped_says_how_it_goes_on(
    db_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    profiles = opened(db_url, 5)
    damage(db_url, profiles[0], profiles[4])
    failing(monkeypatch, ConnectionResetError("Connection reset by peer"), at=3)
    answer = call("check", "--batch-size", 2, url=db_url)
    assert answer.code == 2
    assert answer.stdout.splitlines()[-1] == "1 finding"
    told, reason = answer.stderr.splitlines()
    assert told == f"Stopped after 2 profiles. Go on with: pgcredits check --after {profiles[1]}"
    assert reason == "The operating system reported: Connection reset by peer."
    monkeypatch.undo()
    rest = call("check", "--after", profiles[1], "--json", url=db_url).document
    assert [each["profile_id"] for each in rest["findings"]] == [profiles[4]]
    assert rest["profiles"] == 3


def test_a_stopped_check_of_a_program_is_not_complete(
    db_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    profiles = opened(db_url, 5)
    failing(monkeypatch, ConnectionResetError("Connection reset by peer"), at=3)
    since = "2026-01-01T00:00:00Z"
    answer = call("check", "--since", since, "--batch-size", 2, "--json", url=db_url)
    assert (answer.code, answer.document["complete"]) == (2, False)
    assert answer.document["sound"] is None
    assert answer.document["last_id"] == profiles[1]
    assert answer.document["error"] == "cannot_run"
    assert answer.document["hint"].endswith("Connection reset by peer.")
    assert answer.stderr.splitlines()[0].endswith(
        f"pgcredits check --after {profiles[1]} --since 2026-01-01T00:00:00+00:00"
    )


def test_books_that_nobody_looked_at_are_not_sound(
    db_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    profiles = opened(db_url, 5)
    failing(monkeypatch, KeyboardInterrupt(), at=3)
    answer = call("check", "--batch-size", 2, "--json", url=db_url)
    assert answer.code == 130
    assert (answer.document["sound"], answer.document["complete"]) == (None, False)
    assert (answer.document["last_id"], answer.document.get("error")) == (profiles[1], None)
    monkeypatch.undo()
    damage(db_url, profiles[0])
    failing(monkeypatch, KeyboardInterrupt(), at=3)
    found = call("check", "--batch-size", 2, "--json", url=db_url).document
    assert (found["sound"], found["complete"]) == (False, False)


def test_a_piece_that_a_standby_cancelled_is_tried_again(
    db_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(db_url, 2)
    conflict = asyncpg.SerializationError("canceling statement due to conflict with recovery")
    calls = failing(monkeypatch, conflict, at=2)
    assert call("check", "--batch-size", 2, url=db_url).stdout == "sound\n"
    assert calls[1] == calls[2]
    failing(monkeypatch, conflict, at=2, times=5)
    answer = call("check", "--batch-size", 2, url=db_url)
    assert (answer.code, answer.stdout) == (2, "")


def test_no_session_keeps_a_snapshot_between_pieces(
    db_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(db_url, 3)
    seen: list[Any] = []
    check: Callable[..., Any] = Credits.check_profiles

    async def looking(self: Credits, **arguments: Any) -> Any:
        piece = await check(self, **arguments)
        seen.extend(
            fetch(
                db_url,
                "select state, backend_xmin from pg_stat_activity"
                " where query like '%check_profiles%' and pid <> pg_backend_pid()",
            )
        )
        return piece

    monkeypatch.setattr(Credits, "check_profiles", looking)
    assert call("check", "--batch-size", 2, url=db_url).code == 0
    assert seen == [("idle", None)] * 4


def test_one_profile_has_no_pieces(db_url: str) -> None:
    answer = call("check", UUID(int=1), "--after", UUID(int=2), url=db_url)
    assert answer.code == 2
    assert "PROFILE is checked whole, without --since and --after: " in answer.stderr
