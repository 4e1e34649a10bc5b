"""Where the shards are: a file that a person writes, with a fixed number of them on few servers.

```toml
shards = 64
proxy = "postgresql://credits@proxy.internal/credits"

[servers.a]
url = "postgresql://credits@a.internal/credits_{shard}"
shards = "0-31"

[servers.b]
url = "postgresql://credits@b.internal/credits_{shard}"
shards = "32-63"
```
"""

from __future__ import annotations

import os
import re
import tempfile
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from pgcredits._server.database import checked_url
from pgcredits._server.failures import CannotRunError

DEFAULT_SHARDS = 64
MOST_SHARDS = 1024
_NUMBER = "{shard}"  # in the URL of a server
_NAME = re.compile(r"[A-Za-z0-9_-]{1,63}")
_PASSWORDS = "a password file (~/.pgpass, PGPASSFILE), a service file or PGPASSWORD"


class ShardMapError(CannotRunError):
    """The map of the shards cannot be read; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server, the URL of its databases with ``{shard}`` in it, and which shards it has."""

    name: str
    url: str
    shards: tuple[int, ...] = ()

    def url_of(self, shard: int) -> str:
        """The URL of the database that a shard has here, or would have."""
        return self.url.replace(_NUMBER, str(shard))


@dataclass(frozen=True, slots=True)
class ShardMap:
    """The URL of each shard, by its number, and the proxy's where there is one."""

    urls: tuple[str, ...]
    proxy_url: str | None = None
    servers: tuple[Server, ...] = ()

    @classmethod
    def read(cls, path: Path | str) -> Self:
        """The map in a file. Raises ``ShardMapError``."""
        try:
            text = Path(path).read_text("utf-8")
        except FileNotFoundError as error:
            raise ShardMapError(
                f"There is no map of the shards, {path}: name it with --map, or write one with "
                "pgcredits shards init."
            ) from error
        except (OSError, UnicodeDecodeError) as error:
            raise ShardMapError(f"Cannot read the map of the shards, {path}: {error}.") from error
        try:
            return cls.parse(text)
        except ShardMapError as error:
            raise ShardMapError(f"{path}: {error}") from error

    @classmethod
    def parse(cls, text: str) -> Self:
        """The map in the text of a file. Raises ``ShardMapError``."""
        try:
            given = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise ShardMapError(f"This is not TOML: {error}.") from error
        _refuse_unknown(given, {"shards", "proxy", "servers"}, "the map")
        count = given.get("shards", DEFAULT_SHARDS)
        if type(count) is not int or not 1 <= count <= MOST_SHARDS:
            raise ShardMapError(f"shards is how many there are: a number from 1 to {MOST_SHARDS}.")
        named = given.get("servers")
        if not isinstance(named, dict) or not named:
            raise ShardMapError('There are no servers: write [servers.a] with "url" and "shards".')
        servers = tuple(_server(name, about, count) for name, about in named.items())
        proxy = given.get("proxy")
        made = cls(
            tuple(server.url_of(shard) for shard, server in enumerate(_homes(servers, count))),
            None if proxy is None else _url(proxy, "proxy"),
            servers,
        )
        _refuse_shared(made)
        return made

    def server_of(self, shard: int) -> Server:
        """The server that has a shard."""
        return next(server for server in self.servers if shard in server.shards)

    def server(self, name: str) -> Server:
        """A server by its name. Raises ``ShardMapError``."""
        for server in self.servers:
            if server.name == name:
                return server
        names = ", ".join(server.name for server in self.servers)
        raise ShardMapError(f"The map has no server {name}, only: {names}.")


def _server(name: str, about: Any, count: int) -> Server:
    place = f"servers.{name}"
    if not _NAME.fullmatch(name):
        raise ShardMapError(f"A server's name has letters, digits, - and _ only, not {name!r}.")
    if not isinstance(about, dict):
        raise ShardMapError(f'{place} is a table: write [{place}] with "url" and "shards".')
    _refuse_unknown(about, {"url", "shards"}, place)
    url = _url(about.get("url"), f"{place}.url")
    shards = _numbers(about.get("shards", ""), f"{place}.shards", count)
    if _NUMBER not in url and len(shards) > 1:
        raise ShardMapError(f"{place}.url needs {_NUMBER}, as each shard is a database of its own.")
    return Server(name, url, shards)


def _refuse_unknown(given: Mapping[str, Any], known: set[str], place: str) -> None:
    if unknown := sorted(given.keys() - known):
        raise ShardMapError(
            f"{place} has what nobody knows: {', '.join(unknown)}. It may have: "
            f"{', '.join(sorted(known))}."
        )


def _url(given: Any, place: str) -> str:
    if not isinstance(given, str):
        raise ShardMapError(f"{place} is missing: write postgresql://user@host:5432/database")
    try:
        url = checked_url(given)
        parts = urlsplit(url)
        query = parse_qs(parts.query)
    except (CannotRunError, ValueError):
        # Never with the text of the URL: it may have a password.
        raise ShardMapError(
            f"{place} is malformed: write postgresql://user@host:5432/database"
        ) from None
    if ":" in parts.netloc.rpartition("@")[0] or "password" in query:
        raise ShardMapError(f"{place} has a password: it belongs into {_PASSWORDS}.")
    if not parts.path.strip("/"):
        raise ShardMapError(f"{place} names no database: write postgresql://user@host/database")
    return url


