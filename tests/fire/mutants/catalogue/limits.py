"""Spend limits: what they count, in which window, and every way past them."""

from __future__ import annotations

from fire.mutants.edits import always, instead, never, without
from fire.mutants.mutant import mutants

_SET = "pgtap/set_limit"
_LAWS = "laws/test_limits.py"

# The usual one: the counter is checked, and counted somewhere else or later.
_COUNTING = (
    *mutants(
        "_count_draw",
        {
            "a limit is one credit too generous": instead(
                "greatest(limit.amount - limit.spent, 0)",
                "greatest(limit.amount - limit.spent, 0) + 1",
            ),
            "a limit refuses its last credit": instead(
                "amount > greatest(limit.amount - limit.spent, 0)",
                "amount >= greatest(limit.amount - limit.spent, 0)",
            ),
            "a limit that was passed refuses free jobs": instead(
                "greatest(limit.amount - limit.spent, 0)", "(limit.amount - limit.spent)"
            ),
            "settlements are refused whatever they ask for": always("overage = 'reject'"),
            "nothing is counted": instead("limit.spent + amount", "limit.spent"),
            "a window never begins anew": instead(
                "_roll_limit(limits[place], at, seq)", "limits[place]"
            ),
        },
        _SET,
    ),
    *mutants(
        "_limit_places",
        {
            "limits of other spenders count": without("where _limits_spender(l.spender, spender)"),
        },
        "pgtap/batches",
    ),
    *mutants(
        "_limits_spender",
        {
            "the profile as a whole has no limit": instead("array['', spender]", "array[spender]"),
            "a spender has no limit": instead("array['', spender]", "array['']"),
        },
        _SET,
    ),
    *mutants(
        "_uncount_return",
        {
            "what comes back of earlier windows makes room today": without(
                "b.seq > limit.since_seq and"
            ),
            "what comes back makes no room": instead("limit.spent - (...)", "limit.spent"),
            "what was imported makes room": without(
                "and (b.draw > 1 or job.breakdown_source is null)"
            ),
        },
        _SET,
    ),
    *mutants(
        "_roll_limit",
        {
            "a new window keeps what was spent": instead("limit.spent := 0;", ""),
            "a window is over a moment too late": instead("resets_at <= at", "resets_at < at"),
            "a new window counts the day before": instead("limit.since_seq := seq;", ""),
        },
        _SET,
        "pgtap/get_limits",
    ),
    *mutants(
        "_counted_draws",
        {
            "a new limit counts what was imported": without(
                "and (draw > 1 or breakdown_source is null)"
            ),
            "a new limit overlooks raises": instead(
                "('reserve', 'raise', 'settle')", "('reserve', 'settle')"
            ),
            "a new limit overlooks settlements": instead(
                "('reserve', 'raise', 'settle')", "('reserve', 'raise')"
            ),
            "a new limit counts all that its jobs ever drew": without("and h.seq > since_seq"),
        },
        _SET,
    ),
    *mutants(
        "_begin_limit",
        {
            "a new limit counts from now on": instead(
                "window_start - interval '1 microsecond'", "at"
            ),
            "what was drawn at midnight sharp is of the day before": without(
                "- interval '1 microsecond'"
            ),
        },
        _SET,
    ),
)
# A day has 24 hours, and begins at midnight.
_WINDOWS = (
    *mutants(
        "_beginning_of_day",
        {
            "a midnight that comes twice is the second one": never(
                "earlier < begins", beside="= day"
            ),
        },
        "pgtap/internal/window_of_is_right_where_clocks_change.sql",
        _LAWS,
    ),
    *mutants(
        "_window_of",
        {
            "a window has begun that is over": always("resets_at > at"),
            "a week has a day": instead("'7 days'", "'1 day'"),
            "days are those of UTC": instead("at at time zone time_zone", "at at time zone 'UTC'"),
        },
        "pgtap/internal/window_of_is_right_where_clocks_change.sql",
        _LAWS,
    ),
)
# The ways that need not look at limits elsewhere.
_WAYS = (
    *mutants(
        "_is_plain",
        {"what comes back straight away makes no room": without("and not (profile).limited")},
        _SET,
    ),
    *mutants(
        "_can_be_made_together",
        {"a batch of reservations passes limits": never("p.limited")},
        "pgtap/batches",
    ),
    *mutants(
        "_plan_returns",
        {"a batch of returns makes no room": without("and not p.limited")},
        "pgtap/batches",
    ),
    *mutants(
        "_spend_for_job",
        {"a reservation passes limits": never("profile.limited")},
        _SET,
    ),
    *mutants(
        "_load_purse",
        {"a planned draw passes limits": never("profile.limited")},
        _SET,
    ),
    *mutants(
        "_load_purses",
        {"a batch forgets who spends": without(", spenders => g.spenders")},
        "pgtap/batches",
    ),
    *mutants(
        "_expire",
        {"a hold that expires makes no room": without("or profile.limited")},
        _SET,
    ),
    *mutants(
        "_write_purses",
        {"what was counted is not written": without("perform _write_limits(...);")},
        _SET,
    ),
    *mutants(
        "_plan_raise",
        {
            "raises of two windows become one": without(
                "and not exists (select from unnest((planned.purse).limits) l ...)"
            ),
        },
        _SET,
    ),
    *mutants(
        "raise_reservation",
        {"a raise passes the limit of its spender": without(", spenders => array[job.spender]")},
        _SET,
    ),
    *mutants(
        "_preview_reservation",
        {
            "a preview knows nobody's limits": instead(
                "spenders => array[spender]", "spenders => null"
            )
        },
        "pgtap/preview_reserve",
    ),
)
_SETTING = (
    *mutants(
        "set_limit",
        {
            "a closed profile gets a spend limit": never("closed_at is not null"),
            "another time zone keeps what was counted": never(
                "limit.time_zone is distinct from time_zone"
            ),
            "the same spend limit again writes a row": never(
                "limit.amount is not distinct from amount and (...)"
            ),
        },
    ),
    *mutants(
        "_check_time_zone",
        {"any time zone will do": never("value <> 'UTC'", beside="exists (...)")},
        _SET,
    ),
    *mutants(
        "get_limits",
        {"a window that is over is shown": instead("_roll_limit(l, _now(), 0)", "l")},
    ),
)

LIMITS = (*_COUNTING, *_WINDOWS, *_WAYS, *_SETTING)
