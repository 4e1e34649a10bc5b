"""What comes back, seen once more: to which pack and month, and what the answer says."""

from __future__ import annotations

from fire.mutants.edits import always, instead, never, without
from fire.mutants.mutant import mutants

_RAISES = ("pgtap/raise_reservation", "laws/test_raises.py")

_BUCKETS = (
    *mutants(
        "_give_back",
        {
            "packs of the second draw get nothing back": instead(
                "job.pack_deducted > 0 and", "job.pack_deducted > 0 and draw.draw = 1 and"
            ),
            "packs of the first draw get nothing back": instead(
                "job.pack_deducted > 0 and", "job.pack_deducted > 0 and draw.draw > 1 and"
            ),
            "what a draw holds is what comes back of it": instead(
                "draw.draw, draw.addon", "draw.draw, draw.addon - addon"
            ),
            "a profile forgets that its pack is open again": without(
                "profile.next_pack_expiry := least(profile.next_pack_expiry, packs.expires_at);"
            ),
            "what lapses of the draw before is not told": instead(
                "returned.monthly_lapsed + renewals.lapsed", "renewals.lapsed"
            ),
        },
    ),
    *mutants(
        "_held_by_draw",
        {
            "the second draw comes back to the month of the first": instead(
                "job.settle_period_start", "job.period_start"
            ),
            "the first draw comes back to the month of the second": instead(
                "draw.period_start := job.period_start",
                "draw.period_start := job.settle_period_start",
            ),
        },
    ),
    *mutants(
        "_return_to_packs",
        {
            "the perpetual part of both draws is mixed": always("draw.draw = draw"),
            "a draw gives back again": without("draws[number].returned := draw.returned + back;"),
            "more comes back than a draw took": instead(
                "least(left, amount - returned)", "least(left, amount)"
            ),
        },
    ),
    *mutants(
        "_load_change",
        {
            "the draws of another job count": always("d.job_id = job.id"),
            "draws come back in any order": instead(
                "order by d.draw, d.position", "order by d.amount"
            ),
        },
    ),
    *mutants(
        "_load_change",
        {
            "the raises of another job count": always("r.job_id = job.id"),
            "raises come back in any order": instead("order by r.draw", "order by r.draw desc"),
        },
        *_RAISES,
    ),
    *mutants(
        "_place_of_pack",
        {
            "the next pack gets what came back": instead(
                "low := middle + 1;", "low := least(middle + 2, high);"
            ),
        },
    ),
    *mutants(
        "_stays_closed",
        {
            "a promo pack that is over at this instant is open": instead(
                "(pack).expires_at <= at", "(pack).expires_at < at"
            ),
        },
    ),
    *mutants(
        "_fill_pack",
        {
            "a pack that is over at this instant is open": instead(
                "expires_at <= at", "expires_at < at"
            ),
            "a reopened pack ends when it did": without("pack.expires_at := greatest(...);"),
            "a pack forgets what lapsed of it": without("pack.lapsed := pack.lapsed + amount;"),
        },
    ),
    *mutants(
        "_return_to_period",
        {
            "the renewal that began the month of a job takes its return": instead(
                "period_start <= coalesce", "period_start < coalesce"
            ),
            "a return to the time before all months stays": instead("'-infinity'", "'infinity'"),
            "the newest renewal is asked first": instead(
                "1..coalesce(cardinality(renewals), 0)",
                "reverse coalesce(cardinality(v_renewals), 0)..1",
            ),
            "a rollover carries more than its cap": instead(
                "least(unused + stays, rollover_cap)", "(unused + stays)"
            ),
        },
    ),
    *mutants(
        "_draw_packs",
        {
            "equal packs burn the newest first": instead(
                "expires_at, k.seq", "expires_at, k.seq desc"
            ),
            "a draw remembers the whole life of a pack": instead(
                "expires_at - at", "interval '1000 days'"
            ),
            "draws have no order": instead("position + 1", "position - 1"),
        },
    ),
    *mutants(
        "_perpetual_rest",
        {"debt of other profiles counts": always("profile_id = profile.id")},
    ),
)
_JOBS = (
    *mutants(
        "_returned_job",
        {
            "a refund moves the time that a job finished": instead(
                "coalesce(job.finished_at, at)", "_returned_job.at"
            ),
            "a return ends in any state": instead("state := final_state", "state := 'refunded'"),
            "meta_json says what this call gave back, not all of it": instead(
                "_refunded_meta(job.monthly_refunded, job.addon_refunded)",
                "_refunded_meta(_returned_job.monthly, _returned_job.addon)",
            ),
        },
    ),
    *mutants(
        "_return_credits",
        {
            "a plain return ends in any state": instead(
                "state = final_state", "state = 'refunded'"
            ),
            "a plain return publishes what this call gave back, not all of it": instead(
                "_refunded_meta(j.monthly_deducted, j.addon_deducted)",
                "_refunded_meta(v_monthly, v_addon)",
            ),
        },
    ),
    *mutants(
        "_answer_ended_job",
        {
            "a free job is answered with another job's return": always(
                "job_id is not distinct from job.id"
            ),
            "the last part is answered as the whole": always("reference is null"),
            "a late failure tells of another balance": instead(
                "0, returned.new_balance, returned.new_balance",
                "0, returned.previous_balance, returned.new_balance",
            ),
            "a late failure lapses once more": instead(
                "row(0, 0, 0, 0,", "row(0, 0, 0, returned.addon_lapsed,"
            ),
            "a late failure lapses once more, monthly": instead(
                "row(0, 0, 0, 0,", "row(0, 0, returned.monthly_lapsed, 0,"
            ),
        },
    ),
    *mutants(
        "_returned_by",
        {
            "a pack that lapsed next is a part of the return": always(
                "job_id = entry.job_id", beside="seq + 1"
            ),
            "the job's next row is a lapse of its return": always("kind = 'lapse'"),
            "the lapse of a return is looked for in its own row": instead(
                "seq + 1", "seq", beside="in ('lapse', 'revoke')"
            ),
            "a replay forgets what lapsed of addon": instead(
                "returned.addon_lapsed := -next.addon_delta", "returned.addon_lapsed := 0"
            ),
            "a replay tells another balance before": instead("- monthly_delta - addon_delta;", ";"),
        },
    ),
    *mutants(
        "_refund_row",
        {
            "the answer does not say where the split is from": instead(
                "coalesce(breakdown_source, 'recorded')", "'recorded'"
            ),
        },
    ),
    *mutants(
        "_replay_reservation",
        {
            "an imported job is reserved again": always("breakdown_source is null"),
            "a replay tells of the deadline of today": instead(
                "hold_expires_at", "v_job.hold_due_at"
            ),
        },
    ),
    *mutants(
        "_plan_settlement",
        {
            "what it drew when it settled is of a raise": instead(
                "2 + coalesce(cardinality(change.raises), 0)", "2"
            ),
        },
        *_RAISES,
    ),
    *mutants(
        "_plan_settlement",
        {
            "settling for more draws from no pack": never(
                "purse.packs is not null and split.addon > 0"
            ),
            "the packs of the first draw are forgotten": instead(
                "job.pack_deducted + drawn.moved", "drawn.moved"
            ),
            "a shortfall is refused where that was not asked for": always(
                "overage = 'reject'", beside="split.shortfall > 0"
            ),
            "a part that came back is still held": instead(
                "addon_deducted - addon_refunded - returned.addon",
                "addon_deducted - returned.addon",
            ),
            "a part that came back is still held, monthly": instead(
                "monthly_deducted - monthly_refunded - returned.monthly",
                "monthly_deducted - returned.monthly",
            ),
            "the second draw is not told from the first": instead(
                "addon_drawn_at_settle := -returned.addon", "addon_drawn_at_settle := 0"
            ),
            "the second draw is not told from the first, monthly": instead(
                "monthly_drawn_at_settle := -returned.monthly", "monthly_drawn_at_settle := 0"
            ),
        },
    ),
    *mutants(
        "_draw_credits",
        {
            "the draws of the reservation are lost": instead(
                "change.draws || drawn.draws", "drawn.draws"
            ),
        },
        "pgtap/internal/draw_credits_adds_to_the_draws_that_a_job_has.sql",
    ),
    *mutants(
        "_settled_meta",
        {
            "a settled job says that it was refunded": without(
                "- array['credits_refunded', 'monthly_refunded', 'addon_refunded']"
            ),
        },
    ),
    *mutants(
        "_settled_job",
        {
            "a settled job knows no month": without("job.settle_period_start := period_start;"),
            "a settled job keeps the figures of its part": (
                without("job.monthly_refunded := 0;"),
                without("job.addon_refunded := 0;"),
            ),
            "a settled job has ended": without("job.closing_seq := null;"),
            "a settled job holds on": without("job.hold_due_at := null;"),
        },
    ),
    *mutants(
        "_settled_by",
        {
            "a settlement that moved nothing tells of another row": instead(
                "entry.job_id is not distinct from job.id and entry.kind = 'settle'", "true"
            ),
        },
    ),
    *mutants(
        "_settlement_row",
        {
            "a draw at settling looks like a return": instead(
                "greatest(returned.addon, 0)", "returned.addon"
            ),
            "a draw at settling looks like a return, monthly": instead(
                "greatest(returned.monthly, 0)", "returned.monthly"
            ),
            "a settlement hides its shortfall": instead("job.shortfall", "0::bigint"),
            "a late settlement looks in time": instead("job.settled_late", "false"),
        },
    ),
)

RETURNS = (*_BUCKETS, *_JOBS)
