"""What happens and nobody called for: told once, and handed to one at a time."""

from __future__ import annotations

from fire.mutants.edits import always, instead, never, without, without_row
from fire.mutants.mutant import mutants

_ALERTS = ("pgtap/set_alert", "pgtap/check_integrity")
_TELLING = (
    *mutants(
        "_adds_credits",
        {
            "a renewal that carries little ends nothing": instead(
                "entry.kind = 'renew' or entry.kind", "entry.kind"
            ),
            "what jobs give back ends a low balance": instead(
                "'{open,grant,change,reinstate,adjust,move,repair}'",
                "'{open,grant,change,reinstate,adjust,move,repair,refund}'",
            ),
            "a grant ends nothing": instead(
                "'{open,grant,change,reinstate,adjust,move,repair}'",
                "'{open,change,reinstate,adjust,move,repair}'",
            ),
        },
        *_ALERTS,
    ),
    *mutants(
        "_crossings",
        {
            "a balance at the limit is low": instead("balance < threshold", "balance <= threshold"),
            "each row below is told": instead(
                "below <> (was ->> kind)::boolean and (below or _adds_credits(entry))",
                "below or _adds_credits(entry)",
            ),
            "nothing ends a low balance": without("or _adds_credits(entry)"),
            "depleted is less than nothing": instead(
                "('credits.depleted', 1)", "('credits.depleted', 0)"
            ),
        },
        *_ALERTS,
    ),
    *mutants(
        "_tell",
        {"what was told is forgotten": never("found")},
        *_ALERTS,
    ),
    *mutants(
        "_tell_plan",
        {
            "an expired hold is not told": never("c.kind = 'expire'"),
            "a lapsed pack is not told": never("c.kind = 'lapse'"),
            "a settlement without a shortfall is told": without("and c.job.shortfall > 0"),
            "kinds that nobody wants are told": without("and k.kind = any(a.kinds)"),
        },
        *_ALERTS,
    ),
    *mutants(
        "_write_event",
        {"a kind that nobody wants is told": without("where _write_event.kind = any(alert.kinds)")},
        "pgtap/set_topup",
        "pgtap/set_alert",
    ),
    *mutants(
        "_watch",
        {
            "what is low already will be told": instead(
                "coalesce(balance < low_balance, false)", "false"
            ),
            "nobody watches": instead("set watched = watched", "set watched = false"),
        },
        *_ALERTS,
    ),
    *mutants(
        "set_alert",
        {
            "the same alert begins anew": always("alert.is_default"),
        },
        *_ALERTS,
    ),
)
_TOPUPS = (
    *mutants(
        "_ask_for_topup",
        {
            "any grant answers a request": without("and l.reference = t.reference"),
            "a balance at the limit asks": instead(">= alert.topup_below", "> alert.topup_below"),
            "a pause is no pause": without("or alert.topup_paused_until > now"),
            "a second request": without("month.is_open or"),
            "as many as it likes": without("or month.requests >= alert.topups_a_month"),
            "a month never ends": always(
                "date_trunc('month', t.requested_at, 'UTC') = date_trunc('month', now, 'UTC')"
            ),
        },
        "pgtap/set_topup",
        "pgtap/decline_topup",
    ),
    *mutants(
        "decline_topup",
        {
            "what was granted is declined": never("topup.state = 'granted'"),
            "a second decline begins the pause anew": always("not replayed"),
        },
        "pgtap/decline_topup",
    ),
)
_PACKS = (
    *mutants(
        "_announce_packs",
        {
            "a pack is announced each time": without("update credits.packs ...;"),
            "holds that are overdue do not matter": without("and not exists(...)"),
            "a sweep announces all": never("left = 0"),
        },
        "pgtap/expire_packs",
    ),
)
_QUEUE = (
    *mutants(
        "claim_events",
        {
            "a lease is no lease": instead("credits._later(now, lease)", "now"),
            "attempts are not counted": instead("e.attempts + 1", "e.attempts"),
            "what is behind another event is handed out too often": instead(
                "e.due_at <= v_now and e.attempts < (...)", "e.due_at <= v_now"
            ),
            "what waits for another attempt is handed out": without("where e.are_due"),
            "what another session has is waited for": without("f.are_free and"),
        },
        "pgtap/claim_events",
        "concurrency/test_events.py",
    ),
    *mutants(
        "_lock_heads",
        {
            "what is leased is handed out": without("where e.due_at <= at"),
        },
        "pgtap/claim_events",
        "concurrency/test_events.py",
    ),
    *mutants(
        "_announce_packs",
        {
            "a pack is announced as of the beginning of a sweep": instead(
                "greatest(now, p.changed_at)", "greatest(at, p.changed_at)"
            ),
            "a pack that has ended since is announced": instead(
                "expires_at > now", "expires_at > at"
            ),
        },
        "pgtap/internal",
    ),
    *mutants(
        "_claim_heads",
        {
            "few profiles with many events are not served": never("cardinality(heads) = 0"),
        },
        "pgtap/claim_events",
    ),
    *mutants(
        "_set_aside_events",
        {
            "nothing is set aside": instead("s.event_attempts", "s.event_attempts + 99"),
            "what somebody works on is set aside": without("and d.due_at <= at"),
        },
        "pgtap/claim_events",
    ),
    *mutants(
        "close_profile",
        {
            "a request for credits outlives its profile": instead("'declined'", "'open'"),
        },
        "pgtap/close_profile",
    ),
    *mutants(
        "import_profile",
        {"nobody is told of imported profiles": without("perform _watch_from_the_start(...);")},
        "pgtap/import_profile",
    ),
    *mutants(
        "watch_profiles",
        {
            "what was set meanwhile is lost": instead(
                "array credits._stale_alerts(stale, settings)", "array stale"
            ),
        },
        "concurrency/test_events.py",
    ),
    *mutants(
        "_stale_alerts",
        {
            "an alert of one's own is replaced": without("a.is_default and"),
            "another threshold is no change": without(
                "or a.low_balance is distinct from (settings).low_balance"
            ),
        },
        "pgtap/watch_profiles",
    ),
    *mutants(
        "_lock_events",
        {"finished events come back": without("where e.finished_at is null")},
        "pgtap/claim_events",
        "pgtap/finish_events",
    ),
)

_CHECKED = (
    *mutants(
        "_find_alert_faults",
        {"who is watched without an alert is not found": instead("and p.watched", "and false")},
        "pgtap/check_integrity",
    ),
    *mutants(
        "_find_event_faults",
        {
            "a request that nothing granted is not found": instead("t.state = 'granted'", "false"),
            "a hold that expired twice is not found": instead(
                "then d.seq is null and e.profile_id", "then e.profile_id"
            ),
        },
        "pgtap/check_integrity",
    ),
    *mutants(
        "_find_limit_faults",
        {
            "a window of the future is not found": without_row("'warning', 'its window has begun'"),
            "a clock that was set back is an error": instead("'warning'", "'error'"),
        },
        "pgtap/check_integrity",
    ),
    *mutants(
        "_tell",
        {
            "a request without a rule stays open when it is paid": never(
                "'topup.requested' = any (v_alert.kinds)"
            ),
        },
        "pgtap/set_topup",
    ),
)

EVENTS = (*_TELLING, *_TOPUPS, *_PACKS, *_QUEUE, *_CHECKED)
