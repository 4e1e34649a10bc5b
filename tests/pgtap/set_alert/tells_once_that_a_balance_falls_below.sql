begin;
\ir ../helpers.psql
select plan(10);

select credits_tests.watch(credits_tests.profile(60, 40), 50) as profile \gset
select credits_tests.job(:'profile', 50) as at_it \gset
select is(credits_tests.events(:'profile'), null, 'a balance at it is not below it');
select credits_tests.job(:'profile', 1) as below \gset
select is(credits_tests.events(:'profile'), 'credits.low 3', 'the row that goes below it');
select is(
  (select e.payload from credits.events e where e.profile_id = :'profile'),
  '{"balance": 49, "low_balance": 50}', 'with the balance that it left'
);
select is(
  (select e.occurred_at = l.ts
     from credits.events e
     join credits.ledger l on l.profile_id = e.profile_id and l.seq = e.seq
    where e.profile_id = :'profile'),
  true, 'when the row was written'
);
select credits_tests.job(:'profile', 1) as again, credits_tests.refund(:'at_it') as back,
       credits_tests.job(:'profile', 55) as worst_case
\gset
select is(credits_tests.events(:'profile'), 'credits.low 3',
          'what jobs give back does not make it news again');
select credits_tests.grant_credits(:'profile', 5, 'small') as still_low \gset
select credits_tests.job(:'profile', 1) as lower \gset
select is(credits_tests.events(:'profile'), 'credits.low 3',
          'nor does a grant after which it is still below');
select credits_tests.grant_credits(:'profile', 50, 'large') as refilled \gset
select is((select a.low from credits.alerts a where a.profile_id = :'profile'), false,
          'a grant that brings it to the limit ends it');
select credits_tests.job(:'profile', 90) as low_again \gset
select is(credits_tests.events(:'profile'), 'credits.low 3, credits.low 10', 'so it is told again');
select credits_tests.job(:'profile', (select b.available from credits.get_balance(:'profile') b))
       as last
\gset
select is(credits_tests.events(:'profile', 10), 'credits.depleted 11', 'and that nothing is left');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
