"""The mutants: each rule once, by the name of what would go wrong.

Text edits of functions and grants; constraints and triggers go through the file that makes them.
The comment above a group says which kind of bug the field has seen there.
"""

from __future__ import annotations

from fire.mutants.mutant import ROOT, Mutant
from support import function_file

_MOVED = {  # which tests look at an internal function, where it is not one folder
    "_lock_profile": ("pgtap/internal", "pgtap/schema", "concurrency"),
    "_lock_job": ("pgtap/refund_job", "pgtap/rollback_reservation", "concurrency"),
    "_write_ledger": ("pgtap/internal", "pgtap/laws", "pgtap/reserve_credits"),
    "_split_deduction": ("pgtap/internal", "pgtap/reserve_credits"),
    "_split_return": ("pgtap/internal", "pgtap/refund_job"),
    "_give_back": ("pgtap/refund_job", "pgtap/settle_job"),
    "_return_credits": ("pgtap/refund_job", "pgtap/rollback_reservation"),
    "_answer_ended_job": ("pgtap/refund_job", "pgtap/rollback_reservation"),
    "_replay_reservation": ("pgtap/reserve_credits",),
    "_settle_for_less": ("pgtap/settle_job",),
    "_settle_for_more": ("pgtap/settle_job",),
    "_write_settled": ("pgtap/settle_job", "pgtap/refund_job"),
    "_draw_packs": ("pgtap/reserve_credits", "pgtap/grant_addon", "pgtap/expire_packs"),
    "_fill_pack": ("pgtap/refund_job", "pgtap/reinstate_grant"),
    "_return_to_packs": ("pgtap/refund_job", "pgtap/settle_job"),
    "_return_to_period": ("pgtap/refund_job", "pgtap/renew_monthly"),
    "_catch_up": ("pgtap/internal", "pgtap/expire_holds", "pgtap/expire_packs"),
    "_set_hold": ("pgtap/reserve_credits", "pgtap/expire_holds"),
    "_write_pack": ("pgtap/grant_addon", "pgtap/expire_packs"),
    "_check_amount": ("pgtap/internal", "pgtap/reserve_credits", "pgtap/grant_addon"),
    "_check_metadata": ("pgtap/reserve_credits",),
    "_check_interval": ("pgtap/internal", "pgtap/reserve_credits"),
    "_check_text": ("pgtap/grant_addon", "pgtap/refund_job"),
    "_check_time": ("pgtap/renew_monthly", "pgtap/balance_at"),
    "_check_present": ("pgtap/reserve_credits",),
    "_check_option": ("pgtap/settle_job",),
    "_check_grant": ("pgtap/grant_addon",),
    "_check_funds": ("pgtap/reserve_credits", "pgtap/adjust_credits"),
    "_check_deltas": ("pgtap/adjust_credits",),
    "_check_adjustment": ("pgtap/adjust_credits",),
    "_check_open": ("pgtap/close_profile", "pgtap/reserve_credits"),
    "_perpetual_rest": ("pgtap/revoke_grant", "pgtap/set_overdraft_limit"),
    "_lock_unless_locked": ("concurrency",),
    "_later": ("pgtap/internal",),
    "_keyed_entry": ("pgtap/refund_job", "pgtap/adjust_credits", "pgtap/grant_addon"),
    "_revocation_of": ("pgtap/revoke_grant",),
    "_check_ledger": ("pgtap/check_integrity",),
    "_check_jobs": ("pgtap/check_integrity",),
    "_check_packs": ("pgtap/check_integrity",),
    "_replay_legacy": ("pgtap/audit_refunds", "pgtap/import_profile"),
    "_legacy_account": ("pgtap/audit_refunds", "pgtap/import_profile"),
    "_legacy_openings": ("pgtap/audit_refunds", "pgtap/import_profile"),
    "_legacy_history": ("pgtap/import_profile", "pgtap/audit_refunds"),
    "_legacy_jobs": ("pgtap/import_profile",),
    "_audit_profile": ("pgtap/audit_refunds", "pgtap/repair_refunds"),
    "_check_damage_accepted": ("pgtap/import_profile",),
    "_returned_by": ("pgtap/refund_job",),
    "_now": ("pgtap/schema",),
}


def _internal(name: str, function: str, old: str, new: str, *tests: str) -> Mutant:
    return Mutant(
        name,
        function_file(function).relative_to(ROOT).as_posix(),
        old,
        new,
        tests or _MOVED[function],
    )


def _public(name: str, function: str, old: str, new: str, *tests: str) -> Mutant:
    return Mutant(name, f"sql/functions/{function}.sql", old, new, tests or (f"pgtap/{function}",))


