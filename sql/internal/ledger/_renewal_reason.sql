-- _renewal_reason: what the ledger row of a renewal says to people.

create or replace function credits._renewal_reason(renewal credits.renewal)
returns text
language sql stable
as $$
  select format('monthly renewal: %s (allowance: %s, carried: %s, lapsed: %s)',
                credits._moment_text((_renewal_reason.renewal).period_start),
                (_renewal_reason.renewal).allowance, (_renewal_reason.renewal).carried,
                (_renewal_reason.renewal).lapsed)
$$;
