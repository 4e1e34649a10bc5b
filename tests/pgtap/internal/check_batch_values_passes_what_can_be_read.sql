begin;
\ir ../helpers.psql
select plan(1);

select lives_ok(
  $$
    select credits._check_batch_values(
             'reservations', '[{"id": null, "time": "1 hour"}, {"id": 5, "more": "x"}, {}]',
             array['id', 'time', 'more'], array['bigint', 'interval', 'jsonb'])
  $$,
  'null, no value, and values of the type'
);

select * from finish();
rollback;
