begin;
\ir ../helpers.psql
select plan(7);

select credits_tests.profile(500, 5000) as profile, credits_tests.profile(0, 0) as other,
       gen_random_uuid() as job
\gset
create function credits_tests.entry(profile_id uuid, kind text, job_id uuid, reference text)
returns void
language sql
as $$
  insert into credits.ledger (profile_id, seq, ts, kind, job_id, reference, monthly_delta,
                              addon_delta, monthly_balance, addon_balance, reason)
  select entry.profile_id, max(l.seq) + 1, now(), entry.kind, entry.job_id, entry.reference,
         0, 0, 0, 0, 'a test'
    from credits.ledger l
   where l.profile_id = entry.profile_id
$$;
select credits_tests.entry(:'profile', 'grant', null, 'key')::text as done,
       credits_tests.entry(:'profile', 'refund', :'job', 'key')::text as done_too
\gset

select throws_ok(
  format('select credits_tests.entry(%L, %L, %L, %L)', :'profile', c.kind, c.job, 'key'),
  '23505', null, format('a second %s is refused', c.description)
)
from (values
  ('grant', null, 'grant under the reference'),
  ('refund', :'job', 'refund of the job under the refund_id')
) c (kind, job, description);
select lives_ok(
  format('select credits_tests.entry(%L, %L, %L, %L)', c.profile, c.kind, c.job, c.reference),
  c.description
)
from (values
  (:'profile', 'refund', gen_random_uuid(), 'key', 'the refund_id of another job'),
  (:'profile', 'revoke', null, 'key', 'another kind'),
  (:'other', 'grant', null, 'key', 'another profile'),
  (:'profile', 'grant', null, null, 'no reference'),
  (:'profile', 'grant', null, null, 'no reference again')
) c (profile, kind, job, reference, description);

select * from finish();
rollback;
