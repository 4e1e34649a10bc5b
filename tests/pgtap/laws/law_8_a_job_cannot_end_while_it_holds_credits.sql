begin;
\ir ../helpers.psql
select plan(6);

select credits_tests.job(credits_tests.profile(500, 5000), 2000) as job \gset

select throws_ok(
  format($$
    update credits.jobs j
       set state = %L, closing_seq = 2, finished_at = now(),
           monthly_refunded = %s, addon_refunded = %s
     where j.id = %L
  $$, s.state, r.monthly, r.addon, :'job'),
  '23514', null, format('%s with %s + %s of 500 + 1500 back', s.state, r.monthly, r.addon)
)
from (values ('refunded'), ('rolled_back'), ('expired')) s (state),
     (values (0, 0), (499, 1500)) r (monthly, addon);

select * from finish();
rollback;