_LOCKS = (
    _internal(
        "no lock at all",
        "_lock_profile",
        "     for no key update;",
        "     ;",
        "concurrency",
    ),
    _internal(
        "a lock that two may hold",
        "_lock_profile",
        "     for no key update;",
        "     for share;",
        "concurrency",
    ),
    _internal(
        "a lock that blocks rows of others that refer to the profile",
        "_lock_profile",
        "     for no key update;",
        "     for update;",
        "concurrency",
    ),
    _internal(
        "the job is read before the lock",
        "_lock_job",
        "    v_profile := credits._lock_profile(v_profile_id);\n    select j.* into v_job\n"
        "      from credits.jobs j\n     where j.id = _lock_job.job_id\n"
        "       and j.profile_id = v_profile.id;",
        "    select j.* into v_job\n      from credits.jobs j\n     where j.id = _lock_job.job_id\n"
        "       and j.profile_id = v_profile_id;\n"
        "    v_profile := credits._lock_profile(v_profile_id);",
        "concurrency",
        "laws/test_any_order.py",
    ),
    _public(
        "a replay is answered before the lock",
        "reserve_credits",
        "  v_profile := credits._lock_profile(reserve_credits.profile_id);\n",
        "  if not exists (select from credits.jobs j where j.id = reserve_credits.job_id) then\n"
        "    v_profile := credits._lock_profile(reserve_credits.profile_id);\n  end if;\n",
        "concurrency",
    ),
    _internal(
        "a sweeper waits for locks",
        "_lock_unless_locked",
        " skip locked",
        "",
        "concurrency",
    ),
    _public(
        "lock waits without an end",
        "reserve_credits",
        "set lock_timeout = '5s'\n",
        "",
        "pgtap/schema",
    ),
    _internal(
        "another profile's job is found",
        "_lock_job",
        "       and j.profile_id = v_profile.id;",
        "       ;\n    perform credits._lock_profile(v_job.profile_id);",
        "pgtap/refund_job",
        "pgtap/rollback_reservation",
    ),
)
_DURABILITY = (
    _internal(
        "a commit that is not durable",
        "_lock_profile",
        "    perform set_config('synchronous_commit', 'on', true);",
        "    null;",
    ),
    _internal(
        "a stronger setting is lowered",
        "_lock_profile",
        "  if current_setting('synchronous_commit') not in ('on', 'remote_apply') then\n",
        "  if true then\n",
    ),
)
# Field: "refund to the wrong bucket", "credits lost", "second commit of one hold".
_SPLIT = (
    _internal(
        "addon is spent first",
        "_split_deduction",
        "    least(_split_deduction.credits_remaining, _split_deduction.cost),\n",
        "    greatest(0, _split_deduction.cost - _split_deduction.addon_credits),\n",
    ),
    _internal(
        "more than the monthly bucket has",
        "_split_deduction",
        "    least(_split_deduction.credits_remaining, _split_deduction.cost),\n",
        "    greatest(_split_deduction.credits_remaining, _split_deduction.cost),\n",
    ),
    _internal(
        "no overdraft",
        "_split_deduction",
        "_split_deduction.addon_credits + _split_deduction.overdraft_limit,",
        "_split_deduction.addon_credits,",
        "pgtap/internal",
        "pgtap/set_overdraft_limit",
        "pgtap/reserve_credits",
    ),
    _internal(
        "monthly comes back first",
        "_split_return",
        "for v_part in reverse 4..1 loop",
        "for v_part in 1..4 loop",
    ),
    _internal(
        "a refund all to monthly",
        "_give_back",
        "  v_returned.addon := v_back[2] - v_gone[2] + v_back[4] - v_gone[4];",
        "  v_returned.monthly :=\n"
        "    v_returned.monthly + v_back[2] - v_gone[2] + v_back[4] - v_gone[4];\n"
        "  v_returned.addon := 0;",
    ),
    _internal(
        "the second draw is forgotten",
        "_give_back",
        "  v_returned.monthly := v_back[1] - v_gone[1] + v_back[3] - v_gone[3];",
        "  v_returned.monthly := v_back[1] - v_gone[1];",
        "pgtap/settle_job",
        "pgtap/refund_job",
    ),
    _internal(
        "what is back already comes back again",
        "_give_back",
        "  v_gone := credits._split_return(v_drawn, "
        "v_job.monthly_refunded + v_job.addon_refunded);",
        "  v_gone := array[0, 0, 0, 0];",
    ),
    _internal(
        "the surplus of a settled job goes nowhere",
        "_settle_for_less",
        "'settle', credits._now());",
        "'settle', credits._now());\n  v_returned.monthly := 0;",
    ),
    _internal(
        "a settled job forgets its shortfall",
        "_settle_for_more",
        "  v_job.shortfall := v_split.shortfall;",
        "  v_job.shortfall := 0;",
    ),
    _internal(
        "reject takes what is there",
        "_settle_for_more",
        "  if _settle_for_more.overage = 'reject' then",
        "  if false then",
    ),
    _internal(
        "settling draws the whole cost again",
        "_settle_for_more",
        "_settle_for_more.cost - credits._outstanding(v_job);",
        "_settle_for_more.cost;",
    ),
)
_KEYS = (
    _public(
        "a job id is no key",
        "reserve_credits",
        "  if exists (select from credits.jobs j where j.id = reserve_credits.job_id) then",
        "  if false then",
    ),
    _internal(
        "the same job at another cost is a replay",
        "_replay_reservation",
        "     and j.reserved_cost = _replay_reservation.cost\n",
        "",
    ),
    _internal(
        "the same job for another profile is a replay",
        "_replay_reservation",
        "     and j.profile_id = _replay_reservation.profile_id\n",
        "",
    ),
    _internal(
        "a replay tells of today's balance",
        "_replay_reservation",
        "  v_reservation.new_balance := v_entry.monthly_balance + v_entry.addon_balance;",
        "  select p.credits_remaining + p.addon_credits into v_reservation.new_balance\n"
        "    from credits.profiles p where p.id = v_job.profile_id;",
    ),
    _internal(
        "a replay tells of the final split",
        "_replay_reservation",
        "case when v_job.reserved_cost = 0 then 0 else -v_entry.monthly_delta end;",
        "v_job.monthly_deducted;",
    ),
    _internal(
        "a replay looks new",
        "_replay_reservation",
        "  v_reservation.replayed := true;",
        "  v_reservation.replayed := false;",
    ),
    _public(
        "a refund id is no key",
        "refund_job",
        "  if found then\n    if v_entry",
        "  if false then\n    if v_entry",
    ),
    _public(
        "the same refund id with another amount",
        "refund_job",
        "    if v_entry.monthly_delta + v_entry.addon_delta <> refund_job.amount then",
        "    if false then",
    ),
    _public(
        "a refund id works for one job only in all",
        "refund_job",
        "     and l.job_id = v_job.id;",
        ";",
    ),
    _public(
        "a grant's reference is no key",
        "grant_addon",
        "  v_result.replayed := v_entry.seq is not null;",
        "  v_result.replayed := false;",
    ),
    _public(
        "the same reference with another amount",
        "grant_addon",
        "  if v_entry.addon_delta <> grant_addon.amount\n     or",
        "  if",
    ),
    _public(
        "the same reference with another expiry",
        "grant_addon",
        "     or v_pack.granted_until is distinct from grant_addon.expires_at\n",
        "",
    ),
    _internal(
        "a key of one operation is one of another",
        "_keyed_entry",
        "     and l.kind = _keyed_entry.kind\n",
        "",
        "pgtap/grant_addon",
        "pgtap/adjust_credits",
        "pgtap/refund_job",
    ),
    _public(
        "an adjustment id is no key",
        "adjust_credits",
        "  if v_entry.seq is not null then",
        "  if false then",
    ),
    _public(
        "an adjustment is compared by its sum",
        "adjust_credits",
        "    if v_entry.monthly_delta <> adjust_credits.monthly_delta\n"
        "       or v_entry.addon_delta <> adjust_credits.addon_delta then",
        "    if v_entry.monthly_delta + v_entry.addon_delta\n"
        "       <> adjust_credits.monthly_delta + adjust_credits.addon_delta then",
    ),
    _public(
        "a renewal without a key",
        "renew_monthly",
        "  if v_renewal.allowance = renew_monthly.allowance\n",
        "  if false and v_renewal.allowance = renew_monthly.allowance\n",
    ),
    _public(
        "a profile is opened with other amounts",
        "open_profile",
        "    if v_entry.monthly_delta <> open_profile.credits_remaining\n",
        "    if false and v_entry.monthly_delta <> open_profile.credits_remaining\n",
    ),
    Mutant(
        "the key may be stored twice",
        "migrations/pgcredits.0002.tables.sql",
        "create unique index if not exists ledger_reference_once",
        "create index if not exists ledger_reference_once",
        ("pgtap/schema",),
    ),
)
_STATES = (
    _public(
        "a refunded job is refunded again",
        "refund_job",
        "    if v_job.closing_seq is not null then\n",
        "    if false then\n",
    ),
    _public(
        "more is refunded than the job holds",
        "refund_job",
        "  if refund_job.amount > v_refundable then",
        "  if false then",
    ),
    _public(
        "one credit too many is refunded",
        "refund_job",
        "  if refund_job.amount > v_refundable then",
        "  if refund_job.amount > v_refundable + 1 then",
    ),
    _public(
        "a refund of all that is left is refused",
        "refund_job",
        "  if refund_job.amount > v_refundable then",
        "  if refund_job.amount >= v_refundable then",
    ),
    _public(
        "a settled job is rolled back",
        "rollback_reservation",
        "  if v_job.state = 'settled' then",
        "  if false then",
    ),
    _public(
        "a job that was rolled back is settled",
        "settle_job",
        "  if v_job.state in ('rolled_back', 'refunded') then",
        "  if v_job.state = 'refunded' then",
    ),
    _public(
        "a refunded job is settled",
        "settle_job",
        "  if v_job.state in ('rolled_back', 'refunded') then",
        "  if v_job.state = 'rolled_back' then",
    ),
    _public(
        "a job is settled twice",
        "settle_job",
        "  if v_job.settled_cost is not null then",
        "  if false then",
    ),
    _public(
        "a job is settled at another cost",
        "settle_job",
        "    if v_job.settled_cost <> settle_job.actual_cost then",
        "    if false then",
    ),
    _internal(
        "a late settle is not marked",
        "_write_settled",
        "  v_job.settled_late := v_job.state = 'expired';",
        "  v_job.settled_late := false;",
    ),
    _internal(
        "a late failure is answered as if it had given back",
        "_answer_ended_job",
        "     or v_entry.kind <> _answer_ended_job.kind\n",
        "",
    ),
    _internal(
        "a part's refund ends the job",
        "_return_credits",
        "  if credits._outstanding(v_job) = 0 then",
        "  if true then",
    ),
    _public(
        "an expired hold is extended",
        "extend_hold",
        "  if v_job.hold_due_at is null then",
        "  if false then",
    ),
    _public(
        "an extension shortens a hold",
        "extend_hold",
        "     set hold_due_at = greatest(\n           j.hold_due_at, "
        "credits._later(credits._now(), extend_hold.hold_for))",
        "     set hold_due_at = credits._later(credits._now(), extend_hold.hold_for)",
    ),
    _internal(
        "a closed profile takes jobs",
        "_check_open",
        "(_check_open.profile).closed_at is null or",
        "true or",
    ),
)
_TIME = (
    _internal(
        "time stands still in a transaction",
        "_now",
        "clock_timestamp()",
        "now()",
    ),
    _internal(
        "a hold is due an instant late",
        "_catch_up",
        "       and j.hold_due_at <= _catch_up.at",
        "       and j.hold_due_at < _catch_up.at",
        "pgtap/expire_holds",
        "pgtap/internal",
        "pgtap/settle_job",
        "pgtap/reserve_credits",
    ),
    _internal(
        "a pack is over an instant late",
        "_catch_up",
        "       and k.expires_at <= _catch_up.at",
        "       and k.expires_at < _catch_up.at",
        "pgtap/expire_packs",
        "pgtap/internal",
        "pgtap/reserve_credits",
    ),
    _internal(
        "holds before packs at the same instant",
        "_catch_up",
        "if v_job.id is null or v_pack.expires_at <= v_job.hold_due_at then",
        "if v_job.id is null or v_pack.expires_at < v_job.hold_due_at then",
    ),
    _internal(
        "an overdue hold gives back as of now",
        "_catch_up",
        "at => v_job.hold_due_at);",
        "at => _catch_up.at);",
        "pgtap/expire_holds",
        "pgtap/refund_job",
        "pgtap/internal",
        "laws/test_machine.py",
    ),
    _internal(
        "overdue holds wait for a sweeper",
        "_lock_profile",
        "    if least(v_profile.next_hold_expiry, v_profile.next_pack_expiry) <= v_now then",
        "    if v_profile.next_pack_expiry <= v_now then",
        "pgtap/reserve_credits",
        "pgtap/expire_holds",
    ),
    _internal(
        "overdue packs wait for a sweeper",
        "_lock_profile",
        "    if least(v_profile.next_hold_expiry, v_profile.next_pack_expiry) <= v_now then",
        "    if v_profile.next_hold_expiry <= v_now then",
        "pgtap/reserve_credits",
        "pgtap/expire_packs",
    ),
    _internal(
        "days have the session's length",
        "_later",
        "  select ((_later.at at time zone 'UTC')\n          + make_interval(secs => "
        "extract(epoch from _later.by)::double precision))\n         at time zone 'UTC'",
        "  select _later.at + _later.by",
    ),
    _internal(
        "a profile forgets its hold",
        "_set_hold",
        "     set next_hold_expiry = least(p.next_hold_expiry, v_deadline)",
        "     set next_hold_expiry = p.next_hold_expiry",
    ),
)
_PACKS = (
    _internal(
        "the pack that ends last burns first",
        "_draw_packs",
        "order by k.priority, k.expires_at, k.seq",
        "order by k.priority, k.expires_at desc, k.seq",
    ),
    _internal(
        "priority does not count",
        "_draw_packs",
        "order by k.priority, k.expires_at, k.seq",
        "order by k.expires_at, k.priority, k.seq",
    ),
    _internal(
        "a draw leaves the pack as it was",
        "_draw_packs",
        "       set remaining = k.remaining - v_taken",
        "       set remaining = k.remaining",
    ),
    _internal(
        "a promo pack is reopened",
        "_fill_pack",
        "    if v_pack.kind = 'promo' then",
        "    if false then",
    ),
    _internal(
        "a paid pack lapses",
        "_fill_pack",
        "    if v_pack.kind = 'promo' then",
        "    if true then",
    ),
    _internal(
        "a reopened pack ends at once",
        "_fill_pack",
        "      v_pack.expires_at, credits._later(_fill_pack.at, _fill_pack.time_left));",
        "      v_pack.expires_at, _fill_pack.at);",
    ),
    _internal(
        "packs come back before what is perpetual",
        "_return_to_packs",
        "  select _return_to_packs.amount - _return_to_packs.outstanding\n"
        "         + coalesce(sum(d.amount - d.returned), 0)::bigint",
        "  select least(_return_to_packs.amount,\n"
        "               coalesce(sum(d.amount - d.returned), 0)::bigint)",
    ),
    _internal(
        "the first pack comes back first",
        "_return_to_packs",
        "     order by d.position desc",
        "     order by d.position",
    ),
    _internal(
        "a profile forgets its pack",
        "_write_pack",
        "     set next_pack_expiry = least(p.next_pack_expiry, _write_pack.expires_at)",
        "     set next_pack_expiry = p.next_pack_expiry",
    ),
)
_MONTHS = (
    _public(
        "a renewal adds instead of sets",
        "renew_monthly",
        "    renew_monthly.allowance + v_carried - v_profile.credits_remaining, 0,",
        "    renew_monthly.allowance, 0,",
    ),
    _public(
        "all of the rest is carried over",
        "renew_monthly",
        "  v_carried := least(v_profile.credits_remaining, renew_monthly.rollover_cap);",
        "  v_carried := v_profile.credits_remaining;",
    ),
    _public(
        "a month of the past begins",
        "renew_monthly",
        "  if v_renewal.seq is not null "
        "or v_profile.period_start > renew_monthly.period_start then",
        "  if v_renewal.seq is not null then",
    ),
    _internal(
        "a closed month takes credits back under lapse",
        "_return_to_period",
        "  return _return_to_period.amount - v_stays;",
        "  return 0::bigint;",
    ),
    _internal(
        "a second return finds the same room",
        "_return_to_period",
        "       set unused = r.unused + v_stays,",
        "       set unused = r.unused,",
    ),
)
_LEDGER = (
    _internal(
        "the ledger forgets the addon part",
        "_write_ledger",
        "         _write_ledger.addon_delta, m.credits_remaining,",
        "         0, m.credits_remaining,",
    ),
    _internal(
        "the bucket does not move",
        "_write_ledger",
        "     set credits_remaining = p.credits_remaining + _write_ledger.monthly_delta,",
        "     set credits_remaining = p.credits_remaining,",
    ),
    _internal(
        "a gap in seq",
        "_write_ledger",
        "         seq = p.seq + 1",
        "         seq = p.seq + 2",
    ),
    Mutant(
        "history can be changed",
        "sql/triggers/ledger_append_only.sql",
        "    create or replace trigger ledger_refuse_change\n      before update or delete on",
        "    create or replace trigger ledger_refuse_change\n      before delete on",
        ("pgtap/schema",),
    ),
    Mutant(
        "a replica changes history",
        "sql/triggers/ledger_append_only.sql",
        "    alter table credits.ledger enable always trigger ledger_refuse_change;",
        "    alter table credits.ledger enable trigger ledger_refuse_change;",
        ("pgtap/schema",),
    ),
    Mutant(
        "history is truncated",
        "sql/triggers/ledger_append_only.sql",
        "      before truncate on credits.ledger",
        "      after truncate on credits.profiles",
        ("pgtap/schema",),
    ),
)
# Field: a negative amount minted credits, and NULL passed every test.
_INPUT = (
    _internal(
        "negative amounts",
        "_check_amount",
        "between _check_amount.minimum and _check_amount.maximum",
        "<= _check_amount.maximum",
    ),
    _internal(
        "amounts above the cap",
        "_check_amount",
        "between _check_amount.minimum and _check_amount.maximum",
        ">= _check_amount.minimum",
    ),
    _internal(
        "NULL amounts",
        "_check_amount",
        "                  false)\n",
        "                  true)\n",
    ),
    _internal(
        "NULL is a value",
        "_check_present",
        "_check_present.present or",
        "true or",
    ),
    _internal(
        "metadata that is no object",
        "_check_metadata",
        "  if jsonb_typeof(_check_metadata.meta) <> 'object' then",
        "  if false then",
    ),
    _internal(
        "metadata with our keys",
        "_check_metadata",
        "  if _check_metadata.meta ?| c_reserved then",
        "  if false then",
    ),
    _internal(
        "metadata is measured packed",
        "_check_metadata",
        "  if octet_length(_check_metadata.meta::text) > c_maximum_bytes then",
        "  if pg_column_size(_check_metadata.meta) > c_maximum_bytes then",
    ),
    _internal(
        "a hold for no time",
        "_check_interval",
        "  if extract(epoch from _check_interval.value) <= 0\n     or",
        "  if",
    ),
    _internal(
        "a hold for ever",
        "_check_interval",
        "     or extract(epoch from _check_interval.value) > 365 * 86400 then",
        "     then",
    ),
    _internal(
        "a blank reference",
        "_check_text",
        "  if _check_text.value !~ '\\S' or length(_check_text.value) > 255 then",
        "  if length(_check_text.value) > 255 then",
    ),
    _internal(
        "a reference without an end",
        "_check_text",
        "  if _check_text.value !~ '\\S' or length(_check_text.value) > 255 then",
        "  if _check_text.value !~ '\\S' then",
    ),
    _internal(
        "a time that never comes",
        "_check_time",
        "  if not isfinite(_check_time.value) then",
        "  if false then",
    ),
    _internal(
        "any word is an option",
        "_check_option",
        "  if _check_option.value <> all (_check_option.allowed) then",
        "  if false then",
    ),
    _internal(
        "a pack that is over when it is granted",
        "_check_grant",
        "  if _check_grant.expires_at <= credits._now() then",
        "  if false then",
    ),
    _internal(
        "an adjustment of nothing",
        "_check_deltas",
        "  if _check_deltas.monthly_delta = 0 and _check_deltas.addon_delta = 0 then",
        "  if false then",
    ),
    _internal(
        "spending what is not there",
        "_check_funds",
        "_check_funds.shortfall <= 0",
        "_check_funds.shortfall <= 1",
    ),
    Mutant(
        "a bucket below zero can be stored",
        "migrations/pgcredits.0002.tables.sql",
        "    check (credits_remaining between 0 and 4611686018427387903),",
        "    check (credits_remaining <= 4611686018427387903),",
        ("pgtap/schema", "pgtap/laws"),
    ),
    Mutant(
        "a refund above the deduction can be stored",
        "migrations/pgcredits.0002.tables.sql",
        "    check (addon_refunded between 0 and addon_deducted),",
        "    check (addon_refunded >= 0),",
        ("pgtap/schema", "pgtap/laws"),
    ),
)
_SECURITY = (
    Mutant(
        "everybody may call everything",
        "sql/grants.sql",
        "revoke execute on all functions in schema credits from public;\n",
        "",
        ("pgtap/schema",),
    ),
    Mutant(
        "the web role keeps what it was given",
        "sql/grants.sql",
        "    revoke all on all functions in schema credits from anon;\n",
        "",
        ("pgtap/schema", "migrations"),
    ),
    Mutant(
        "the signed-in role keeps what it was given",
        "sql/grants.sql",
        "    revoke all on all functions in schema credits from authenticated;\n",
        "",
        ("pgtap/schema", "migrations"),
    ),
    Mutant(
        "a service makes credits",
        "sql/grants.sql",
        "    credits.reserve_credits,\n    credits.settle_job,\n    credits.refund_job,\n"
        "    credits.rollback_reservation,\n    credits.reserve_credits_many,\n"
        "    credits.settle_job_many,\n    credits.refund_job_many,\n"
        "    credits.extend_hold,\n    credits.expire_holds,\n"
        "    credits.expire_packs,\n    credits.get_balance,\n    credits.get_statement,\n"
        "    credits.balance_at,\n    credits.explain_job,\n    credits.schema_version\n"
        "    to credits_app;",
        "    credits.grant_addon,\n    credits.reserve_credits,\n    credits.settle_job,\n"
        "    credits.refund_job,\n    credits.rollback_reservation,\n"
        "    credits.reserve_credits_many,\n    credits.settle_job_many,\n"
        "    credits.refund_job_many,\n"
        "    credits.extend_hold,\n"
        "    credits.expire_holds,\n    credits.expire_packs,\n    credits.get_balance,\n"
        "    credits.get_statement,\n    credits.balance_at,\n    credits.explain_job,\n"
        "    credits.schema_version\n    to credits_app;",
        ("pgtap/schema",),
    ),
    _public(
        "a call with the caller's rights",
        "reserve_credits",
        "language plpgsql volatile security definer",
        "language plpgsql volatile",
        "pgtap/schema",
    ),
    _public(
        "a call on the caller's path",
        "refund_job",
        "set search_path = pg_catalog, pg_temp\n",
        "",
        "pgtap/schema",
    ),
    _public(
        "temporary objects come first",
        "refund_job",
        "set search_path = pg_catalog, pg_temp\n",
        "set search_path = pg_catalog\n",
        "pgtap/schema",
    ),
    Mutant(
        "a view shows everybody's balance",
        "sql/views/balances.sql",
        "with (security_invoker = true) as",
        "as",
        ("pgtap/schema",),
    ),
    Mutant(
        "everybody sees every row",
        "migrations/pgcredits.0002.tables.sql",
        "alter table credits.profiles enable row level security;\n",
        "",
        ("pgtap/schema",),
    ),
)
_BOOKS = (
    _internal(
        "a gap is not found",
        "_check_ledger",
        "     ('ledger seq has no gap', (e.previous_seq + 1)::text, e.seq::text),\n",
        "",
    ),
    _internal(
        "a job that holds something else is not found",
        "_check_jobs",
        "     ('job holds the addon credits its ledger rows took',",
        "     ('job holds the addon credits its ledger rows took', null, null),\n"
        "     ('unused', null,",
        "pgtap/check_integrity",
    ),
    _public(
        "balances of the past are a row late",
        "balance_at",
        "and l.seq = v_middle) <= balance_at.at then",
        "and l.seq = v_middle) < balance_at.at then",
    ),
    _public(
        "a page skips a row",
        "get_statement",
        "       and l.seq < coalesce(",
        "       and l.seq + 1 < coalesce(",
    ),
    _public(
        "what is overdue can be spent, says the balance",
        "get_balance",
        "  elsif least(v_profile.next_hold_expiry, v_profile.next_pack_expiry) <= v_now then",
        "  elsif false then",
    ),
    _public(
        "a revocation takes from other grants",
        "revoke_grant",
        "    case when v_pack.seq is null then greatest(credits._perpetual_rest(v_profile), 0)",
        "    case when v_pack.seq is null then v_profile.addon_credits",
    ),
    _public(
        "a revocation is not cumulative",
        "revoke_grant",
        "    v_revocation.amount - (credits._revocation_of(v_grant)).amount,",
        "    v_revocation.amount,",
    ),
    _public(
        "a grant is reinstated twice",
        "reinstate_grant",
        "  if v_revocation.amount = 0 then",
        "  if false then",
    ),
)
_PAST = (
    _internal(
        "an old refund gave addon back",
        "_replay_legacy",
        "      v_monthly := v_monthly + v_entry.delta - coalesce(v_entry.stated_addon, 0);",
        "      v_monthly := v_monthly + v_entry.delta - v_part;",
    ),
    _internal(
        "a new month remembers the difference",
        "_replay_legacy",
        "      v_right_monthly := v_monthly; -- a new month forgets the difference",
        "      v_right_monthly := v_right_monthly + v_entry.delta;",
    ),
    _internal(
        "an unsound history is believed",
        "_legacy_account",
        "  if not v_unknown and (v_begins or not v_hides)\n"
        "     and v_books.monthly = _legacy_account.monthly "
        "and v_books.addon = _legacy_account.addon then",
        "  if true then",
    ),
    _internal(
        "a truncated history is taken for a complete one",
        "_legacy_account",
        "  if not v_unknown and not v_begins then",
        "  if not v_unknown then",
    ),
    _internal(
        "the oldest refund is blamed first",
        "_audit_profile",
        "    window newer as (order by h.position desc rows between unbounded preceding and "
        "1 preceding)\n  ), lost as (",
        "    window newer as (order by h.position rows between unbounded preceding and "
        "1 preceding)\n  ), lost as (",
        "pgtap/audit_refunds",
    ),
    _public(
        "a repair takes the new month's credits",
        "repair_refunds",
        "        when v_profile.period_start is null\n",
        "        when true\n",
    ),
    _public(
        "a repair is made twice",
        "repair_refunds",
        "    if v_audit.repair_seq is not null then",
        "    if false then",
    ),
    _public(
        "a dry run repairs",
        "repair_refunds",
        "      if repair_refunds.dry_run then",
        "      if false then",
    ),
    _internal(
        "damage is imported unseen",
        "_check_damage_accepted",
        "  if v_refused is not null then",
        "  if false then",
    ),
    _public(
        "a profile is imported twice",
        "import_profile",
        "  if not v_created then",
        "  if false then",
    ),
)
_BATCH_TESTS = (
    "pgtap/reserve_credits_many",
    "pgtap/settle_job_many",
    "pgtap/refund_job_many",
    "batches",
)
# Batches answer for many at once: what holds for one must hold for each of them.
_BATCHES = (
    _internal(
        "batches lock in an order of their own",
        "_lock_profiles",
        "     order by p.id\n",
        "     order by hashtextextended(p.id::text, pg_backend_pid())\n",
        "concurrency/test_batches.py",
    ),
    _internal(
        "a batch does not lock",
        "_lock_profiles",
        "       for no key update);",
        "       );",
        "concurrency/test_batches.py",
    ),
    _internal(
        "a batch moves credits of a profile that it has not locked",
        "_plan_reservations",
        "join unnest(_plan_reservations.locked) p on",
        "join credits.profiles p on",
        "concurrency/test_batches.py",
    ),
    *(
        _internal(
            f"a batch returns credits to a profile that it has not locked, {name}",
            name,
            f"left join unnest({name}.locked) p on",
            "left join credits.profiles p on",
            "concurrency/test_batches.py",
        )
        for name in ("_plan_settlements", "_plan_refunds")
    ),
    _public(
        "a batch whose job ids are taken again and again has no answer",
        "reserve_credits_many",
        "at_once => v_attempt < 3",
        "at_once => true",
        "concurrency/test_batches.py",
    ),
    _internal(
        "a batch waits for a profile that came late",
        "_reserve_one",
        "     and not credits._lock_unless_locked(v_request.profile_id) then",
        "     and false then",
        "concurrency/test_batches.py",
    ),
    _internal(
        "a batch waits for a job that came late",
        "_lock_element",
        "  if credits._lock_unless_locked(v_profile_id) then",
        "  if v_profile_id is not null then",
        "concurrency/test_batches.py",
    ),
    _internal(
        "a batch writes its jobs in the order of the elements",
        "_reserve_plain",
        "     order by p.job_id\n",
        "",
        "concurrency/test_batches.py",
    ),
    _public(
        "a job id that another profile took meanwhile is an error of the server",
        "reserve_credits_many",
        "  exception when unique_violation then",
        "  exception when division_by_zero then",
        "concurrency/test_batches.py",
    ),
    _internal(
        "a batch overlooks packs",
        "_plan_reservations",
        " and p.next_pack_expiry is null",
        "",
        *_BATCH_TESTS,
    ),
    _internal(
        "a batch overlooks that the profile is closed",
        "_plan_reservations",
        "   where p.closed_at is null\n     and ",
        "   where ",
        *_BATCH_TESTS,
    ),
    _internal(
        "a batch overlooks holds that are overdue",
        "_plan_reservations",
        "     and coalesce(p.next_hold_expiry > _plan_reservations.at, true)\n",
        "",
        *_BATCH_TESTS,
    ),
    _internal(
        "a job id twice in a batch goes at once",
        "_draft_reservations",
        "then r.job_id not in (select t.job_id from twice t where t.job_id is not null)",
        "then true",
        *_BATCH_TESTS,
    ),
    _internal(
        "a batch takes more than there is",
        "_plan_reservations",
        "     and (s.used).shortfall = 0;\n",
        ";\n",
        *_BATCH_TESTS,
    ),
    _internal(
        "what comes after a job that needs a closer look goes before it",
        "_draft_reservations",
        "r.is_plain and bool_and(r.is_plain) over so_far",
        "r.is_plain",
        *_BATCH_TESTS,
    ),
    _internal(
        "a job twice in a batch is settled twice",
        "_plan_settlements",
        "                    and count(*) over (partition by r.job_id) = 1",
        "",
        *_BATCH_TESTS,
    ),
    _internal(
        "a job twice in a batch is refunded twice",
        "_plan_refunds",
        "                    and count(*) over (partition by r.job_id) = 1",
        "",
        *_BATCH_TESTS,
    ),
    _internal(
        "a batch settles for more than the job holds",
        "_plan_settlements",
        "                    and coalesce(r.actual_cost, 0) <= credits._outstanding(j)\n",
        "",
        *_BATCH_TESTS,
    ),
    _internal(
        "a batch refunds a job of another period as of this one",
        "_plan_refunds",
        "               and r.period_start is not distinct from p.period_start\n",
        "",
        *_BATCH_TESTS,
    ),
    _internal(
        "a batch returns what a part has returned",
        "_plan_refunds",
        "                    and j.monthly_refunded = 0\n"
        "                    and j.addon_refunded = 0\n",
        "",
        *_BATCH_TESTS,
    ),
    _internal(
        "a batch refunds somebody else's job",
        "_plan_refunds",
        "             when j.profile_id = coalesce(r.profile_id, j.profile_id)\n",
        "             when true\n",
        *_BATCH_TESTS,
    ),
    _internal(
        "a refusal ends a batch",
        "_reserve_each",
        "  if v_half > 0 then",
        "  if false then",
        *_BATCH_TESTS,
    ),
    _internal(
        "a batch forgets the number of its ledger rows",
        "_write_entries",
        "         seq = p.seq + moved.entries\n",
        "         seq = p.seq + 1\n",
        *_BATCH_TESTS,
    ),
    _internal(
        "a misspelled key in a batch is left out",
        "_check_element",
        "  if _check_element.element - _check_element.keys <> '{}' then",
        "  if false then",
        *_BATCH_TESTS,
    ),
    _internal(
        "a batch of any size",
        "_check_batch",
        "  c_maximum constant integer := 10000;",
        "  c_maximum constant integer := 20000;",
        *_BATCH_TESTS,
    ),
    Mutant(
        "a batch of the client lets an unknown key through",
        "pyclient/pgcredits/batches.py",
        "        if key not in checks:",
        "        if False:",
        ("client/test_batch_calls.py",),
    ),
)
_CLIENT = (
    Mutant(
        "the client sends 1 for 1.5",
        "pyclient/pgcredits/client.py",
        "    if value is not None and (type(value) is not int or value not in _INT64):",
        "    if value is not None and not -(2**63) <= value < 2**63:",
        ("client/test_arguments.py",),
    ),
    Mutant(
        "the client takes a local time for UTC",
        "pyclient/pgcredits/client.py",
        "    if value is not None and (not isinstance(value, datetime) or value.tzinfo is None):",
        "    if value is not None and not isinstance(value, datetime):",
        ("client/test_arguments.py",),
    ),
)
_SPEED = (
    Mutant(
        "the jobs of a profile are looked for among all",
        "migrations/pgcredits.0002.tables.sql",
        "create index if not exists jobs_profile on credits.jobs (profile_id, reserve_seq);",
        "",
        ("plans",),
    ),
    Mutant(
        "an update of a job changes all its indexes",
        "migrations/pgcredits.0002.tables.sql",
        "  fillfactor = 85,\n",
        "",
        ("plans",),
    ),
    Mutant(
        "profiles fill their pages",
        "migrations/pgcredits.0002.tables.sql",
        "  fillfactor = 25,\n",
        "",
        ("plans",),
    ),
    *(
        _public(
            f"a plan from when the tables were empty reads whole tables, {name}",
            name,
            "set enable_seqscan = off\n",
            "",
            "plans",
        )
        for name in (
            "reserve_credits",
            "settle_job",
            "reserve_credits_many",
            "settle_job_many",
            "refund_job_many",
        )
    ),
    _public(
        "the books of one profile are checked by a plan for all",
        "check_integrity",
        "set plan_cache_mode = force_custom_plan\n",
        "",
        "plans",
    ),
    _internal(
        "the settings are read whole",
        "_return_to_period",
        "                 where s.only_row\n                   and ",
        "                 where ",
        "plans",
    ),
    *(
        _internal(
            f"a batch joins whole tables, {name}",
            name,
            "set enable_hashjoin = off\nset enable_mergejoin = off\n",
            "",
            "plans",
        )
        for name in ("_settle_batch", "_refund_batch")
    ),
)

MUTANTS: tuple[Mutant, ...] = (
    *_LOCKS,
    *_DURABILITY,
    *_SPLIT,
    *_KEYS,
    *_STATES,
    *_TIME,
    *_PACKS,
    *_MONTHS,
    *_LEDGER,
    *_INPUT,
    *_SECURITY,
    *_BOOKS,
    *_PAST,
    *_BATCHES,
    *_SPEED,
    *_CLIENT,
)
