"""Writes docs/reference.md from the comments and signatures in sql/ and migrations/.

`make docs` runs it, and a test fails when the file is not what it makes. A header that lacks a
line, or describes other parameters than the function has, stops it.
"""

from __future__ import annotations

import inspect
import re
import textwrap
from dataclasses import dataclass
from pathlib import Path

from pgcredits import Credits
from pgcredits.schema import logic_files, migration_files

DOCS = Path(__file__).resolve().parent
REFERENCE = DOCS / "reference.md"
EXAMPLES = DOCS / "examples" / "functions"

INTRODUCTION = """\
# Reference

<!-- Written by docs/generate_reference.py from the comments in sql/ and migrations/. -->

Every function is in the schema `credits`. Call it with named arguments: names and meanings never
change once released, while a later version may add parameters with defaults. Amounts are whole
credits, at most 2^53-1.

Each function that returns one row can be called as `select * from credits.f(...)`, which gives
the columns of its [result type](#result-types). The Python client has one method of the same name
for each function.

The examples run one after the other on an empty database. The profile that the first one opens is
the one that the others use, except for those that open or import one of their own.
"""


@dataclass(frozen=True)
class Parameter:
    name: str
    type: str
    default: str


@dataclass(frozen=True)
class Function:
    name: str
    parameters: list[Parameter]
    result: str
    header: dict[str, str]
    comment: str


@dataclass(frozen=True)
class Relation:
    """A table, or the type of a result: its columns with their types and meanings."""

    name: str
    comment: str
    columns: list[tuple[str, str, str]]


def functions() -> list[Function]:
    """The public functions, in the order of the manifest."""
    return [
        parse_function(file.read_text("utf-8"))
        for file in logic_files()
        if file.parent.name == "functions"
    ]


def parse_function(sql: str) -> Function:
    declared = re.search(r"function credits\.(\w+)\((.*?)\)\s+returns ([^\n]+)\n", sql, re.DOTALL)
    if declared is None:
        raise ValueError(f"no function in: {sql[:60]}")
    name, arguments, result = declared.groups()
    parameters = re.findall(r"(?:^|,)\s*(\w+) ([\w.]+(?:\[\])?)(?: default ([^,\n]+))?", arguments)
    return Function(
        name=name,
        parameters=[Parameter(*parameter) for parameter in parameters],
        result=result,
        header=parse_header(sql),
        comment=parse_comments(sql)[f"function {name}"],
    )


def parse_header(sql: str) -> dict[str, str]:
    """The lines `-- Title: text` above a function; a line indented further continues the last."""
    header = re.sub(r"\n--  +", " ", sql.partition("\n\n")[0])
    lines = dict(re.findall(r"^-- ([A-Z]\w+): (.+)$", header, re.MULTILINE))
    lines["Reads"], lines["Writes"] = lines["Reads"].split(". Writes: ")
    return lines


def parse_comments(sql: str) -> dict[str, str]:
    """What each `comment on` says, under `function name`, `table name`, `column table.name`, ..."""
    found = re.findall(
        r"^comment on (\w+) credits\.([\w.]+)(?:\([^)]*\))? is\s+((?:'(?:[^']|'')*'\s*)+);",
        sql,
        re.MULTILINE,
    )
    return {
        f"{kind} {name}": "".join(re.findall(r"'((?:[^']|'')*)'", text)).replace("''", "'")
        for kind, name, text in found
    }


def relations(kind: str) -> list[Relation]:
    """The tables, or the types, that the migrations make, save for internal ones."""
    sql = "\n".join(file.read_text("utf-8") for file in migration_files())
    comments = parse_comments(sql)
    made = re.findall(
        rf"create {kind} (?:if not exists )?credits\.([a-z]\w*) (?:as )?\(\n(.*?)\n *\);",
        sql,
        re.DOTALL,
    )
    # What an attribute means wherever it stands: rows of ('attribute', 'meaning').
    told = re.findall(r"^ +\('(\w+)', '((?:[^']|'')*)'\)", sql, re.MULTILINE)
    shared = {name: meaning.replace("''", "'") for name, meaning in told if kind == "type"}
    result = []
    for name, body in made:
        indent = len(body) - len(body.lstrip(" "))  # deeper lines continue a constraint
        columns = re.findall(rf"^ {{{indent}}}(?!constraint )(\w+) ([\w.]+)", body, re.MULTILINE)
        meant = {c: comments.get(f"column {name}.{c}", shared.get(c, "")) for c, _ in columns}
        result.append(
            Relation(name, comments[f"{kind} {name}"], [(c, t, meant[c]) for c, t in columns])
        )
    return result


def reference() -> str:
    """The text of the whole file."""
    types, tables = relations("type"), relations("table")
    given = {p.type for f in functions() for p in f.parameters}
    arguments = [t for t in types if f"credits.{t.name}[]" in given]
    results = [t for t in types if t not in arguments]
    return "\n".join(
        [
            INTRODUCTION,
            "## Functions\n",
            *(wrap(f"- [{f.name}](#{f.name}): {summary(f.comment)}") for f in functions()),
            "",
            *(function_section(f, [t.name for t in results]) for f in functions()),
            "## Result types\n",
            "`get_statement` and `expire_packs` return rows of the table [ledger](#ledger).\n",
            *(relation_section(t) for t in results),
            "## Argument types\n",
            *(relation_section(t) for t in arguments),
            "## Tables\n",
            "Only the functions write them, and `credits_reader` reads them. The exception is",
            "[settings](operations.md#settings), which an administrator changes.\n",
            *(relation_section(t) for t in tables),
            "## Views\n",
            *view_lines(),
            "",
        ]
    )


