begin;
\ir ../helpers.psql
select plan(7);

update credits.settings s set closed_period_refund = 'lapse';
select credits_tests.profile(500, 0) as profile \gset
select credits_tests.job(:'profile', 500) as january \gset
select credits_tests.renew(:'profile', '2020-02-01 00:00Z', 300, 100) as done \gset
select credits_tests.job(:'profile', 300) as february \gset
select credits_tests.renew(:'profile', '2020-03-01 00:00Z', 10, 250) as done \gset
create function credits_tests.rollovers(profile_id uuid)
returns text
language sql
as $$
  select string_agg(concat(r.unused, '/', r.carried), ' ' order by r.period_start)
    from credits.renewals r
   where r.profile_id = rollovers.profile_id
$$;

select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L, 200, %L)', :'january', 'part-1')),
  '{"monthly_refunded": 200, "monthly_lapsed": 100, "new_balance": 110}',
  'of January''s credits the rollover to February would have carried 100'
);
select is(credits_tests.rollovers(:'profile'), '200/100 100/100', 'March saw only these');
select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L)', :'february')),
  '{"monthly_refunded": 300, "monthly_lapsed": 150, "new_balance": 260}',
  'of February''s there was room for 150 more'
);
select is(
  credits_tests.rollovers(:'profile'), '200/100 400/250', 'the rollover to February is unchanged'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L)', :'january')),
  '{"monthly_refunded": 300, "monthly_lapsed": 300, "new_balance": 260}', 'the rest lapses'
);
select is(credits_tests.rollovers(:'profile'), '500/100 400/250', 'and is unused in January');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
