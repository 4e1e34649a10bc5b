"""Writes docs/reference.md from the comments and signatures of the functions in sql/.

`make docs` runs it, and a test fails when the file is not what it makes. A header that lacks a
line, or describes other parameters than the function has, stops it.
"""

from __future__ import annotations

import inspect
import re
import textwrap
from dataclasses import dataclass
from pathlib import Path

import pgcredits
from pgcredits import Credits
from pgcredits._server.schema import logic_files

DOCS = Path(__file__).resolve().parent
REFERENCE = DOCS / "reference.md"
EXAMPLES = DOCS / "examples" / "functions"

INTRODUCTION = """\
# Reference

<!-- Written by docs/generate_reference.py from the comments in sql/. -->

Every function is in the schema `credits`. Call it with named arguments: names and meanings never
change once released, while a later version may add parameters with defaults. Amounts are whole
credits, at most 2^53-1.

Each function that returns one row can be called as `select * from credits.f(...)`, which gives the
columns of its result type. Never write `select (credits.f(...)).*`: PostgreSQL makes the call once
for each column, and the row that you see [says `replayed`](concepts.md#keys-and-replays). The
[schema](schema.md) has the types and the tables. The Python client has one method of the same name
for each function; `id_of`, `shard_of` and `new_job_id` are functions of the package, since they ask
no database.

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
        comment=parse_comment(sql),
    )


def parse_header(sql: str) -> dict[str, str]:
    """The lines `-- Title: text` above a function; a line indented further continues the last."""
    header = re.sub(r"\n--  +", " ", sql.partition("\n\n")[0])
    lines = dict(re.findall(r"^-- ([A-Z]\w+): (.+)$", header, re.MULTILINE))
    lines["Reads"], lines["Writes"] = lines["Reads"].split(". Writes: ")
    return lines


def parse_comment(sql: str) -> str:
    """What the `comment on function` below a function says."""
    found = re.search(
        r"^comment on function [^']*? is\s+((?:'(?:[^']|'')*'\s*)+);", sql, re.MULTILINE
    )
    if found is None:
        raise ValueError(f"no comment in: {sql[:60]}")
    return "".join(re.findall(r"'((?:[^']|'')*)'", found[1])).replace("''", "'")


def reference() -> str:
    """The text of the whole file."""
    return "\n".join(
        [
            INTRODUCTION,
            *(wrap(f"- [{f.name}](#{f.name}): {summary(f.comment)}") for f in functions()),
            "",
            *(function_section(f) for f in functions()),
        ]
    )


def function_section(function: Function) -> str:
    header = function.header
    return "\n".join(
        [
            f"## {function.name}\n",
            f"{wrap(function.comment)}\n",
            f"```text\n{signature(function)}\n```\n",
            *parameter_table(function),
            wrap(f"- **Promises:** {header['Promises']}"),
            wrap(f"- **Result:** {link_result(function)}"),
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


def link_result(function: Function) -> str:
    """What the header says of the result, which begins with the name of its type."""
    result = function.header["Result"]
    if not (named := re.search(r"credits\.(\w+)", function.result)):
        return result
    return re.sub(rf"^{named[1]}\b", f"[{named[1]}](schema.md#{named[1]})", result)


def link_argument(type_name: str) -> str:
    return re.sub(r"^credits\.(\w+)", r"[\1](schema.md#\1)", type_name)


def link_tokens(text: str) -> str:
    return re.sub(r"\b([a-z]+(?:_[a-z]+)+)\b", r"[`\1`](errors.md#\1)", text)


def python_signature(name: str) -> str:
    method = getattr(Credits, name, None)
    signature = inspect.signature(method or getattr(pgcredits, name))
    parameters = [p for p in signature.parameters.values() if p.name != "self"]
    call = f"{name}{signature.replace(parameters=parameters)}"
    call = f"await client.{call}" if method else f"pgcredits.{call}"
    return re.sub(r"(: |-> )'([^']*)'", r"\1\2", call).replace("'", '"')


def example(name: str, suffix: str) -> str:
    return (EXAMPLES / f"{name}{suffix}").read_text("utf-8").rstrip("\n")


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
