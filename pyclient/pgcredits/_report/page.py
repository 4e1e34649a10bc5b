"""The page: one HTML file with everything in it, for day and night, screen and paper.

It has no script and asks no network, and its content policy forbids both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from pgcredits._report import drawing
from pgcredits._report.markup import Markup, join, tag
from pgcredits._signed import signed

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_QUARTER, _HALF = 9, 21  # letters and digits, which a phone has room for
_DARK = "screen and (prefers-color-scheme: dark)"
_STYLE = """
* { box-sizing: border-box }
html { color-scheme: light dark; -webkit-text-size-adjust: 100% }
body { margin: 0; background: var(--paper); color: var(--ink); overflow-wrap: break-word;
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif }
main, header, footer { max-width: 980px; margin: 0 auto; padding: 0 24px }
header { padding-top: 32px; padding-bottom: 4px }
h1 { font-size: 26px; line-height: 1.25; margin: 0 0 4px; overflow-wrap: anywhere }
h2 { font-size: 18px; margin: 0 }
h3 { font-size: 14px; margin: 18px 0 4px; font-weight: 600; overflow-wrap: anywhere }
p { margin: 6px 0 10px }
section { padding: 22px 0 14px; border-top: 1px solid var(--rule) }
section:first-child { border-top: 0 }
.quiet, .source, footer { color: var(--grey) }
.source, footer { font-size: 12.5px }
.source { margin: 0 0 10px }
footer { padding-top: 10px; padding-bottom: 32px }
.alarm { border-left: 4px solid var(--2); padding-left: 12px }
.sound { border-left: 4px solid var(--3); padding-left: 12px }
code { font: 12.5px/1.5 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace }
.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(205px, 1fr)); gap: 10px;
  margin: 10px 0 4px }
.tiles div { border: 1px solid var(--rule); border-radius: 6px; padding: 9px 13px }
.tiles dt { color: var(--grey); font-size: 13px }
.tiles dd { margin: 0; font-size: 20px; font-weight: 600; font-variant-numeric: tabular-nums;
  overflow-wrap: anywhere }
.tiles dd + dd { font-size: 12.5px; font-weight: 400; color: var(--grey) }
figure { margin: 6px 0 8px }
svg { display: block; font-family: inherit }
svg.wide, svg.narrow { width: 100%; height: auto }
svg.narrow { display: none; max-width: 480px }
svg.share { display: inline-block; vertical-align: middle; border-radius: 2px }
span.share { white-space: nowrap; font-variant-numeric: tabular-nums }
.scroll { overflow-x: auto }
table { border-collapse: collapse; margin: 4px 0 8px; font-size: 13.5px; width: 100% }
th { text-align: left; font-weight: 600; color: var(--grey); font-size: 12.5px;
  vertical-align: bottom; white-space: nowrap }
th, td { padding: 4px 18px 4px 0; border-bottom: 1px solid var(--rule) }
td { vertical-align: top; overflow-wrap: anywhere }
td.words { min-width: 84px }
ul { margin: 10px 0 4px; padding-left: 18px }
td.figure, th.figure { text-align: right; white-space: nowrap;
  font-variant-numeric: tabular-nums }
td.short { white-space: nowrap; font-variant-numeric: tabular-nums }
th:last-child, td:last-child { padding-right: 0 }
.long { max-height: 300px; overflow: auto; border: 1px solid var(--rule); border-radius: 6px;
  padding: 0 12px; margin: 4px 0 8px }
