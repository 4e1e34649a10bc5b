begin;
\ir ../helpers.psql
select plan(16);

select credits_tests.profile(500, 5000) as profile \gset

select lives_ok(
  format($$
    insert into credits.ledger (profile_id, seq, ts, kind, job_id, monthly_delta, addon_delta,
                                monthly_balance, addon_balance, reason)
    values (%L, %s, now(), %L, gen_random_uuid(), 0, 0, 500, 5000, 'a test')
  $$, :'profile', k.place + 1, k.kind),
  k.kind
)
from unnest(array['open', 'reserve', 'raise', 'settle', 'refund', 'rollback', 'expire', 'grant',
                  'lapse', 'renew', 'change', 'revoke', 'reinstate', 'adjust', 'close', 'repair'])
     with ordinality k (kind, place);

select * from finish();
rollback;
