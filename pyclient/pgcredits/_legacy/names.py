"""The names of the previous application's tables, as the options of the command give them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pgcredits._server.failures import CannotRunError

KINDS = ("open", "deduct", "refund", "addon", "monthly", "reset", "reset_to", "unknown")
# Each old table, and the columns that are read.
TABLES = {
    "profiles": ("id", "credits_remaining", "addon_credits"),
    "jobs": ("id", "user_id", "status", "meta_json", "created_at"),
    "ledger": ("id", "user_id", "delta", "reason", "ts"),
}
# Columns that are read only where --column names them.
OPTIONAL = {"ledger": ("job_id",)}
# The regular expression of an id that is one here, as SQL has it.
UUID = "'^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'"
_PART = r'("(?:[^"]|"")+"|[^".]+)'  # of a table's name


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What the old tables and columns are called, and which reasons are of which kind.

    ``tables``: schema and name of each; ``columns``: by table and our name, where it is another;
    ``kinds``: kind and regular expression, the first match counts; ``ledger``: whether there is
    one to read.
    """

    tables: Mapping[str, tuple[str, str]]
    columns: Mapping[tuple[str, str], str]
    kinds: Sequence[tuple[str, str]] = ()
    ledger: bool = True

    def used(self) -> list[str]:
        """The old tables that are read."""
        return [name for name in TABLES if self.ledger or name != "ledger"]


def names_of(
    schema: str,
    tables: Sequence[str],
    columns: Sequence[str],
    kinds: Sequence[str],
    *,
    ledger: bool,
) -> Names:
    """The names that the command's options give. Raises ``CannotRunError``."""
    named = {name: (schema, name) for name in TABLES}
    for option in tables:
        name, table = _pair(option, "--table", "NAME=TABLE")
        if name not in TABLES:
            raise CannotRunError(f"--table {option}: NAME is one of {', '.join(TABLES)}.")
        named[name] = _table_name(option, schema, table)
    renamed = {}
    possible = {name: (*TABLES[name], *OPTIONAL.get(name, ())) for name in TABLES}
    for option in columns:
        name, column = _pair(option, "--column", "TABLE.NAME=COLUMN")
        table, _, ours = name.partition(".")
        if ours not in possible.get(table, ()):
            known = ", ".join(f"{name}.{each}" for name in possible for each in possible[name])
            raise CannotRunError(f"--column {option}: TABLE.NAME is one of {known}.")
        renamed[table, ours] = column
    expressions = [_pair(option, "--kind", "KIND=REGEX") for option in kinds]
    for kind, expression in expressions:
        if kind not in KINDS:
            raise CannotRunError(f"--kind {kind}={expression}: KIND is one of {', '.join(KINDS)}.")
    return Names(tables=named, columns=renamed, kinds=expressions, ledger=ledger)


def _pair(option: str, name: str, form: str) -> tuple[str, str]:
    left, separator, right = option.partition("=")
    if not (left and separator and right):
        raise CannotRunError(f"{name} {option}: write {form}.")
    return left, right


def _table_name(option: str, schema: str, table: str) -> tuple[str, str]:
    """TABLE or SCHEMA.TABLE, each as it is, or in double quotes as in SQL."""
    if found := re.fullmatch(rf"(?:{_PART}\.)?{_PART}", table):
        given, name = (_unquoted(part) for part in found.groups(default=""))
        return given or schema, name
    raise CannotRunError(
        f"--table {option}: write TABLE or SCHEMA.TABLE, and a name with a dot or a quote in "
        "double quotes, as in SQL."
    )


def _unquoted(part: str) -> str:
    return part[1:-1].replace('""', '"') if part.startswith('"') else part


def identifier(name: str) -> str:
    """A name as SQL has it, always in double quotes."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text constant as SQL has it, whatever standard_conforming_strings says."""
    quoted = "'" + text.replace("'", "''").replace("\\", "\\\\") + "'"
    return f" E{quoted}" if "\\" in text else quoted


def shown(name: tuple[str, str]) -> str:
    """A table's name for people."""
    return ".".join(part if re.fullmatch(r"\w+", part) else identifier(part) for part in name)
