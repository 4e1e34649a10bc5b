begin;
\ir ../helpers.psql
select plan(5);

update credits.settings s set closed_period_refund = 'lapse';
select credits_tests.profile(500, 0) as profile \gset
select credits_tests.job(:'profile', 500) as job \gset
select credits_tests.renew(:'profile', '2020-02-01 00:00Z', 800) as done \gset
select credits_tests.answer(format('credits.refund_job(%L, 100, %L)', :'job', 'part-1')) as first
\gset

select credits_tests.shows(
  :'first', '{"monthly_lapsed": 100, "new_balance": 800}', 'the part lapsed'
);
select credits_tests.replays(
  format('credits.refund_job(%L, 100, %L)', :'job', 'part-1'), :'first', 'a replay has the lapse'
);
select credits_tests.refund(:'job', 50, 'part-2') as second \gset
select credits_tests.replays(
  format('credits.refund_job(%L, 100, %L)', :'job', 'part-1'), :'first', 'even after another part'
);

-- A pack of the profile that expired since.
select credits_tests.set_time('2030-01-22 00:00Z') as now,
       credits_tests.profile(0, 10) as profile
\gset
select credits_tests.job(:'profile', 10) as job,
       credits_tests.pack(:'profile', 50, '2030-02-01 00:00Z') as pack
\gset
select credits_tests.answer(format('credits.refund_job(%L)', :'job')) as first \gset
select credits_tests.set_time('2030-02-01 00:00Z') as later,
       credits_tests.answer(format('credits.get_balance(%L)', :'profile')) as swept
\gset

select credits_tests.replays(
  format('credits.refund_job(%L)', :'job'), :'first', 'a later lapse is not part of the refund'
);
select is(credits_tests.history(:'profile', 3), 'refund +0 +10, lapse +0 -50', 'the next row');

select * from finish();
rollback;