def _numbers(given: Any, place: str, count: int) -> tuple[int, ...]:
    """Numbers and ranges: "0-31, 40"."""
    if not isinstance(given, str):
        raise ShardMapError(f'{place} is a text of numbers and ranges: "0-31, 40".')
    found: list[int] = []
    for part in filter(None, (part.strip() for part in given.split(","))):
        match = re.fullmatch(r"([0-9]{1,4})(?:\s*-\s*([0-9]{1,4}))?", part)
        if not match:
            raise ShardMapError(f'{place} has {part!r}: write numbers and ranges, as "0-31, 40".')
        first, last = int(match[1]), int(match[2] or match[1])
        if last < first:
            raise ShardMapError(f"{place} has {part!r}: a range goes up.")
        if last >= count:
            raise ShardMapError(f"{place} has {part!r}, but the last shard is {count - 1}.")
        found += range(first, last + 1)
    return tuple(sorted(found))


def _homes(servers: Iterable[Server], count: int) -> list[Server]:
    """The server of each shard: one, and not none or two."""
    homes: dict[int, Server] = {}
    for server in servers:
        for shard in server.shards:
            if shard in homes:
                names = sorted({homes[shard].name, server.name})
                raise ShardMapError(f"Shard {shard} is there twice: on {' and '.join(names)}.")
            homes[shard] = server
    if missing := sorted(set(range(count)) - homes.keys()):
        raise ShardMapError(f"No server has {spelled(missing)}, of {count} shards.")
    return [homes[shard] for shard in range(count)]


def _refuse_shared(made: ShardMap) -> None:
    """No two shards in one database: whoever asks all would be told twice."""
    places: dict[str, str] = {} if made.proxy_url is None else {made.proxy_url: "the proxy"}
    for shard, url in enumerate(made.urls):
        if url in places:
            raise ShardMapError(f"Shard {shard} has the same database as {places[url]}.")
        places[url] = f"shard {shard}"


def spelled(shards: Iterable[int]) -> str:
    """Some shards in words: shard 3, or shards 0-31, 40."""
    numbers = sorted(shards)
    return f"shard{'' if len(numbers) == 1 else 's'} {ranges(numbers) or '-'}"


def ranges(shards: Iterable[int]) -> str:
    """Numbers as the file has them: 0-31, 40."""
    runs: list[list[int]] = []
    for shard in sorted(shards):
        if runs and runs[-1][-1] == shard - 1:
            runs[-1].append(shard)
        else:
            runs.append([shard])
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in runs)


def written(servers: Iterable[tuple[str, str]], count: int, proxy: str | None) -> str:
    """The text of a new map: the shards in equal parts on servers, each a name and a URL."""
    given = list(servers)
    lines = [
        "# Which shard is where. The number of shards never changes; pgcredits shards move changes",
        f"# where one is. Passwords belong into {_PASSWORDS}.",
        f"shards = {count}",
        *([] if proxy is None else [f"proxy = {_quoted(proxy)}"]),
    ]
    for number, (name, url) in enumerate(given):
        own = range(count * number // len(given), count * (number + 1) // len(given))
        lines += ["", f"[servers.{name}]", f"url = {_quoted(url)}", f'shards = "{ranges(own)}"']
    text = "\n".join([*lines, ""])
    ShardMap.parse(text)
    return text


def _quoted(text: str) -> str:
    if re.search(r'["\\\x00-\x1f\x7f]', text):
        raise ShardMapError("A URL has no quotation marks, backslashes or control characters.")
    return f'"{text}"'


def with_moved(text: str, shard: int, to: str) -> str:
    """The text of the map once a server has got a shard from another one; the rest stays.

    Raises ``ShardMapError`` where the file is written in a way that only a person can change.
    """
    before = ShardMap.parse(text)
    target, source = before.server(to), before.server_of(shard)
    if source == target:
        return text
    after = _with_shards(text, source.name, [each for each in source.shards if each != shard])
    after = _with_shards(after, target.name, [*target.shards, shard])
    wanted = list(before.urls)
    wanted[shard] = target.url_of(shard)
    if ShardMap.parse(after).urls != tuple(wanted):
        raise ShardMapError("The map is written in a way that this command cannot change.")
    return after


def _with_shards(text: str, server: str, shards: Iterable[int]) -> str:
    """With other shards in the table of a server."""
    table = rf"^\[\s*servers\s*\.\s*{re.escape(server)}\s*\][^\n]*\n"
    found = re.search(rf"({table}(?:(?!\s*\[).*\n)*?\s*shards\s*=\s*)\"[^\"\n]*\"", text, re.M)
    if found:
        return f'{text[: found.end(1)]}"{ranges(shards)}"{text[found.end() :]}'
    if found := re.search(table, text, re.M):
        return f'{text[: found.end()]}shards = "{ranges(shards)}"\n{text[found.end() :]}'
    raise ShardMapError(f"Write the server as a table of its own: [servers.{server}]")


def change(path: Path, make: Callable[[str], str]) -> None:
    """Changes the text of a file, after whoever else is changing one in its folder."""
    import fcntl  # not on Windows

    folder = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        replace(path, make(path.read_text("utf-8")))
    finally:
        os.close(folder)


def replace(path: Path, text: str) -> None:
    """Puts a new text into a file: whoever reads it sees the old one or the new one, whole."""
    number, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(number, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
