"""What a feature costs the profiles that have it. The others pay nothing: see the first item."""

from __future__ import annotations

from bench.against_floor import rate_of, reserve
from bench.book import Book, ratio
from bench.budget import Budget
from bench.measure import alternate
from bench.site import Database, Site

_CLIENTS = 8
#: What every profile of a database can be given.
FEATURES = {
    "alert": b"select credits.set_alert(p.id, 5, '{credits.low}') from credits.profiles p",
    "limit": b"select credits.set_limit(p.id, null, 'month', 1000000, 'why', 'who')"
    b" from credits.profiles p",
    "pack": b"select credits.grant_addon(p.id, 1000000, 'pack', priority => -1,"
    b" expires_at => now() + interval '30 days') from credits.profiles p",
}


def measure(site: Site, budget: Budget) -> Book:
    """Reserving from profiles with a feature against others without any."""
    book = Book()
    for feature, query in FEATURES.items():
        with site.database("plain") as plain, site.database("featured") as featured:
            featured.fetch(query)
            for database in (plain, featured):
                _warm_up(database, budget)
            load = budget.load(_CLIENTS)
            pairs = alternate(
                rate_of(featured, "reserve", load, budget.spread),
                rate_of(plain, "reserve", load, budget.spread),
                max(1, budget.rounds // 2),
            )
        what = f"reserve_credits of profiles with one {feature} each against none"
        words = f"{what}, {_CLIENTS} clients, {budget.spread:,} profiles"
        book.figures.append(ratio("12", words, pairs))
    return book


def _warm_up(database: Database, budget: Budget) -> None:
    reserve(database, "reserve", budget.load(_CLIENTS), budget.spread)
    database.tidy()
