"""What is wrong with the words of a command: all that is missing at once, and JSON with --json."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any
from uuid import UUID

import typer
from typer.core import TyperCommand, TyperGroup

from pgcredits._cli.output import print_json

# typer has them from click, or keeps a copy of its own: it names only the class that is below.
_UsageError: Any = typer.BadParameter.__mro__[1]
_ClickError: Any = typer.BadParameter.__mro__[2]

#: How the command at hand spells the parameters of functions: ``--refund-id`` for ``refund_id``.
spelling: ContextVar[Mapping[str, str]] = ContextVar("spelling", default={})  # noqa: B039


class Command(TyperCommand):
    """A command that says in one sentence all that is missing, and what a wrong value is."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """The arguments, as typer reads them."""
        given = list(args)
        try:
            return super().parse_args(ctx, args)
        except _UsageError as error:
            # Named, since the classes have no public name.
            match type(error).__name__:
                case "MissingParameter":
                    missing = self._missing(ctx, given)
                    if len(missing) > 1:
                        raise _UsageError(f"Missing: {', '.join(missing)}.", ctx) from error
                case "NoSuchOption":
                    for word in given:
                        if re.fullmatch(r"-[0-9]+", word) and word.startswith(error.option_name):
                            raise _UsageError(
                                f"{word} is no amount: write a whole number of 0 or more.", ctx
                            ) from error
                case "BadParameter" if error.param is not None:
                    values, *_ = self.make_parser(ctx).parse_args(args=given)
                    error.message = _plain(error.message, values.get(error.param.name))
            raise

    def _missing(self, ctx: Any, given: list[str]) -> list[str]:
        values, *_ = self.make_parser(ctx).parse_args(args=list(given))
        return [
            _spelled(parameter)
            for parameter in self.get_params(ctx)
            if parameter.required and not isinstance(values.get(parameter.name), str | list | tuple)
        ]

    def invoke(self, ctx: Any) -> Any:
        """Runs the command."""
        spelling.set({str(each.name): _spelled(each) for each in self.params})
        return super().invoke(ctx)


def _plain(message: str, given: Any) -> str:
    """What is wrong with the value of a parameter, in the words of this program."""
    values = given if isinstance(given, list | tuple) else [given]
    if "valid UUID" in message:
        text = next((value for value in values if not _is_uuid(value)), "")
        quoted = "'" + text.replace("'", "''") + "'"  # as SQL has it
        return (
            f"{quoted} is no UUID. credits.id_of({quoted}) makes one of any text: "
            "docs/recipes/ids_of_other_systems.md"
        )
    if "valid integer" in message:
        return f"'{given}' is no whole number"
    if bound := re.search(r"(greater|less) than or equal to (\S+)", message):
        return f"write {bound[2]} or {'more' if bound[1] == 'greater' else 'less'}"
    return message


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _spelled(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return str(parameter.metavar)
    return str(max(parameter.opts, key=len))


class Group(TyperGroup):
    """Commands, listed by its help."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """The list of the commands, each with its whole first sentence: nothing is cut."""
        commands = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(
                [
                    (name, command.get_short_help_str(limit=1_000))
                    for name, command in commands
                    if command is not None and not command.hidden
                ]
            )


class Program(Group):
    """All commands. With ``--json``, what is wrong with the words is a document, too."""

    def main(self, args: Any = None, *others: Any, **options: Any) -> Any:
        """Runs the command that the words name, and exits."""
        words = list(sys.argv[1:] if args is None else args)
        try:
            code = super().main(words, *others, **{**options, "standalone_mode": False})
        except _ClickError as error:
            if "--json" in words:
                print_json(failure_document("wrong_usage", error.format_message()))
            else:
                error.show()
            sys.exit(error.exit_code)
        except typer.Abort:
            sys.exit(1)
        sys.exit(code if isinstance(code, int) else 0)


def failure_document(error: str, hint: str, **more: object) -> dict[str, object]:
    """A failure for programs, with the keys that a refusal has."""
    return {"error": error, "sqlstate": None, "detail": {}, "hint": hint, **more}
