begin;
\ir ../helpers.psql
select plan(1);

select lives_ok(
  $$
    select credits._check_batch_values(
             'reservations', '[{"cost": null, "hold_for": "1 hour"}, {"cost": 5, "meta": "x"}, {}]',
             array['cost', 'hold_for', 'meta'])
  $$,
  'null, no value, and values of the type'
);

select * from finish();
rollback;
