"""The publication of docs/operations.md has every row of the ledger, once and in its order."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from document_tools import ROOT, blocks

from pgcredits._server.local_server import LocalServer
from pgcredits._server.migrate import migrate

PUBLICATION = "create publication "
CALLS = """
select credits.open_profile('11111111-1111-4111-8111-111111111111', 100, 50);
select credits.reserve_credits('11111111-1111-4111-8111-111111111111',
                               'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', 120);
select credits.settle_job('aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', 90);
"""


@pytest.fixture(scope="module")
def logical_url() -> Iterator[str]:
    """A server with logical decoding and the schema."""
    folder = Path(tempfile.mkdtemp(prefix="pgcredits-feed-"))
    folder.chmod(0o755)  # the server's own user has to reach its folder
    try:
        with (
            LocalServer(folder / "server") as server,
            psycopg.connect(server.url(), autocommit=True) as own,
        ):
            own.execute("alter system set wal_level = logical")
            own.execute("alter system set fsync = off")
        with LocalServer(folder / "server") as server:
            migrate(server.url())
            yield server.url()
    finally:
        shutil.rmtree(folder)


def inserted(changes: list[bytes]) -> list[list[str | None]]:
    """The rows that pgoutput tells of: 'I', the table, 'N', the number of columns, the columns."""
    rows = []
    for change in changes:
        if change[:1] != b"I":
            assert change[:1] in b"BCRYO", change  # what stands around the rows
            continue
        assert change[5:6] == b"N"
        row: list[str | None] = []
        at = 8
        for _ in range(int.from_bytes(change[6:8])):
            length = int.from_bytes(change[at + 1 : at + 5]) if change[at : at + 1] == b"t" else 0
            row.append(change[at + 5 : at + 5 + length].decode() if length else None)
            at += 5 + length if change[at : at + 1] == b"t" else 1
        rows.append(row)
    return rows


@pytest.mark.server
def test_every_row_of_the_ledger_comes_once_and_in_order(logical_url: str) -> None:
    (statement,) = [
        block.code
        for block in blocks(ROOT / "docs" / "operations.md")
        if block.code.startswith(PUBLICATION)
    ]
    with psycopg.connect(logical_url, autocommit=True) as own:
        own.execute(statement)
        try:
            own.execute("select pg_create_logical_replication_slot('feed', 'pgoutput')")
        except (psycopg.errors.UndefinedFile, psycopg.errors.UndefinedObject) as error:
            pytest.skip(f"this server has no pgoutput: {error}")
        own.execute(CALLS)
        own.execute("update credits.settings set low_balance = 5")  # another table
        with pytest.raises(psycopg.Error):
            own.execute("select credits.settle_job(gen_random_uuid())")
        read = """
          select data from pg_logical_slot_get_binary_changes(
            'feed', null, null, 'proto_version', '1', 'publication_names', 'credits_ledger')
        """
        changes = [data for (data,) in own.execute(read).fetchall()]
        columns = own.execute("select * from credits.ledger limit 0").description or []
        names = [column.name for column in columns]
        told = [dict(zip(names, row, strict=True)) for row in inserted(changes)]
        stored = own.execute(
            "select seq::text, kind, monthly_balance::text, addon_balance::text"
            " from credits.ledger order by seq"
        ).fetchall()
        assert [
            (row["seq"], row["kind"], row["monthly_balance"], row["addon_balance"]) for row in told
        ] == stored
        assert len(stored) == 3
        assert own.execute(read).fetchall() == []
        own.execute("select pg_drop_replication_slot('feed')")
