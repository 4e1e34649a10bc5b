-- balances: what each profile has to spend. Row-level security of the caller applies.

create or replace view credits.balances
with (security_invoker = true) as
select p.id as profile_id,
       p.credits_remaining,
       p.addon_credits,
       p.credits_remaining + p.addon_credits as available,
       p.seq
  from credits.profiles p;

comment on view credits.balances is
  'What each profile has to spend, in credits; only one''s own rows without credits_reader.';
