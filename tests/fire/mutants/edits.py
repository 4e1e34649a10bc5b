"""What can be done to a rule: small edits of code, each of the one place that its words fit."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from fire.mutants.source import Code, DoesNotFitError, Span

#: Gives the text of the code with its rule broken. Raises DoesNotFitError unless it is there once.
Edit = Callable[[Code], str]


def instead(old: str, new: str, *, beside: str = "") -> Edit:
    """Something else stands there. Its names are written as the code writes them.

    ``beside``, in each of these edits: another expression of the same statement, which tells it
    from others like it.
    """

    def edit(code: Code) -> str:
        span = code.find(old, beside=beside)
        return code.replaced(span, code.spelled(new, span))

    return edit


def without(text: str, *, beside: str = "") -> Edit:
    """It is left out."""
    return instead(text, "", beside=beside)


def always(condition: str, *, beside: str = "") -> Edit:
    """A condition of ``if``, ``where`` or ``or`` is taken for true."""
    return _taken_for("true", condition, beside)


def never(condition: str, *, beside: str = "") -> Edit:
    """A condition is taken for false."""
    return _taken_for("false", condition, beside)


def _taken_for(value: str, condition: str, beside: str) -> Edit:
    def edit(code: Code) -> str:
        span = code.find(condition, beside=beside, condition=True)
        return code.replaced(span, value if code.language == "sql" else value.capitalize())

    return edit


def not_refused(token: str) -> Edit:
    """The error with this token is never raised: the ``if`` around it does not hold."""

    def edit(code: Code) -> str:
        at = code.find(f"'{token}'").first
        depth = 1
        while depth:
            at -= 1
            if at < 0 or code.word(at).startswith("$"):
                raise DoesNotFitError(f"{code.name}: {token!r} is not raised under a condition", 0)
            if code.word(at) == "if":
                depth += 1 if code.word(at - 1) == "end" else -1
            elif code.word(at) == "elsif" and depth == 1:
                depth = 0
        return code.replaced(Span(at + 1, _then(code, at + 1)), "false")

    return edit


def _then(code: Code, at: int) -> int:
    """The ``then`` of an ``if``, past those of ``case``."""
    cases = 0
    while code.word(at) and (cases or code.word(at) != "then"):
        cases += (code.word(at) == "case") - (cases > 0 and code.word(at) == "end")
        at += 1
    return at


def kept(column: str) -> Edit:
    """An update leaves a column as it was. ``column``: with the alias, where several have it."""

    def edit(code: Code) -> str:
        spans = [
            (alias, span)
            for alias, name, span in _assignments(code)
            if column in (name, f"{alias}.{name}")
        ]
        if len(spans) != 1:
            raise DoesNotFitError(f"{code.name}: {column!r} is set {len(spans)} times", len(spans))
        ((alias, span),) = spans
        return code.replaced(span, f"{alias}.{column.rpartition('.')[2]}")

    return edit


def _assignments(code: Code) -> Iterator[tuple[str, str, Span]]:
    """Alias, column and value of everything that updates set."""
    for at in range(len(code.tokens)):
        if code.word(at) != "update" or code.word(at + 3) != "set":
            continue
        alias, at = code.word(at + 2), at + 4  # noqa: PLW2901
        while True:
            end = code.end_of_item(at, ("where", "from", "returning"))
            yield alias, code.word(at), Span(at + 2, end)
            if code.word(end) != ",":
                break
            at = end + 1  # noqa: PLW2901


def without_row(words: str) -> Edit:
    """A list of ``values`` lacks the row that has these words."""

    def edit(code: Code) -> str:
        first = code.find(words).first - 1
        after = code.closing(first) + 1
        if code.word(after) == ",":
            after += 1
        elif code.word(first - 1) == ",":
            first -= 1
        return code.replaced(Span(first, after), "")

    return edit


def only_if(condition: str, statement: str) -> Edit:
    """The statement with these words is carried out only under a condition."""

    def edit(code: Code) -> str:
        words = code.find(statement)
        span = _statement(code, words.first)
        condition_there = code.spelled(condition, span)
        return code.replaced(span, f"if {condition_there} then {code.raw(span)} end if;")

    return edit


def _statement(code: Code, at: int) -> Span:
    """The statement that a token is in: up to its semicolon, or an ``if`` with all it holds."""
    while code.word(at - 1) not in {";", "begin", "then", "else", "loop", "declare", ""}:
        at -= 1
    after, depth = at, 0
    while code.word(after) and (depth or code.word(after) != ";"):
        if code.word(after) == "if":
            depth += -1 if code.word(after - 1) == "end" else 1
        after += 1
    return Span(at, min(after + 1, len(code.tokens)))


def left_out(code: Code) -> str:
    """The whole piece is not there."""
    return ""


def granted(function: str, *, to: str) -> Edit:
    """A group may call one function more: there is a row for it."""

    def edit(code: Code) -> str:
        values = code.find("as (values")
        row = f" ('function', '{{{function}}}', '{{{to}}}'),"
        return code.replaced(values, code.raw(values) + row)

    return edit


def both(*edits: Edit) -> Edit:
    """One after the other."""

    def edit(code: Code) -> str:
        for each in edits:
            code = Code(code.name, each(code), code.language)
        return code.text

    return edit
