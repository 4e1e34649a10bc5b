"""What comes in, who may do what, the books, the past, the client, and what it costs."""

from __future__ import annotations

from fire.mutants.edits import (
    always,
    granted,
    instead,
    left_out,
    never,
    not_refused,
    without,
    without_row,
)
from fire.mutants.mutant import mutants
from fire.mutants.places import constraint, index, python, rule, table

# Field: a negative amount minted credits, and NULL passed every test.
_INPUT = (
    *mutants(
        "_check_amount",
        {
            "negative amounts": instead("between minimum and maximum", "<= maximum"),
            "amounts above the cap": instead("between minimum and maximum", ">= minimum"),
            "NULL amounts": instead("maximum, false", "maximum, true"),
        },
    ),
    *mutants(
        "reserve_credits",
        {
            "a reservation for nobody is looked for": never("profile_id is null"),
            "a reservation without an id is written": never("job_id is null"),
            "a reservation of any cost": never("not _is_amount(cost, 0)"),
            "a reservation with any metadata": never("meta <> '{}'"),
            "a reservation for any time": never(
                "hold_for is not null", beside="_check_reservation_arguments"
            ),
            "a reservation of any spender": never(
                "spender is not null", beside="_check_reservation_arguments"
            ),
        },
        "pgtap/reserve_credits",
    ),
    *mutants(
        "settle_job",
        {
            "a settlement at any cost": never("actual_cost is not null and not _is_amount(...)"),
            "a settlement with any overage": never("overage is distinct from 'cap'"),
        },
        "pgtap/settle_job",
    ),
    *mutants("_check_present", {"NULL is a value": always("present")}, "pgtap/reserve_credits"),
    *mutants(
        "_check_metadata",
        {
            "metadata that is no object": not_refused("invalid_metadata"),
            "metadata with our keys": not_refused("reserved_metadata_key"),
            "metadata is measured packed": instead(
                "octet_length(meta::text) >", "pg_column_size(meta) >"
            ),
        },
    ),
    *mutants(
        "_check_interval",
        {
            "a hold for no time": never("extract(epoch from value) <= 0"),
            "a hold for ever": never("extract(epoch from value) > 365 * 86400"),
        },
    ),
    *mutants(
        "_check_text",
        {
            "a blank reference": never("value !~ '\\S'"),
            "a reference without an end": never("length(value) > 255"),
            "a reference with a line break": never("v_control is not null"),
            "a reference with a line separator": never("getdatabaseencoding() = 'UTF8'"),
        },
    ),
    *mutants(
        "_check_time",
        {"a time that never comes": not_refused("invalid_interval")},
    ),
    *mutants(
        "id_of",
        {
            "an id that no UUID library takes": instead("(get_byte(h.hash, 6) & 15) | 128", "1"),
            "all who have no id are one customer": without("where name <> ''"),
            "an id from a text in the encoding of the server": instead("'UTF8'", "'LATIN1'"),
        },
    ),
    *mutants(
        python("id_of"),
        {"Python makes another id than SQL": instead("digest[8] & 0x3F", "digest[8] & 0x1F")},
        "client/test_id_of.py",
    ),
    *mutants(
        "_hash_of_profile",
        {"the profiles are looked for elsewhere": instead("sha256(", "sha224(")},
        "pgtap/shard_of",
    ),
    *mutants(
        "shard_of",
        {
            "there are no shards": instead("case when shards > 0 then shards end", "shards"),
            "one shard has no profiles": instead("then shards end", "then shards - 1 end"),
        },
    ),
    *mutants(
        "new_job_id",
        {
            "a job id says nothing": instead(
                "credits._hash_of_profile(new_job_id.profile_id)", "'0000000'"
            ),
            "a job id that no UUID library takes": instead("placing '8'", "placing '9'"),
            "the version stands in the wrong place": instead("from 6", "from 7"),
        },
    ),
    *mutants(
        python("_hash_of"),
        {
            "Python looks on another shard than SQL": instead(
                "hexdigest()[:_DIGITS]", "hexdigest()[1 : _DIGITS + 1]"
            )
        },
        "client/test_shard_of.py",
    ),
    *mutants(
        python("_is_open"),
        {
            "what is unknown of an element is final": instead(
                "{Failure.UNKNOWN, Failure.PASSING}", "{Failure.PASSING}"
            )
        },
        "client/test_partial_batches.py",
    ),
    *mutants(
        python("_Answers.take"),
        {"what was refused in a batch is made after all": without("if _is_open(row)")},
        "client/test_partial_batches.py",
    ),
    *mutants(
        python("_not_done"),
        {"what is unknown looks like a refusal": instead("is not Failure.UNKNOWN", "is not None")},
        "client/test_partial_batches.py",
    ),
    *mutants(
        python("_send_in_transaction"),
        {
            "a call of a transaction is made through a proxy": instead(
                "and _PROXIES[session]", "and not _PROXIES"
            )
        },
        "client/test_proxy_transaction.py",
    ),
    *mutants(
        "_check_period",
        {"a month in the far future": not_refused("invalid_interval")},
        "pgtap/renew_monthly",
    ),
    *mutants(
        "renew_monthly",
        {
            "a replay after the clock stepped back is refused": instead(
                "perform _check_time('period_start', period_start);",
                "perform _check_time('period_start', period_start); "
                "perform credits._check_period(period_start);",
            ),
        },
        "pgtap/renew_monthly",
    ),
    *mutants(
        "_check_room",
        {"a full profile takes more": never("amount > room")},
        "pgtap/grant_addon",
        "pgtap/adjust_credits",
        "pgtap/renew_monthly",
        "pgtap/reinstate_grant",
    ),
    *mutants(
        "_room",
        {
            "a bought credit takes no room": without("- greatest(addon, 0)"),
            "a monthly credit takes no room": without("- monthly"),
            "a debt makes room": instead("greatest(addon, 0)", "addon"),
        },
        "pgtap/grant_addon",
        "pgtap/adjust_credits",
        "pgtap/renew_monthly",
        "pgtap/open_profile",
    ),
    *mutants(
        "_check_allowance",
        {"a full profile has no more months": instead("allowance, 0,", "allowance, 1,")},
        "pgtap/renew_monthly",
    ),
    *mutants(
        "_check_option",
        {"any word is an option": not_refused("invalid_option")},
    ),
    *mutants(
        "grant_addon",
        {"a pack that is over when it is granted": never("expires_at <= _now()")},
    ),
    *mutants(
        "adjust_credits",
        {"an adjustment of nothing": instead("monthly_delta = 0 and addon_delta = 0", "false")},
    ),
    *mutants(
        "reserve_credits",
        {
            "spending what is not there": instead("shortfall > 0 then", "shortfall > 1 then"),
            "a replay with nothing left is refused": never(
                "exists (select from credits.jobs j where j.id = job_id)"
            ),
            "a job draws from no pack": never(
                "profile.next_pack_expiry is not null", beside="shortfall > 0 or"
            ),
        },
    ),
    *mutants(
        "adjust_credits",
        {
            "an adjustment takes more than the monthly bucket has": never(
                "-monthly_delta > credits_remaining"
            ),
            "an adjustment takes more than the addon bucket has": never(
                "-addon_delta > addon_credits + overdraft_limit"
            ),
        },
    ),
    *mutants(
        rule("profiles_nothing_below_its_limit"),
        {
            "a bucket below zero can be stored": without("profile.credits_remaining,"),
            "less than nothing is to be collected": without(", profile.uncollected"),
        },
        "pgtap/schema",
        "pgtap/laws",
    ),
    *mutants(
        rule("jobs_settled_parts_within_settled_cost"),
        {
            "a job that has not settled has a shortfall": without("job.shortfall,"),
            "a job that has not settled drew when it settled": without(
                ", job.addon_drawn_at_settle"
            ),
        },
        "pgtap/schema",
    ),
    *mutants(
        rule("jobs_raised_within_reserved_cost"),
        {
            "a job was raised by more than it costs": instead(
                "> reserved_cost", "> reserved_cost + 1"
            )
        },
        "pgtap/schema",
    ),
    *mutants(
        rule("ledger_taking_kinds_only_take"),
        {
            "a raise that gives can be stored": instead(
                "'{reserve,raise,lapse,revoke}'", "'{reserve,lapse,revoke}'"
            ),
            "a revocation that gives can be stored": instead(
                "'{reserve,raise,lapse,revoke}'", "'{reserve,raise,lapse}'"
            ),
        },
        "pgtap/schema",
    ),
    *mutants(
        rule("ledger_amounts_in_range"),
        {
            "an amount of the ledger that cannot be added to": instead(
                "> 4611686018427387903", "> 4611686018427387904"
            ),
            "a balance of the ledger that cannot be added to": instead(
                "entry.addon_balance) < -4611686018427387903", "0) < -4611686018427387903"
            ),
        },
        "pgtap/schema",
    ),
    *mutants(
        rule("jobs_addon_refunded_within_deducted"),
        {
            "a refund above the deduction can be stored": instead(
                "> addon_deducted", "> addon_deducted + 1"
            ),
        },
        "pgtap/schema",
        "pgtap/laws",
    ),
    *mutants(
        rule("jobs_ended_gave_everything_back"),
        {
            "a job that has ended may hold credits": instead(
                "closing_seq is not null", "closing_seq is null and false"
            ),
        },
        "pgtap/schema",
        "pgtap/laws",
    ),
    *mutants(
        rule("ledger_giving_kinds_only_give"),
        {
            "a return that takes can be stored": instead("< 0", "< -1"),
            "a grant that takes can be stored": instead(
                "'{refund,rollback,expire,grant,reinstate}'",
                "'{refund,rollback,expire,reinstate}'",
            ),
        },
        "pgtap/schema",
    ),
    *mutants(
        rule("packs_remaining_within_amount"),
        {"a pack holds more than was granted": instead("> pack.amount", "> pack.amount + 1")},
        "pgtap/schema",
    ),
    *mutants(
        rule("limits_total_never_resets"),
        {"a window ends before it begins": instead("<= window_start", "< window_start")},
        "pgtap/schema",
    ),
    *mutants(
        constraint("pack_draws_rules_1"),
        {"nobody asks the rules of draws": instead("check (...)", "check (true)")},
        "pgtap/schema",
    ),
    *mutants(
        constraint("raises_rules_1"),
        {"nobody asks the rules of raises": instead("check (...)", "check (true)")},
        "laws/test_bug_cannot_be_stored.py",
    ),
    *mutants(
        constraint("ledger_rules_1"),
        {"nobody asks the rules of the ledger": instead("check (...)", "check (true)")},
        "pgtap/schema",
    ),
    *mutants(
        constraint("jobs_rules_1"),
        {"nobody asks the rules of jobs": instead("check (...)", "check (true)")},
        "laws/test_bug_cannot_be_stored.py",
    ),
    *mutants(
        constraint("profiles_rules_1"),
        {"nobody asks the rules of profiles": instead("check (...)", "check (true)")},
        "laws/test_bug_cannot_be_stored.py",
    ),
)
_SECURITY = (
    *mutants(
        "grants",
        {
            "everybody may call everything": without(
                "revoke execute on all functions in schema credits from public;"
            ),
        },
        "pgtap/schema",
    ),
    *mutants(
        "_privileges",
        {
            "a service makes credits": granted("grant_addon", to="app"),
            "a reader sees no packs": instead(
                "'{profiles, jobs, ledger, addon_grants, packs, pack_draws, raises, renewals,\n"
                "       allowance_changes, revocations, alerts, topups, events, limits, settings}'",
                "'{profiles}'",
            ),
            "a customer loses the statement": without_row("'view', 'my_statement'"),
        },
        "pgtap/schema",
    ),
    *mutants(
        "_own_profile",
        {"a customer is whoever the first is": instead("c.subject::uuid", "gen_random_uuid()")},
        "pgtap/schema",
    ),
    *mutants(
        "my_balance",
        {
            "a customer sees credits that are over": never("expires_at <= clock_timestamp()"),
            "a customer's functions see rows of others": without("with (security_barrier = true)"),
        },
        "pgtap/schema",
    ),
    *mutants(
        "my_statement",
        {
            "a customer sees every ledger": always("profile_id = o.profile_id"),
            "a customer reads the keys of the staff": instead(
                "case when kind = 'grant' then reference end", "reference"
            ),
        },
        "pgtap/schema",
    ),
    *mutants(
        "balances",
        {
            "the view of balances shows credits that are over": never(
                "expires_at <= clock_timestamp()"
            )
        },
        "pgtap/schema",
    ),
    *mutants(
        "grants",
        {
            "the web role keeps what it was given": without(
                "revoke all on all functions in schema credits from anon;"
            ),
            "the signed-in role keeps what it was given": without(
                "revoke all on all functions in schema credits from authenticated;"
            ),
        },
        "pgtap/schema",
        "migrations",
    ),
    *mutants(
        "reserve_credits",
        {"a call with the caller's rights": without("security definer")},
        "pgtap/schema",
    ),
    *mutants(
        "refund_job",
        {
            "a call on the caller's path": without("set search_path = pg_catalog, pg_temp"),
            "temporary objects come first": instead("pg_catalog, pg_temp", "pg_catalog"),
        },
        "pgtap/schema",
    ),
    *mutants(
        "balances",
        {"a view shows everybody's balance": without("with (security_invoker = true)")},
        "pgtap/schema",
    ),
    *mutants(
        table("profiles"),
        {
            "everybody sees every row": without(
                "alter table credits.profiles enable row level security;"
            ),
        },
        "pgtap/schema",
    ),
)
_BOOKS = (
    *mutants(
        "check_integrity",
        {
            "a profile that forgot its newest ts is not found": without_row(
                "'profile changed_at is the ts of the newest ledger row'"
            ),
            "a balance beyond what JSON keeps is not found": instead(
                "p.credits_remaining + p.addon_credits > 9007199254740991", "false"
            ),
            "a job that holds something else is not found": instead(
                "coalesce(b.addon, 0) + coalesce(j.addon_held_at_import, 0)", "j.addon_held"
            ),
        },
    ),
    *mutants(
        "balance_at",
        {"balances of the past are a row late": instead("<= at", "< at")},
    ),
    *mutants(
        "balance_at",
        {
            "the balance of now is not the balance after the clock stepped back": never(
                "v_changed_at > _now() and at >= least(now(), _now())"
            ),
            "the past is the present after the clock stepped back": instead(
                "v_changed_at > _now() and at >= least(now(), _now())", "v_changed_at > _now()"
            ),
        },
        "pgtap/laws",
    ),
    *mutants(
        "get_statement",
        {"a page skips a row": instead("seq < coalesce", "seq + 1 < coalesce")},
    ),
    *mutants(
        "get_balance",
        {
            "what is overdue can be spent, says the balance": never(
                "least(next_hold_expiry, next_pack_expiry) <= now"
            ),
        },
    ),
    *mutants(
        "find_grants",
        {
            "a payment is found for one profile only": instead(
                "g.granted_at, g.profile_id", "1 limit 1"
            )
        },
    ),
)
_PAST = (
    *mutants(
        "audit_refunds",
        {
            "an old refund gave addon back": instead(
                "monthly + delta - coalesce(stated_addon, 0)", "monthly + delta - v_part"
            ),
            "a new month remembers the difference": instead(
                "right_monthly := monthly", "right_monthly := right_monthly + entry.delta"
            ),
        },
    ),
    *mutants(
        "_legacy_account",
        {
            "an unsound history is believed": always(
                "not unknown and (begins or not hides)"
                " and books.monthly = monthly and books.addon = addon"
            ),
            "a truncated history is taken for a complete one": always("not begins"),
        },
    ),
    *mutants(
        "audit_refunds",
        {"the oldest refund is blamed first": instead("h.position desc", "h.position")},
    ),
    *mutants(
        "repair_refunds",
        {
            "a repair takes the new month's credits": always("period_start is null"),
            "a repair is made twice": never("repair_seq is not null"),
            "a dry run repairs": never("dry_run", beside="entry.seq := null"),
        },
    ),
    *mutants(
        "import_profile",
        {
            "damage is imported unseen": not_refused("legacy_damage"),
            "a profile is imported twice": never("not created"),
        },
    ),
)
_CLIENT = (
    *mutants(
        python("_amount"),
        {
            "the client sends 1 for 1.5": instead(
                "(type(value) is not int or value not in _INT64)", "not -(2**63) <= value < 2**63"
            ),
        },
        "client/test_arguments.py",
    ),
    *mutants(
        python("_time"),
        {"the client takes a local time for UTC": never("value.tzinfo is None")},
        "client/test_arguments.py",
    ),
    *mutants(
        python("_element"),
        {"a batch of the client lets an unknown key through": never("name not in self.members")},
        "client/test_batch_calls.py",
    ),
)
# Field: one call wrote the square of its size into the server's log.
_LOG = tuple(
    mutant
    for place, broken in {
        "_run_batch": {
            "a batch tells of replays": without("and not (a.refund).replayed"),
            "a batch of refunds says nothing": never("kind = 'refund'"),
        },
        "_log_returns": {
            "a call that returned nothing writes a line": always("jobs > 0"),
            "a batch writes a line whatever is set": always("_logs_returns()"),
        },
        "_bring_all_up_to_date": {
            "what a call finds overdue is not told": without("perform _log_expired(changes);"),
        },
        "_log_expired": {
            "packs and free holds are told of": without(
                "where kind = 'expire' and monthly + addon > 0"
            ),
        },
        "_logs_returns": {
            "the log is told though nobody asked": instead(
                "coalesce(current_setting('credits.log_returns', true) = 'on', false)", "true"
            ),
        },
        "_return_credits": {
            "a single return says nothing": never("_logs_returns() and amount > 0"),
            "a single return writes a line whatever is set": always("_logs_returns()"),
        },
        "expire_holds": {
            "a sweep says nothing": without("perform _log_expired(all);"),
            "a sweep writes a line for each profile": instead(
                "all := all || changes;",
                "all := all || changes; perform credits._log_expired(changes);",
            ),
        },
        "expire_packs": {
            "a sweep of packs says nothing": without("perform _log_expired(all);"),
            "a sweep of packs writes a line for each profile": instead(
                "all := all || changes;",
                "all := all || changes; perform credits._log_expired(changes);",
            ),
        },
    }.items()
    for mutant in mutants(place, broken, "client/test_server_log.py")
)
_SPEED = (
    *mutants(
        index("jobs_profile"),
        {"the jobs of a profile are looked for among all": left_out},
        "plans",
    ),
    *mutants(
        table("jobs"),
        {
            "an update of a job changes all its indexes": instead(
                "fillfactor = 85", "fillfactor = 100"
            ),
        },
        "plans",
    ),
    *mutants(
        table("profiles"),
        {"profiles fill their pages": instead("fillfactor = 25", "fillfactor = 100")},
        "plans",
    ),
    *(
        mutant
        for name in (
            "reserve_credits",
            "settle_job",
            "refund_job",
            "rollback_reservation",
            "reserve_credits_many",
            "settle_job_many",
            "refund_job_many",
        )
        for mutant in mutants(
            name,
            {
                f"a plan from when the tables were empty reads whole tables, {name}": without(
                    "set enable_seqscan = off"
                ),
            },
            "plans",
        )
    ),
    *mutants(
        "check_integrity",
        {
            "the profile that is checked is looked for among all": without(
                "set enable_seqscan = off"
            ),
        },
        "plans",
    ),
    *mutants("refund_job", {"the settings are read whole": always("only_row")}, "plans"),
    *mutants(
        "settle_job_many",
        {
            "a batch joins whole tables": without(
                "set enable_hashjoin = off set enable_mergejoin = off"
            ),
        },
        "plans",
    ),
)

AROUND = (*_INPUT, *_SECURITY, *_BOOKS, *_PAST, *_CLIENT, *_LOG, *_SPEED)
