begin;
\ir ../helpers.psql
select plan(2);

-- A history of calls, each call once. The jobs three and four were there before: once they have
-- given everything back, reserving them again would be refused.
select gen_random_uuid() as profile, gen_random_uuid() as one, gen_random_uuid() as two,
       credits_tests.profile(500, 5000) as other
\gset
select credits_tests.job(:'other', 2000) as three, credits_tests.job(:'other', 3000) as four \gset
create function credits_tests.history(profile uuid, one uuid, two uuid, three uuid, four uuid)
returns jsonb
language plpgsql
as $$
begin
  return jsonb_build_array(
    to_jsonb(credits.open_profile(profile, 500, 5000)) - 'replayed',
    to_jsonb(credits.reserve_credits(profile, one, 2000)) - 'replayed',
    to_jsonb(credits.refund_job(three)) - 'replayed',
    to_jsonb(credits.grant_addon(profile, 700, 'order-1')) - 'replayed',
    to_jsonb(credits.reserve_credits(profile, two, 4200)) - 'replayed' - 'state',
    to_jsonb(credits.refund_job(one, 1600, 'part-1')) - 'replayed',
    to_jsonb(credits.settle_job(two, 100)) - 'replayed',
    to_jsonb(credits.rollback_reservation(four)) - 'replayed'
  );
end
$$;

select credits_tests.history(:'profile', :'one', :'two', :'three', :'four') as first \gset
select credits_tests.fingerprint() as before \gset
select is(
  credits_tests.history(:'profile', :'one', :'two', :'three', :'four'), :'first',
  'a whole history answers again as it did'
);
select is(credits_tests.fingerprint(), :'before', 'and leaves every row as it was');

select * from finish();
rollback;
