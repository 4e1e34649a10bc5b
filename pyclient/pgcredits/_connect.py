"""Connects to the right one of several servers, even if the first of them does not answer at all.

``asyncpg.create_pool(url, connect=connect)``, with ``postgresql://user@a,b,c/database`` and
``?target_session_attrs=read-write``.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

import asyncpg

#: How long one of several servers may take, unless the URL has a ``connect_timeout``.
SECONDS_PER_HOST = 3.0
# What libpq alone reads. asyncpg would send these to the server, which does not know them.
_OF_LIBPQ = frozenset(
    {
        "connect_timeout",
        "keepalives",
        "keepalives_count",
        "keepalives_idle",
        "keepalives_interval",
        "load_balance_hosts",
        "tcp_user_timeout",
    }
)
# The next server may be the right one. A refused login is refused everywhere.
_NEXT = (
    OSError,
    asyncpg.CannotConnectNowError,
    asyncpg.PostgresConnectionError,
    asyncpg.TargetServerAttributeNotMatched,
)


async def connect(
    dsn: str | None = None,
    *,
    timeout: float = 60.0,  # noqa: ASYNC109 - as asyncpg has it
    **options: Any,
) -> asyncpg.Connection[Any]:
    """As ``asyncpg.connect``, but each server of a URL of several has a time of its own: 3 seconds,
    or the ``connect_timeout`` of the URL.

    With ``asyncpg.connect`` one that is cut off uses up the time of all. ``timeout``: of all
    together; the options go to asyncpg. Raises the error that the last server was tried with, or
    ``asyncpg.TargetServerAttributeNotMatched`` where a server answered and none fits.
    """
    query, servers = _query(dsn or ""), each_host(dsn or "")
    seconds = float(query.get("connect_timeout") or (SECONDS_PER_HOST if servers[1:] else timeout))
    wanted = options.pop("target_session_attrs", None) or query.get("target_session_attrs")
    async with asyncio.timeout(timeout):
        if wanted == "prefer-standby":
            with suppress(*_NEXT):
                return await _first(servers, seconds, target_session_attrs="standby", **options)
            wanted = "any"
        return await _first(servers, seconds, target_session_attrs=wanted, **options)


async def _first(servers: list[str], seconds: float, **options: Any) -> asyncpg.Connection[Any]:
    """The connection to the first of the servers that fits."""
    failures: list[Exception] = []
    for url in servers:
        try:
            async with asyncio.timeout(seconds) as limit:
                found: asyncpg.Connection[Any] = await asyncpg.connect(_for_asyncpg(url), **options)
                return found
        except _NEXT as error:
            late = TimeoutError(f"no answer within {seconds:g} seconds")
            failures.append(late if limit.expired() else error)
    # That somebody answered says more than that somebody else did not.
    failures.sort(key=lambda each: isinstance(each, asyncpg.TargetServerAttributeNotMatched))
    raise failures[-1]


def each_host(url: str) -> list[str]:
    """One URL for each server that a URL names, in their order. Raises ``ValueError``."""
    parts = urlsplit(url)
    user, at, listed = parts.netloc.rpartition("@")
    query = _query(url)
    if "," in listed:
        query = {name: value for name, value in query.items() if name not in ("host", "port")}
        places = [_place(each) for each in listed.split(",")]
    elif not listed and "," in query.get("host", ""):
        hosts, ports = query.pop("host").split(","), query.pop("port", "").split(",")
        if len(ports) == 1:
            ports *= len(hosts)
        places = list(zip(hosts, ports, strict=True))
    else:
        return [url]
    return [_with_host(url, f"{user}{at}", query, *place) for place in places]


def at_host(url: str, host: str, port: int) -> str:
    """The same URL, but of this server alone, as it was chosen."""
    user, at, _ = urlsplit(url).netloc.rpartition("@")
    gone = {"host", "hostaddr", "port", "target_session_attrs"}
    query = {name: value for name, value in _query(url).items() if name not in gone}
    return _with_host(url, f"{user}{at}", query, host, str(port))


def _place(text: str) -> tuple[str, str]:
    """The host and the port of ``host:port``; the host may be in brackets, or percent-encoded."""
    host, _, port = text.rpartition(":") if ":" in text.rpartition("]")[2] else (text, "", "")
    return unquote(host).strip("[]"), port


def _with_host(url: str, user: str, query: dict[str, str], host: str, port: str) -> str:
    parts = urlsplit(url)
    if host.startswith("/") or not host:  # the folder of a socket, which no driver finds elsewhere
        netloc, query = user, {**query, **({"host": host} if host else {})}
        query |= {"port": port} if port else {}
    else:
        name = f"[{host}]" if ":" in host else quote(host)
        netloc = f"{user}{name}{f':{port}' if port else ''}"
    # Not urlunsplit, which leaves the slashes out where there is nothing between them.
    return f"{parts.scheme}://{netloc}{parts.path or '/'}{'?' if query else ''}{_text(query)}"


def _for_asyncpg(url: str) -> str:
    query = {name: value for name, value in _query(url).items() if name not in _OF_LIBPQ}
    if len(query) == len(_query(url)):
        return url
    return f"{url.partition('?')[0]}{'?' if query else ''}{_text(query)}"


def _query(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


def _text(query: dict[str, str]) -> str:
    return urlencode(query, quote_via=quote, safe="/")
