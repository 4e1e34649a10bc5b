begin;
\ir ../helpers.psql
select plan(13);

select jsonb_build_object(
  'profile_id', credits_tests.profile(0, 0), 'amount', 5, 'spent', 3, 'since_seq', 1,
  'window_start', '2030-01-01Z', 'resets_at', '2030-01-02Z', 'spender', 'ann',
  'window_name', 'day', 'time_zone', 'UTC'
) as good \gset

select credits_tests.violates(
  'limits', :'good'::jsonb || c.change, c.broken, format('%s: %s', c.broken, c.change)
)
from (values
  ('limits_amount_in_range', '{"amount": -1}'::jsonb),
  ('limits_amount_in_range', '{"amount": 9007199254740992}'),
  ('limits_spent_not_negative', '{"spent": -1}'),
  ('limits_spent_not_negative', '{"since_seq": -1}'),
  ('limits_window_known', '{"window_name": "year"}'),
  ('limits_total_never_resets', '{"window_name": "total"}'),
  ('limits_total_never_resets', '{"window_start": null}'),
  ('limits_total_never_resets', '{"resets_at": null}'),
  ('limits_total_never_resets', '{"window_start": null, "resets_at": null}'),
  ('limits_total_never_resets', '{"resets_at": "2030-01-01Z"}')
) c (broken, change);
select lives_ok(
  format('insert into credits.limits select * from jsonb_populate_record(null::credits.limits, %L)',
         :'good'::jsonb || c.change), c.change::text
)
from (values
  ('{"window_name": "total", "window_start": null, "resets_at": null}'::jsonb),
  ('{"spender": "", "amount": 0, "spent": 9}')
) c (change);
select credits_tests.has_checks(
  'limits',
  array['limits_amount_in_range', 'limits_spent_not_negative', 'limits_window_known',
        'limits_total_never_resets']
);

select * from finish();
rollback;