def function_section(function: Function, types: list[str]) -> str:
    header = function.header
    return "\n".join(
        [
            f"### {function.name}\n",
            f"{wrap(function.comment)}\n",
            f"```text\n{signature(function)}\n```\n",
            *parameter_table(function),
            wrap(f"- **Promises:** {header['Promises']}"),
            wrap(f"- **Result:** {link_type(header['Result'], types)}"),
            wrap(f"- **Locks:** {header['Locks']}"),
            wrap(f"- **Reads:** {header['Reads']}. **Writes:** {header['Writes']}"),
            wrap(f"- **Raises:** {link_tokens(header['Raises'])}"),
            wrap(f"- **Replay:** {header['Replay']}"),
            "",
            f"```py\n{python_signature(function.name)}\n```\n",
            f"```sql\n{example(function.name, '.sql')}\n```\n",
            f"```text\n{example(function.name, '.sql.out')}\n```\n",
        ]
    )


def signature(function: Function) -> str:
    parameters = ",\n".join(
        f"  {p.name} {p.type}" + (f" default {p.default}" if p.default else "")
        for p in function.parameters
    )
    inside = f"\n{parameters}\n" if parameters else ""
    return f"credits.{function.name}({inside}) returns {function.result}"


def parameter_table(function: Function) -> list[str]:
    meanings = parameter_meanings(function)
    if not meanings:
        return []
    rows = [
        f"| `{p.name}` | {link_argument(p.type)} | {f'`{p.default}`' if p.default else 'required'} "
        f"| {meanings[p.name]} |"
        for p in function.parameters
    ]
    return ["| parameter | type | default | meaning |", "|---|---|---|---|", *rows, ""]


def parameter_meanings(function: Function) -> dict[str, str]:
    """Out of `profile_id; monthly, addon: what is in each bucket; amount: credits to add.`

    `the same as in F.` takes the words of another function for the parameters of the same names.
    """
    meanings: dict[str, str] = {}
    if same := re.fullmatch(r"the same as in (\w+)\.", function.header["Parameters"]):
        (other,) = (f for f in functions() if f.name == same[1])
        told = parameter_meanings(other)
        meanings = {p.name: told[p.name] for p in function.parameters if p.name in told}
    elif function.header["Parameters"] != "none.":
        for part in function.header["Parameters"].removesuffix(".").split("; "):
            names, _, meaning = part.partition(": ")
            meanings |= dict.fromkeys(names.split(", "), meaning)
    if list(meanings) != [p.name for p in function.parameters]:
        raise ValueError(f"{function.name}: its header describes {', '.join(meanings)}")
    return meanings


def link_type(text: str, types: list[str]) -> str:
    return re.sub(rf"^({'|'.join([*types, 'ledger'])})\b", r"[\1](#\1)", text)


def link_argument(type_name: str) -> str:
    return re.sub(r"^credits\.(\w+)", r"[\1](#\1)", type_name)


def link_tokens(text: str) -> str:
    return re.sub(r"\b([a-z]+(?:_[a-z]+)+)\b", r"[`\1`](errors.md#\1)", text)


def python_signature(name: str) -> str:
    signature = inspect.signature(getattr(Credits, name))
    parameters = [p for p in signature.parameters.values() if p.name != "self"]
    call = f"await client.{name}{signature.replace(parameters=parameters)}"
    return re.sub(r"(: |-> )'([^']*)'", r"\1\2", call).replace("'", '"')


def example(name: str, suffix: str) -> str:
    return (EXAMPLES / f"{name}{suffix}").read_text("utf-8").rstrip("\n")


def relation_section(relation: Relation) -> str:
    with_meanings = any(meaning for _, _, meaning in relation.columns)
    return "\n".join(
        [
            f"### {relation.name}\n",
            f"{wrap(relation.comment)}\n",
            "| column | type |" + " meaning |" * with_meanings,
            "|---|---|" + "---|" * with_meanings,
            *(f"| `{c}` | {t} |" + f" {m} |" * with_meanings for c, t, m in relation.columns),
            "",
        ]
    )


def view_lines() -> list[str]:
    comments = parse_comments("\n".join(file.read_text("utf-8") for file in logic_files()))
    return [
        wrap(f"- `credits.{name.removeprefix('view ')}`: {comment}")
        for name, comment in comments.items()
        if name.startswith("view ")
    ]


def wrap(text: str) -> str:
    """Lines of 100 columns; those of a list's item are indented below it."""
    indent = "  " if text.startswith("- ") else ""
    return textwrap.fill(
        text, 100, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def summary(comment: str) -> str:
    return re.split(r"[.:;] ", comment.rstrip("."))[0] + "."


if __name__ == "__main__":
    REFERENCE.write_text(reference(), "utf-8")
