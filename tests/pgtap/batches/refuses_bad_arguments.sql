begin;
\ir ../helpers.psql
select plan(71);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 10) as job \gset

select set_eq(
  format('select f.name from credits_tests.batch_functions(%L, %L) f', :'profile', :'job'),
  'select p.name from credits_tests.public_functions() p where p.name like ''%\_many''',
  'these are all batch functions'
);
select credits_tests.refuses(
  format('select credits.%I(%L)', f.name, c.batch), c.sqlstate, c.token,
  jsonb_build_object('parameter', f.parameter) || c.detail, format('%s: %s', f.name, c.what)
)
from credits_tests.batch_functions(:'profile', :'job') f,
     (values
       ('null', null, 'PT400', 'missing_argument', '{}'::jsonb),
       ('an empty array', '[]', 'PT400', 'invalid_batch', '{"type": "array"}'),
       ('an object', '{}', 'PT400', 'invalid_batch', '{"type": "object"}'),
       ('a string', '"x"', 'PT400', 'invalid_batch', '{"type": "string"}'),
       ('the JSON null', 'null', 'PT400', 'invalid_batch', '{"type": "null"}'),
       ('a number for an element', '[{}, 5]', 'PT400', 'invalid_batch',
        '{"position": 2, "type": "number"}'),
       ('an array for an element', '[{}, {}, []]', 'PT400', 'invalid_batch',
        '{"position": 3, "type": "array"}'),
       ('one element too many', (select jsonb_agg(jsonb '{}') from generate_series(1, 10001))::text,
        'PT413', 'batch_too_large', '{"elements": 10001, "maximum": 10000}')
     ) c (what, batch, sqlstate, token, detail);

-- One bad element, and the whole batch is refused, with the good element beside it.
select credits_tests.refuses(
  format('select credits.%I(%L)', f.name,
         case c.position
           when 1 then jsonb_build_array(c.element, f.element)
           else jsonb_build_array(f.element, c.element)
         end),
  'PT400', 'invalid_batch',
  jsonb_build_object('parameter', f.parameter, 'position', c.position, 'known', f.known,
                     'unknown', c.unknown),
  format('%s: %s', f.name, c.what)
)
from credits_tests.batch_functions(:'profile', :'job') f,
     (values
       ('a misspelled key', 2, '{"job": null, "amonut": 5}'::jsonb, 'amonut'),
       ('a long key, which is cut short', 1, jsonb_build_object(repeat('x', 300), 5),
        repeat('x', 255))
     ) c (what, position, element, unknown);
select credits_tests.refuses(
  format('select credits.%I(%L)', f.name, jsonb_build_array(f.element, c.element)),
  'PT400', 'invalid_batch',
  jsonb_build_object('parameter', f.parameter, 'position', 2, 'key', c.key, 'value', c.value,
                     'type', c.type),
  format('%s: %s', f.name, c.element)
)
from credits_tests.batch_functions(:'profile', :'job') f
join (values
       ('reserve_credits_many', '{"profile_id": "x"}'::jsonb, 'profile_id', 'x', 'uuid'),
       ('reserve_credits_many', '{"job_id": 5}', 'job_id', '5', 'uuid'),
       ('reserve_credits_many', '{"cost": 1.5}', 'cost', '1.5', 'bigint'),
       ('reserve_credits_many', '{"cost": 9223372036854775808}', 'cost', '9223372036854775808',
        'bigint'),
       ('reserve_credits_many', '{"cost": true, "job_id": "x"}', 'job_id', 'x', 'uuid'),
       ('reserve_credits_many', '{"hold_for": "x"}', 'hold_for', 'x', 'interval'),
       ('reserve_credits_many', '{"meta": "x", "cost": []}', 'cost', '[]', 'bigint'),
       ('settle_job_many', '{"job_id": "x"}', 'job_id', 'x', 'uuid'),
       ('settle_job_many', '{"actual_cost": 1.5}', 'actual_cost', '1.5', 'bigint'),
       ('settle_job_many', '{"profile_id": {}}', 'profile_id', '{}', 'uuid'),
       ('refund_job_many', '{"job_id": "x"}', 'job_id', 'x', 'uuid'),
       ('refund_job_many', '{"amount": 1.5}', 'amount', '1.5', 'bigint'),
       ('refund_job_many', '{"profile_id": {}}', 'profile_id', '{}', 'uuid'),
       ('renew_monthly_many', '{"profile_id": "x"}', 'profile_id', 'x', 'uuid'),
       ('renew_monthly_many', '{"period_start": "soon"}', 'period_start', 'soon',
        'timestamp with time zone'),
       ('renew_monthly_many', '{"allowance": 1.5}', 'allowance', '1.5', 'bigint'),
       ('grant_addon_many', '{"amount": "NaN"}', 'amount', 'NaN', 'bigint'),
       ('grant_addon_many', '{"expires_at": "2026-13-01"}', 'expires_at', '2026-13-01',
        'timestamp with time zone'),
       ('grant_addon_many', '{"priority": 0.5}', 'priority', '0.5', 'bigint'),
       ('grant_addon_many', '{"profile_id": {}}', 'profile_id', '{}', 'uuid')
     ) c (name, element, key, value, type) using (name);

select * from finish();
rollback;
