"""Writes docs/agents.md, the whole interface on one page for coding agents, and llms.txt.

`make docs` runs it, and a test fails when the files are not what it makes. Signatures, promises and
refusals come from the comments in sql/, as those of the reference do; what a refusal asks for comes
from docs/errors.md; what a page is about from its first sentence.
"""

from __future__ import annotations

import re
from pathlib import Path

from generate_reference import (
    DOCS,
    Function,
    functions,
    parameter_meanings,
    python_signature,
    signature,
    wrap,
)
from pgcredits._server.schema import MIGRATIONS_FOLDER

AGENTS = DOCS / "agents.md"
LLMS = DOCS.parent / "llms.txt"

INTRODUCTION = """\
# For coding agents

<!-- Written by docs/generate_agents.py from the comments in sql/. -->

The whole interface of pgcredits on one page: ten rules, every function, every refusal, every
result. People read [concepts](concepts.md) and the [reference](reference.md), which has an example
of each function.

pgcredits keeps prepaid credits in PostgreSQL, in the schema `credits`. A profile is one customer,
with a monthly and an addon bucket. A job takes credits when it starts; what comes back goes to the
bucket that it came from. Call the functions in SQL, or through the Python client, whose methods
have the same names: `pgcredits.Credits(pool)` is awaited, `pgcredits.sync.Credits(connection)`
waits. Both take what the application has: asyncpg, psycopg, SQLAlchemy, Django, Supabase.

## Ten rules

1. **Make the key first.** `job_id`, `reference`, `period_start`, `refund_id` and the like identify
   the effect. Store the key before the call. The same call again has no further effect and returns
   the first result, with `replayed` true. A new key is a new charge.
2. **Never write the tables, and keep no balance of your own.** Only the functions change credits.
   Read with `get_balance` and `get_statement`.
3. **Do not look before you reserve.** `reserve_credits` decides under a lock. Catch
   `insufficient_credits` and `limit_exceeded`, both HTTP 402. `preview_reserve` is for display.
4. **Reserve before the work, and end the job once.** It ran and its cost is known now:
   `settle_job`. It ran and failed: `refund_job`. It never started: `rollback_reservation`. A job of
   a fixed cost that has no hold needs no further call when it succeeds. Never give credits back
   with a grant.
5. **Give work that may die a `hold_for`.** Then settle what succeeds, or its credits go back at
   the deadline. `extend_hold` is the heartbeat. Run `pgcredits expire --every 60s`, or
   `expire_holds` and `expire_packs`, on a schedule.
6. **Amounts are whole numbers, and ids are UUIDs.** From 0 to 2^53-1: no floats, no decimals. For
   an id of another kind, use `id_of`. Times have a time zone.
7. **A refusal is final, and has changed nothing.** Compare the `token`, never the hint, and answer
   with `http_status`. Do not retry it.
8. **A lost answer is no refusal.** Make the same call with the same ids again, or let
   `Credits(Retry(pool))` do so. After `OutcomeUnknown` the call may have taken effect.
9. **In your own transaction, let a refusal end it.** Or ask for
   `Credits(connection, savepoints=True)`. Swallowed without a savepoint, it undoes your own rows at
   the commit.
10. **Name the arguments, and select from the function.** `select * from credits.f(name => value)`,
    never `select (credits.f(...)).*`, which makes the call once for each column. Compute an expiry
    from the event that was paid, not from now, so that a repeated webhook says the same.

A service that charges for work logs in as a member of `credits_app`. What creates or corrects
credits, such as a payment's webhook, needs `credits_admin`.
"""
LLMS_INTRODUCTION = """\
# pgcredits

> Prepaid credits as PostgreSQL functions, with a Python client and a command line: a job takes
> credits from a monthly and an addon bucket, and they go back to the bucket they came from. Every
> call has a key and is safe to repeat.

To write code that uses pgcredits, read [the page for coding agents](docs/agents.md) first: it has
ten rules and the whole interface.
"""
# Written for those who work on pgcredits itself, or the result of a run.
OPTIONAL = ("reliability.md", "performance.md", "schema.md", "legacy.md", "supabase.md")


