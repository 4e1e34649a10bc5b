-- _adds_credits: whether a ledger row adds credits to a profile: only such a row ends a low
-- balance. What jobs give back does not, or an estimate that is too high each time would tell of the
-- same low balance again and again.

create or replace function credits._adds_credits(entry credits.ledger)
returns boolean
language sql immutable
as $$
  select (entry).kind = 'renew'
      or (entry).kind = any ('{open,grant,change,reinstate,adjust,move,repair}'::text[])
         and (entry).monthly_delta + (entry).addon_delta > 0
$$;
