begin;
\ir ../helpers.psql
select plan(3);

-- Two jobs drew from one pack. Only the draw of the second counts for its own return.
select credits_tests.profile(0, 100) as profile \gset
select credits_tests.pack(:'profile', 30, now() + interval '9 days') as pack,
       credits_tests.job(:'profile', 20) as first, credits_tests.job(:'profile', 20) as second \gset
select credits_tests.refund(:'second', 5, 'part') as refunded \gset

select is(credits_tests.packs(:'profile'), '0', 'the perpetual credits were drawn last');
select credits_tests.refund(:'second') as refunded \gset
select is(credits_tests.packs(:'profile'), '10', 'then the pack gets what the job took from it');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