.long .scroll { overflow: visible }
.long th { position: sticky; top: 0; background: var(--paper) }
@media screen and (max-width: 740px) {
  svg.wide { display: none }
  svg.narrow { display: block }
}
@media screen and (max-width: 900px) {
  /* A row of a table is a card: each value below the name of its column. */
  thead { display: none }
  tr { display: grid; grid-template-columns: repeat(auto-fill, minmax(74px, 1fr)); gap: 5px 10px;
    padding: 8px 0; border-bottom: 1px solid var(--rule) }
  td, td.figure { display: block; padding: 0; border: 0; text-align: left }
  td::before { content: attr(data-head); display: block; font-size: 11.5px; color: var(--grey) }
  td.half { grid-column: span 2 }
  td.whole { grid-column: 1 / -1 }
}
@media (max-width: 560px) {
  .tiles { grid-template-columns: 1fr 1fr }
  main, header, footer { padding-left: 14px; padding-right: 14px }
}
@media print {
  @page { margin: 14mm }
  html { color-scheme: light }
  body { font-size: 11pt; -webkit-print-color-adjust: exact; print-color-adjust: exact }
  main, header, footer { max-width: none; padding-left: 0; padding-right: 0 }
  figure, tr, .tiles div { break-inside: avoid }
  h2, h3, .source { break-after: avoid }
  .scroll, .long { overflow: visible }
  .long { max-height: none; border: 0; padding: 0 }
  table { font-size: 9pt } th, td { padding-right: 8px } code { font-size: 7.5pt }
  td.words { min-width: 54px } th, td.short { white-space: normal }
}
"""


def page(title: str, facts: Sequence[str], sections: Iterable[Markup], end: str) -> str:
    """The whole document."""
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        tag("meta", name="referrer", content="no-referrer"),
        tag("title", title),
        Markup(f"<style>{_colours()}{_STYLE}{drawing.style(dark_where=_DARK)}</style>"),
    )
    facts_shown = tag("p", " · ".join(facts), class_="quiet")
    body = tag(
        "body",
        tag("header", tag("h1", title), facts_shown),
        tag("main", *sections),
        tag("footer", end),
    )
    return f"<!doctype html>\n{tag('html', head, body, lang='en')}\n"


def _colours() -> str:
    def names(colours: Mapping[str, str]) -> str:
        return "".join(f"--{name}: {colour}; " for name, colour in colours.items())

    return (
        f":root {{ {names(drawing.LIGHT)} }} @media {_DARK} {{ :root {{ {names(drawing.DARK)} }} }}"
    )


def section(title: str, source: str, *body: object) -> Markup:
    """A part of the page; ``source``: which view or function its numbers are from."""
    return tag("section", tag("h2", title), tag("p", source, class_="source"), *body)


def sentence(words: object, *, class_: str | None = None) -> Markup:
    """A paragraph."""
    return tag("p", words, class_=class_)


def moment(time: datetime) -> str:
    """A moment of UTC, to the second."""
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M:%S}"


def due(time: datetime | None, now: datetime) -> object:
    """When something ends, and that this is so already although nothing has ended it yet."""
    return join(moment(time), " ", tag("b", "overdue")) if time and time <= now else time


def tiles(figures: Iterable[tuple[str, object, str]]) -> Markup:
    """Large figures: name, value, and a remark below."""
    return tag(
        "dl",
        *(
            tag("div", tag("dt", name), tag("dd", _words(value)), tag("dd", remark or None))
            for name, value, remark in figures
        ),
        class_="tiles",
    )


def table(heads: Sequence[str], rows: Iterable[Sequence[object]], name: str) -> Markup:
    """Rows below their heads: figures on the right, words on the left.

    Where there is no room beside each other, as the style has it, a value is below its head.
    """
    cells = [list(row) for row in rows]
    columns = list(zip(*cells, strict=True))
    on_right = [
        {_kind(value) for value in column if value is not None} == {"figure"} for column in columns
    ]
    rooms = [_room(column) for column in columns]
    head = (
        tag("th", head, class_="figure" if right else None)
        for head, right in zip(heads, on_right, strict=True)
    )
    body = (
        tag(
            "tr",
            *(
                tag(
                    "td",
                    _words(value),
                    class_=f"{'figure' if right else _kind(value)}{room}",
                    data_head=head,
                )
                for head, value, right, room in zip(heads, row, on_right, rooms, strict=True)
            ),
        )
        for row in cells
    )
    made = tag("table", tag("thead", tag("tr", *head)), tag("tbody", *body), data_name=name)
    return tag("div", made, class_="scroll")


def long(title: str, *contents: object) -> Markup:
    """What is long: in a box that scrolls, and whole on paper, where nobody can open anything."""
    box = tag("div", *contents, class_="long", tabindex=0, role="region", aria_label=title)
    return join(tag("h3", title), box)


def _kind(value: object) -> str:
    if isinstance(value, int | Signed):
        return "figure"
    return "short" if isinstance(value, datetime | date | UUID) else "words"


def _room(column: Iterable[object]) -> str:
    """How much of a narrow page the values of a column need: nothing said is a quarter of it."""
    longest = max(_HALF if isinstance(each, Markup) else len(str(_words(each))) for each in column)
    return "" if longest <= _QUARTER else " half" if longest <= _HALF else " whole"


def _words(value: object) -> object:
    match value:
        case None:
            return "-"
        case bool():
            return "yes" if value else "no"
        case int():
            return f"{value:,}"
        case datetime():
            return moment(value)
        case UUID():
            return tag("code", value)
        case _:
            return value


@dataclass(frozen=True, slots=True)
class Signed:
    """A change of a balance: +500, -1,500."""

    change: int

    def __str__(self) -> str:
        return signed(self.change)


def more(shown: int, found: int, what: str) -> Markup | None:
    """That a list was cut."""
    if found <= shown:
        return None
    return sentence(f"The first {shown:,} of {found:,} {what}.", class_="quiet")
