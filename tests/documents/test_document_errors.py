"""docs/errors.md says of each token what the SQL and the client do."""

from __future__ import annotations

import json
import re

from document_tools import ROOT

from fire.bad_inputs.entries import Outcome, http_status
from pgcredits._errors import BY_TOKEN
from pgcredits._server.schema import logic_files

ROW = re.compile(
    r"^\| `(?P<token>\w+)` \| (?P<sqlstate>\w{5}) \| (?P<exception>[^|]+) \| (?P<keys>[^|]+) "
    r"\| [^|]+ <a id=\"(?P<anchor>\w+)\"></a> \|$",
    re.MULTILINE,
)
DOCUMENTED = [match.groupdict() for match in ROW.finditer((ROOT / "docs/errors.md").read_text())]


def in_backticks(cell: str) -> set[str]:
    return set(re.findall(r"`(\w+)`", cell))


def keys_of(cell: str) -> set[frozenset[str]]:
    """The keys of each form that the DETAIL can have: "`stored`, `given`; or none"."""
    return {frozenset(in_backticks(form)) for form in cell.split("; or ")}


def test_every_refusal_in_the_sql_is_documented_with_its_sqlstate_and_detail() -> None:
    sql = "\n".join(file.read_text("utf-8") for file in logic_files())
    raised: dict[str, tuple[str, set[frozenset[str]]]] = {}
    for statement in re.findall(r"raise exception using\s(.*?);\n", sql, re.DOTALL):
        (sqlstate,) = re.findall(r"errcode = '(\w+)'", statement)
        if sqlstate in ("serialization_failure", "lock_not_available", "PT000"):
            continue  # what PostgreSQL would say; to leave a block
        (token,) = re.findall(r"message = '(\w+)'", statement)
        (detail,) = re.findall(r"detail = (.*?),\s+hint = ", statement, re.DOTALL)
        if detail.startswith("'"):
            keys = frozenset(json.loads(detail.strip("'")))
        else:  # jsonb_build_object(key, value, ...)
            keys = frozenset(re.findall(r"'(\w+)',\s*(?:'[^']+'|[^,']+)", detail))
        known_sqlstate, forms = raised.setdefault(token, (sqlstate, set()))
        assert known_sqlstate == sqlstate
        forms.add(keys)
    # What a proxy of shards refuses itself.
    proxy = (ROOT / "pyclient/pgcredits/_shards/proxy.sql").read_text("utf-8")
    for sqlstate, token, detail in re.findall(
        r"'code', '(PT\w+)',\s+'message', '(\w+)',\s+'detail', (.*?),\s+'hint'", proxy, re.DOTALL
    ):
        known_sqlstate, forms = raised.setdefault(token, (sqlstate, set()))
        assert known_sqlstate == sqlstate
        forms.add(frozenset(re.findall(r"\('(\w+)',", detail)))
    assert {row["token"]: (row["sqlstate"], keys_of(row["keys"])) for row in DOCUMENTED} == raised


def test_every_refusal_is_documented_with_its_exception() -> None:
    exceptions = {row["token"]: in_backticks(row["exception"]) for row in DOCUMENTED}
    assert {token: names for token, names in exceptions.items() if names} == {
        token: {kind.__name__} for token, kind in BY_TOKEN.items()
    }


def test_the_http_status_of_each_code_is_that_of_postgrest() -> None:
    section = (ROOT / "docs" / "errors.md").read_text("utf-8").partition("### Over HTTP\n")[2]
    rows = re.findall(r"^\| (`.+?) \| ([\d, ]+) \|", section.partition("\n### ")[0], re.MULTILINE)
    assert len(rows) > 5
    for codes, statuses in rows:
        for code in re.findall(r"`(\w{2,5}[.]*)`", codes):
            if not code.startswith(("PT", "PGRST")):
                state = code.replace(".", "0")
                told = {http_status(Outcome(False, state), role) for role in ("anon", "somebody")}
                assert {str(each) for each in told} <= set(statuses.split(", ")), code


def test_every_token_has_one_row_and_can_be_linked_to() -> None:
    tokens = [row["token"] for row in DOCUMENTED]
    assert len(tokens) == len(set(tokens))
    assert [row["anchor"] for row in DOCUMENTED] == tokens
