"""Moving a profile to another one: what goes, what is refused, and what follows later."""

from __future__ import annotations

from fire.mutants.edits import always, instead, kept, never, not_refused, without
from fire.mutants.mutant import mutants

_TESTS = ("pgtap/move_credits", "laws/test_moves_lose_nothing.py")
_CALLS = (
    *mutants(
        "move_credits",
        {
            "a profile is moved to itself": not_refused("invalid_reference"),
            "a move of nobody": never("profile.id is null or to.id is null"),
            "a move of a profile that stays open": without("perform credits.close_profile(...);"),
            "a move has no key": never("move.move_id = move_id"),
        },
        *_TESTS,
    ),
    *mutants(
        "_check_same_move",
        {
            "the same move to somebody else": never("move.to_profile_id <> to_profile_id"),
            "the same move of the month elsewhere": never("move.monthly_rest <> monthly_rest"),
        },
        *_TESTS,
    ),
    *mutants(
        "_check_move",
        {
            "a profile is moved twice": never("move.profile_id is not null"),
            "a closed profile gets credits of another": never("closed_at is not null"),
            "a debt is moved": never("perpetual < 0"),
            "the reference of a moved pack is a move_id, too": instead(
                "_keyed_entry(profile.id, 'move', move_id)",
                "_keyed_entry(profile.id, 'move', null)",
            ),
            "a month that stays needs room": instead(
                "case monthly_rest when 'leave' then 0 else profile.credits_remaining end",
                "profile.credits_remaining",
            ),
            "a month that goes needs no room": instead(
                "case monthly_rest when 'leave' then 0 else profile.credits_remaining end", "0"
            ),
        },
        *_TESTS,
    ),
    *mutants(
        "_write_move",
        {
            "what comes back to a moved profile pays its debt": kept("overdraft_limit"),
            "a move is not recorded by its row": instead("p.id, entry.seq,", "p.id, 1,"),
        },
        *_TESTS,
    ),
)
_REST = (
    *mutants(
        "_move_rest",
        {
            "the month goes though it should stay": instead(
                "case monthly_rest when 'leave' then 0 else profile.credits_remaining end",
                "profile.credits_remaining",
            ),
            "the month goes to addon in any case": never("monthly_rest = 'monthly'"),
            "the month is lost on the way to addon": instead(
                "perpetual := perpetual + monthly;", "perpetual := perpetual;"
            ),
            "a pack is moved twice": kept("remaining"),
            "a moved profile waits for packs that are gone": kept("next_pack_expiry"),
            "a move forgets the packs": always("profile.next_pack_expiry is null"),
        },
        *_TESTS,
    ),
    *mutants(
        "_move_pack",
        {
            "a moved pack is paid for": instead(
                "pack.expires_at, pack.expires_at, pack.kind,",
                "pack.expires_at, pack.expires_at, 'promo',",
            ),
            "a moved pack loses its place": instead("pack.kind, pack.priority", "pack.kind, 0"),
            "nobody knows when a moved pack expires": kept("next_pack_expiry"),
            "a reference that is granted stops what follows": instead(
                "g.reference = reference", "false"
            ),
            "a reference that is a move_id stops what follows": instead(
                "_keyed_entry(to_profile_id, 'move', reference)",
                "_keyed_entry(to_profile_id, 'move', null)",
            ),
        },
        *_TESTS,
    ),
)
_FOLLOWING = (
    *mutants(
        "_follow",
        {
            "a month that stays follows": never(
                "profile.addon_credits = 0 and"
                " (profile.credits_remaining = 0 or move.monthly_rest = 'leave')"
            ),
            "what follows stops half-way": never("successor.closed_at is not null"),
            "what follows meets what is overdue": without(
                "successor := _bring_up_to_date(successor);"
            ),
        },
        *_TESTS,
    ),
    *mutants(
        "_return_credits",
        {"what a refund gives back stays": never("profile.closed_at is not null")},
        *_TESTS,
    ),
    *mutants(
        "settle_job",
        {"what settling gives back stays": never("profile.closed_at is not null")},
        *_TESTS,
    ),
    *mutants(
        "reinstate_grant",
        {"a grant that is won back stays": never("profile.closed_at is not null")},
        *_TESTS,
    ),
    *mutants(
        "reinstate_renewal",
        {"a month that is won back stays": never("profile.closed_at is not null")},
        *_TESTS,
    ),
    *mutants(
        "_bring_all_up_to_date",
        {
            "what is overdue gives back and stays": never("profile.closed_at is not null"),
            "who follows is seen as it was": without("profiles := array(...);"),
        },
        *_TESTS,
    ),
    *mutants(
        "_bring_all_up_to_date",
        {
            "who follows expires as it was": instead(
                "if followed then select p.* into strict profile",
                "if false then select p.* into strict profile",
            ),
        },
        "pgtap/batches",
    ),
    *mutants(
        "_sweep",
        {
            "what a sweeper gives back stays": without("perform _follow(profile.id);"),
            "a sweeper waits for a successor": never(
                "profile.closed_at is not null and not _try_lock_successors(profile.id)"
            ),
        },
        *_TESTS,
        "concurrency/test_moves.py",
    ),
    *mutants(
        "_run_batch",
        {"a batch plans what follows": without("locked := _without_moved(locked);")},
        "pgtap/batches",
        *_TESTS,
    ),
    *mutants(
        "_without_moved",
        {
            "a batch plans for successors": instead(
                "on m.profile_id = moved.id", "on m.profile_id = moved.id and false"
            )
        },
        "pgtap/batches",
    ),
    *mutants(
        "_lock_in_order",
        {"a batch does not lock successors": always("cardinality(successors) = 0")},
        "concurrency/test_moves.py",
    ),
    *mutants(
        "_write_grant",
        {"a grant has the reference of a moved pack": never("not is_new")},
        "pgtap/grant_addon",
    ),
)
MOVES = (*_CALLS, *_REST, *_FOLLOWING)