def agents() -> str:
    """The text of the page."""
    return "\n".join(
        [
            INTRODUCTION,
            "## Functions\n",
            *(function_section(each) for each in functions()),
            "## Refusals\n",
            wrap(
                "`.token`, `.sqlstate`, `.http_status`, `.detail` and `.hint` in Python; MESSAGE, "
                "SQLSTATE, DETAIL (JSON) and HINT in SQL. `LockTimeout` and `StatementCancelled` "
                "(503) are not final: make the same call again. [Errors](errors.md) has the rest."
            ),
            "",
            "| token | HTTP | Python exception | keys of the detail | what to do |",
            "|---|---|---|---|---|",
            *refusals(),
            "",
            "## Results\n",
            "What functions answer with, and Python as attributes of a frozen dataclass.\n",
            *(wrap(f"- **{name}**: {columns}") for name, columns in types()),
            "",
        ]
    )


def function_section(function: Function) -> str:
    header = function.header
    meanings = parameter_meanings(function)
    return "\n".join(
        [
            f"### {function.name}\n",
            f"{wrap(function.comment)}\n",
            f"```text\n{signature(function)}\n\n{python_signature(function.name)}\n```\n",
            *(wrap(f"- `{name}`: {meaning}.") for name, meaning in meanings.items()),
            wrap(f"- **Result:** {header['Result']}"),
            wrap(f"- **Promises:** {header['Promises']}"),
            wrap(f"- **Raises:** {header['Raises']}"),
            wrap(f"- **Replay:** {header['Replay']}"),
            "",
        ]
    )


def refusals() -> list[str]:
    """The rows of the table in docs/errors.md, shorter by what the token says already."""
    rows = re.findall(
        r"^\| (`\w+`) \| PT(\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) <a id=\"\w+\"></a> \|$",
        (DOCS / "errors.md").read_text("utf-8"),
        re.MULTILINE,
    )
    return [f"| {' | '.join(row)} |" for row in rows]


def types() -> list[tuple[str, str]]:
    """Each result type, and its columns with their types."""
    text = (MIGRATIONS_FOLDER / "pgcredits.0003.result_types.sql").read_text("utf-8")
    return [
        (name, f"{', '.join(' '.join(line.split()) for line in columns.split(','))}.")
        for name, columns in re.findall(r"create type credits\.(\w+) as \((.*?)\n  \);", text, re.S)
    ]


def llms() -> str:
    """The text of llms.txt: what there is to read, and what it is about."""
    pages = sorted([*DOCS.glob("*.md"), *DOCS.glob("recipes/*.md")])
    optional = [page for page in pages if page.name in OPTIONAL]
    recipes = [page for page in pages if page.parent.name == "recipes"]
    return "\n".join(
        [
            LLMS_INTRODUCTION,
            "## Docs\n",
            *(line(page) for page in pages if page not in (*optional, *recipes)),
            "\n## Recipes\n",
            *(line(page) for page in recipes),
            "\n## Optional\n",
            *(line(page) for page in optional),
            "- [Where is the rule for X?](sql/README.md): the file of each rule.",
            "- [Contributing](CONTRIBUTING.md): how to change pgcredits itself.",
            "",
        ]
    )


def line(page: Path) -> str:
    """A link to a page, with its title and first sentence."""
    title, *paragraphs = page.read_text("utf-8").split("\n\n")
    text = next(each for each in paragraphs if not each.startswith("<!--"))
    plain = re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", " ".join(text.split()))
    sentence = re.split(r"[.:] ", plain)[0].rstrip(".:")
    link = page.relative_to(DOCS.parent).as_posix()
    return f"- [{title.removeprefix('# ')}]({link}): {sentence}."


if __name__ == "__main__":
    AGENTS.write_text(agents(), "utf-8")
    LLMS.write_text(llms(), "utf-8")
