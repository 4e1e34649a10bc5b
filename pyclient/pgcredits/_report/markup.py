"""Writes HTML and SVG: whatever is not markup already is escaped."""

from __future__ import annotations

from html import escape

_WITHOUT_END = {"meta"}


class Markup(str):
    """Text that was escaped, or made of tags."""

    __slots__ = ()


def printable(text: str) -> str:
    """Text of others on one line, without characters that steer a terminal or turn a line."""
    return "".join(character if character.isprintable() else "?" for character in text)


def markup(content: object) -> Markup:
    """Markup as it is, None as nothing, everything else as text."""
    if isinstance(content, Markup):
        return content
    return Markup("" if content is None else escape(printable(str(content))))


def join(*contents: object) -> Markup:
    """One after the other."""
    return Markup("".join(map(markup, contents)))


def tag(name: str, /, *contents: object, **attributes: object) -> Markup:
    """An element; ``class_`` is ``class``, ``stroke_width`` ``stroke-width``, None is left out."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{markup(_value(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    end = "" if name in _WITHOUT_END else f"</{name}>"
    return Markup(f"<{name}{written}>{join(*contents)}{end}")


def _value(value: object) -> object:
    """Places on a page to a tenth."""
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else value
