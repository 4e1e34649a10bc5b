"""What comes back, seen once more: to which pack and month, and what the answer says."""

from __future__ import annotations

from fire.mutants.edits import always, instead, kept, never, without
from fire.mutants.mutant import mutants

_BUCKETS = (
    *mutants(
        "_give_back",
        {
            "a free job that comes back writes a row": never("amount = 0"),
            "what lapses leaves no row": never("monthly_lapsed + addon_lapsed > 0"),
            "what lapses is in the new balance": instead("- monthly_lapsed - addon_lapsed", ""),
            "the balance before a return is that after it": instead("- amount;", ";"),
            "the second draw comes back to the month of the first": instead(
                "profile, settle_period_start", "profile, job.period_start"
            ),
            "the first draw comes back to the month of the second": instead(
                "profile, job.period_start", "profile, job.settle_period_start"
            ),
            "packs of the second draw get nothing back": instead(
                "2::smallint, drawn[4] - gone[4], back[4] - gone[4]",
                "2::smallint, drawn[4] - gone[4], 0::bigint",
            ),
            "what a draw holds is what it drew": instead(
                "1::smallint, drawn[2] - gone[2]", "1::smallint, drawn[2]"
            ),
            "a part has no key in the ledger": instead("reason), reference", "reason), null"),
        },
    ),
    *mutants(
        "_return_to_packs",
        {
            "the draws of both times are mixed": always("draw = draw", beside="into left"),
            "a draw gives back again": kept("returned"),
            "more comes back than a draw took": instead(
                "least(left, amount - returned)", "least(left, amount)"
            ),
            "the draws of another job count": always("job_id = job.id", beside="into left"),
        },
    ),
    *mutants(
        "_fill_pack",
        {
            "a pack that is over at this instant is open": instead(
                "expires_at <= at", "expires_at < at"
            ),
            "a profile forgets that its pack is open again": kept("next_pack_expiry"),
            "a reopened pack ends when it did": instead(
                "expires_at = pack.expires_at", "expires_at = k.expires_at"
            ),
        },
    ),
    *mutants(
        "_return_to_period",
        {
            "the setting restore does nothing": never("closed_period_refund = 'restore'"),
            "the setting lapse does nothing": always("closed_period_refund = 'restore'"),
            "the renewal that began the month of a job takes its return": instead(
                "period_start > coalesce", "period_start >= coalesce"
            ),
            "a return to the time before all months stays": instead(
                "coalesce(period_start, '-infinity')", "period_start"
            ),
            "the newest renewal is asked first": instead(
                "order by period_start", "order by period_start desc"
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
                "expires_at - now", "interval '1000 days'"
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
        "_return_credits",
        {
            "a refund moves the time that a job finished": instead(
                "coalesce(finished_at, _now())", "_now()"
            ),
            "a returned job keeps no time": kept("finished_at"),
            "a return ends in any state": instead("state := final_state", "state := 'refunded'"),
            "meta_json says what this call gave back, not all of it": instead(
                "_refunded_meta(job.monthly_refunded, job.addon_refunded)",
                "_refunded_meta(v_returned.monthly, v_returned.addon)",
            ),
        },
    ),
    *mutants(
        "_answer_ended_job",
        {
            "a free job is answered with another job's return": never(
                "job_id is distinct from job.id"
            ),
            "the last part is answered as the whole": never("reference is not null"),
            "a late failure tells of another balance": without(
                "returned.previous_balance := returned.new_balance;"
            ),
            "a late failure lapses once more": without("returned.addon_lapsed := 0;"),
            "a late failure lapses once more, monthly": without("returned.monthly_lapsed := 0;"),
        },
    ),
    *mutants(
        "_returned_by",
        {
            "a pack that lapsed next is a part of the return": always("job_id = entry.job_id"),
            "the job's next row is a lapse of its return": always("kind = 'lapse'"),
            "the lapse of a return is looked for in its own row": instead("seq + 1", "seq"),
            "a replay forgets what lapsed of addon": instead("coalesce(-addon_delta, 0)", "0"),
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
        "_settle_for_more",
        {
            "settling for more draws from no pack": never("addon > 0"),
            "the packs of the first draw are forgotten": instead(
                "job.pack_deducted + _draw_packs", "_draw_packs"
            ),
            "a shortfall is refused where that was not asked for": always("overage = 'reject'"),
            "settling with nothing there is a row of the ledger": always("monthly + addon > 0"),
            "a part that came back is still held": instead(
                "addon_deducted - addon_refunded + split.addon", "addon_deducted + split.addon"
            ),
            "a part that came back is still held, monthly": instead(
                "monthly_deducted - monthly_refunded + split.monthly",
                "monthly_deducted + split.monthly",
            ),
            "the second draw is not told from the first": instead(
                "addon_drawn_at_settle := split.addon", "addon_drawn_at_settle := 0"
            ),
        },
    ),
    *mutants(
        "_write_settled",
        {
            "a settled job knows no month": kept("settle_period_start"),
            "a settled job has no packs": kept("pack_deducted"),
            "a settled job says that it was refunded": without(
                "- array['credits_refunded', 'monthly_refunded', 'addon_refunded']"
            ),
            "a settled job keeps the figures of its part": (
                without("job.monthly_refunded := 0;"),
                without("job.addon_refunded := 0;"),
            ),
        },
    ),
    *mutants(
        "_settlement_row",
        {
            "a draw at settling looks like a return": never(
                "monthly_delta >= 0 and addon_delta >= 0"
            ),
            "a settlement that moved nothing tells of another row": never(
                "entry.job_id is distinct from job.id or entry.kind <> 'settle'"
            ),
            "a settlement hides its shortfall": instead(
                "settlement.shortfall := shortfall", "settlement.shortfall := 0"
            ),
            "a late settlement looks in time": instead(
                "settlement.late := settled_late", "settlement.late := false"
            ),
        },
    ),
)

RETURNS = (*_BUCKETS, *_JOBS)
