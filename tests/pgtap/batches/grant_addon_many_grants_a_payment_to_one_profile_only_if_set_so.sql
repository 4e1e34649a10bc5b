begin;
\ir ../helpers.psql
select plan(3);

update credits.settings s set reference_scope = 'all';
select credits_tests.profile(0, 0) as one, credits_tests.profile(0, 0) as other \gset
select credits_tests.grant_credits(:'one', 5, 'order-1') as done \gset

select is(
  (select array_agg(coalesce((b.granted).reference, b.error ->> 'message') order by b.position)
     from credits.grant_addon_many(jsonb_build_array(
            jsonb_build_object('profile_id', :'other', 'amount', 5, 'reference', 'order-1'),
            jsonb_build_object('profile_id', :'other', 'amount', 6, 'reference', 'order-2'),
            jsonb_build_object('profile_id', :'one', 'amount', 6, 'reference', 'order-2'))) b),
  array['reference_conflict', 'order-2', 'reference_conflict'],
  'granted before, and earlier in the batch'
);
select credits_tests.sound(:'one');
select credits_tests.sound(:'other');

select * from finish();
rollback;
