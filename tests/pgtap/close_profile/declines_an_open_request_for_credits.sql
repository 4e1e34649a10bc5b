begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.profile(10, 0) as profile, credits_tests.profile(10, 0) as paid \gset
select credits.set_topup(:'profile', 50, 500) as rule,
       credits.set_topup(:'paid', 50, 500) as another,
       credits_tests.grant_credits(:'paid', 500, format('topup-%s-1', :'paid')) as payment
\gset
select credits.close_profile(:'profile', 'left', 'ann') as closed,
       credits.close_profile(:'paid', 'left', 'ann') as closed_too
\gset
select is(credits_tests.topups(:'profile'), 'declined 500', 'nobody can answer it any more');
select is(credits_tests.topups(:'paid'), 'granted 500', 'what was answered stays so');
select credits_tests.sound(:'profile');
select credits_tests.sound(:'paid');

select * from finish();
rollback;
