"""Code as tokens, and where an expression stands in it, however it is wrapped or written out.

White space, comments and letter case do not count. A name fits a longer one that ends with it, and
may lack the prefix of a local: ``cost`` fits ``_split_deduction.cost``, ``d.cost`` and ``v_cost``,
``profile.seq`` fits ``(_lock.profile).seq``. ``...`` fits whatever lies between, within its
parentheses and its statement.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

_NAME = r'(?:[a-z_]\w*|"[^"\n]*")(?:\s*\.\s*(?:[a-z_]\w*|"[^"\n]*"))*'
_REST = rf"""
    (?P<name>\(\s*{_NAME}\s*\)\s*\.\s*{_NAME}|{_NAME})
  | (?P<field>\.\s*[a-z_]\w*)
  | (?P<other>\$\w*\$|\d+(?:\.\d+)?|\.{{3}}|:=|=>|::|\.\.|[-<>=!~|?&@\#%^*/+]+|.)
"""
_FLAGS = re.VERBOSE | re.DOTALL | re.IGNORECASE
_LEXERS = {
    "sql": re.compile(
        rf"(?P<skip>\s+|--[^\n]*|/\*.*?\*/)|(?P<text>'(?:[^']|'')*')|{_REST}", _FLAGS
    ),
    "python": re.compile(
        r"(?P<skip>\s+|\#[^\n]*)"
        r"|(?P<text>\"{3}.*?\"{3}|'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\")"
        rf"|{_REST}",
        _FLAGS,
    ),
}
_OPENING, _CLOSING = {"(": ")", "[": "]"}, {")", "]"}
_BEFORE_A_CONDITION = re.compile(
    r"and|or|not|where|if|elsif|when|while|on|having|select|return|then|else|[(\[,=]|:=|=>"
)
_AFTER_A_CONDITION = re.compile(
    r"and|or|then|loop|else|end|order|group|limit|for|returning|from|union|[)\],;:]"
)


class DoesNotFitError(ValueError):
    """An expression that is not where it is looked for, or that is there more than once.

    ``likeness``: of the line that is most like it, from 0 to 1.
    """

    def __init__(self, message: str, times: int, likeness: float = 0.0) -> None:
        super().__init__(message)
        self.times = times
        self.likeness = likeness


@dataclass(frozen=True)
class Token:
    """A name with its parts, the field of a value, a text, or anything else; from ``start`` to
    ``end`` of the code."""

    words: tuple[str, ...]
    kind: str
    start: int
    end: int

    @property
    def word(self) -> str:
        """What it is as a keyword or sign."""
        return ".".join(self.words)

    def fits(self, longer: Token) -> bool:
        """Whether this token of an expression may stand for one of the code."""
        if self.kind != "name" or longer.kind != "name":
            return self.words == longer.words
        ending = longer.words[-len(self.words) :]
        return len(ending) == len(self.words) and all(
            wanted in (found, found.removeprefix("v_"), found.removeprefix("c_"))
            for wanted, found in zip(self.words, ending, strict=True)
        )


def tokens_of(text: str, language: str = "sql") -> tuple[Token, ...]:
    """The tokens of a text, without comments."""
    return tuple(_scan(text, language))


def _scan(text: str, language: str) -> Iterator[Token]:
    for match in _LEXERS[language].finditer(text):
        kind = str(match.lastgroup)
        if kind == "skip":
            continue
        words: tuple[str, ...] = (match.group(),)
        if kind == "name":
            words = tuple(re.findall(r"\w+", match.group().lower()))
        elif kind != "text":
            words = ("".join(match.group().lower().split()),)
        yield Token(words, kind, match.start(), match.end())


def _word(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].word if 0 <= at < len(tokens) else ""


def _is_no_variable(tokens: Sequence[Token], at: int) -> bool:
    """The name of an argument, ``at =>``, and ``at time zone``."""
    return _word(tokens, at + 1) in {"=>", "time"}


@dataclass(frozen=True)
class Span:
    """From a token to before another one."""

    first: int
    after: int


@dataclass(frozen=True)
class Code:
    """A function, or another piece of a file. ``name``: as its parameters are qualified."""

    name: str
    text: str
    language: str = "sql"

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        return tokens_of(self.text, self.language)

    def raw(self, span: Span) -> str:
        """The text of a span as it is written."""
        return self.text[self.tokens[span.first].start : self.tokens[span.after - 1].end]

    def replaced(self, span: Span, new: str) -> str:
        """The text with something else at a span."""
        start, end = self.tokens[span.first].start, self.tokens[span.after - 1].end
        return self.text[:start] + new + self.text[end:]

    def find(self, wanted: str, *, beside: str = "", condition: bool = False) -> Span:
        """The one place where an expression stands.

        ``beside``: another expression of the same statement; ``condition``: not a part of a larger
        comparison. Raises DoesNotFitError with what is similar.
        """
        spans = [
            span
            for span in self.all_of(wanted)
            if not (condition and not self._is_whole(span))
            and not (beside and not self._stands_beside(span, beside))
        ]
        if len(spans) != 1:
            raise self._miss(wanted, spans)
        return spans[0]

    def all_of(self, wanted: str) -> list[Span]:
        """Every place where an expression stands."""
        pattern = tokens_of(wanted, self.language)
        ends = ((first, self._end(pattern, first)) for first in range(len(self.tokens)))
        return [Span(first, after) for first, after in ends if after is not None]

    def _end(self, pattern: Sequence[Token], at: int) -> int | None:
        if not pattern:
            return at
        if pattern[0].word == "...":
            return self._end_of_rest(pattern[1:], at)
        if at == len(self.tokens) or not pattern[0].fits(self.tokens[at]):
            return None
        return self._end(pattern[1:], at + 1)

    def _end_of_rest(self, pattern: Sequence[Token], at: int) -> int | None:
        while at < len(self.tokens):
            if (end := self._end(pattern, at)) is not None:
                return end
            word = self.tokens[at].word
            if word == ";" or word in _CLOSING:
                return None
            at = self.closing(at) + 1 if word in _OPENING else at + 1
        return None

    def closing(self, at: int) -> int:
        """Where the parenthesis ends that a token opens."""
        depth = 0
        for index in range(at, len(self.tokens)):
            depth += self.tokens[index].word in _OPENING
            depth -= self.tokens[index].word in _CLOSING
            if depth == 0:
                return index
        return len(self.tokens)

    def end_of_item(self, at: int, until: Sequence[str] = ()) -> int:
        """The token after the list item or clause that begins there."""
        while at < len(self.tokens):
            word = self.tokens[at].word
            if word in {",", ";", *_CLOSING, *until}:
                return at
            at = self.closing(at) + 1 if word in _OPENING else at + 1
        return at

    def word(self, at: int) -> str:
        """The token there as a keyword or sign; nothing outside the code."""
        return _word(self.tokens, at)

    def _is_whole(self, span: Span) -> bool:
        before = _BEFORE_A_CONDITION.fullmatch(self.word(span.first - 1))
        return bool(before and _AFTER_A_CONDITION.fullmatch(self.word(span.after)))

    def _stands_beside(self, span: Span, other: str) -> bool:
        ends = [at for at, token in enumerate(self.tokens) if token.word == ";"]
        first = max((at for at in ends if at < span.first), default=-1)
        last = min((at for at in ends if at >= span.after), default=len(self.tokens))
        return any(first < place.first and place.after <= last for place in self.all_of(other))

    def _miss(self, wanted: str, spans: Sequence[Span]) -> DoesNotFitError:
        if spans:
            lines = sorted({self._line(self.tokens[span.first].start) for span in spans})
            text = f"{self.name}: {wanted!r} fits {len(spans)} times: {'; '.join(lines)}"
            return DoesNotFitError(text, len(spans))
        lines = [line.strip() for line in self.text.splitlines() if not line.startswith("--")]
        near = difflib.get_close_matches(wanted, lines, n=2, cutoff=0.4)
        text = f"{self.name}: {wanted!r} is not there{', but ' if near else ''}{'; '.join(near)}"
        likeness = difflib.SequenceMatcher(None, near[0], wanted).ratio() if near else 0.0
        return DoesNotFitError(text, 0, likeness)

    def _line(self, at: int) -> str:
        return self.text[self.text.rfind("\n", 0, at) + 1 :].partition("\n")[0].strip()

    def spelled(self, new: str, span: Span) -> str:
        """A replacement whose names are written as the code writes them: as they are in the span,
        else as a parameter or a local variable of this function."""
        spelled, done = "", 0
        tokens = tokens_of(new, self.language)
        for at, token in enumerate(tokens):
            spelled += new[done : token.start]
            done = token.end
            written = new[token.start : done]
            if token.kind == "name" and not _is_no_variable(tokens, at):
                written = self._spell(written, token, span, call=_word(tokens, at + 1) == "(")
            spelled += written
        return spelled + new[done:]

    def _spell(self, written: str, token: Token, span: Span, *, call: bool) -> str:
        there = {
            self.text[found.start : found.end]
            for at, found in enumerate(self.tokens[span.first : span.after], span.first)
            if token.fits(found) and not _is_no_variable(self.tokens, at)
        }
        if len(there) == 1 or written in there:
            return written if written in there else there.pop()
        head, *rest = token.words
        if not call and head in self._parameters:
            parameter = f"{self.name}.{head}"
            return ".".join([f"({parameter})", *rest]) if rest else parameter
        if there:
            raise DoesNotFitError(
                f"{self.name}: {written!r} may be any of {sorted(there)}", len(there)
            )
        return f"v_{written}" if not call and f"v_{head}" in self._locals else written

    @cached_property
    def _parameters(self) -> frozenset[str]:
        """The names of the function's parameters."""
        if self.language != "sql":
            return frozenset()
        heads = self.all_of(f"create or replace function credits.{self.name} (")
        if not heads:
            return frozenset()
        names, at = set(), heads[0].after
        while self.word(at) not in {"", ")"}:
            mode = self.word(at) in {"in", "out", "inout", "variadic"}
            names.add(self.tokens[at + mode].word)
            at = self.end_of_item(at)
            at += self.word(at) == ","
        return frozenset(names)

    @cached_property
    def _locals(self) -> frozenset[str]:
        return frozenset(token.words[0] for token in self.tokens if token.kind == "name")
