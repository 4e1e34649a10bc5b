begin;
\ir ../helpers.psql
select plan(7);

select credits_tests.profile(0, 500) as profile, gen_random_uuid() as large,
       gen_random_uuid() as small, gen_random_uuid() as other_small
\gset
select credits.reserve_credits(:'profile', :'large', 50, '{"model": "large", "a.b": "dotted"}',
                               spender => 'ann') as a,
       credits.reserve_credits(:'profile', :'small', 5, '{"model": "small", "pages": 3}',
                               spender => 'bob') as b,
       credits.reserve_credits(:'profile', :'other_small', 6, '{"model": "small", "pages": [1, 2]}')
         as c,
       credits_tests.job(:'profile', 7) as without,
       credits.reserve_credits(:'profile', gen_random_uuid(), 0, spender => 'ann') as free
\gset
select credits_tests.refund(:'large', 40, 'part') as part, credits_tests.refund(:'small') as whole \gset

create function credits_tests.used(profile_id uuid, by text)
returns setof text
language sql
as $$
  select concat_ws(' ', coalesce(u.label, '-'), u.jobs, u.consumed, u.returned, u.net)
    from credits.usage(used.profile_id, by => used.by) u
$$;
select results_eq(
  format('select credits_tests.used(%L, %L)', :'profile', c.by), c.expected, coalesce(c.by, 'no label')
)
from (values
  ('spender', array['- 2 13 0 13', 'ann 2 50 40 10', 'bob 1 5 5 0']),
  ('meta.model', array['large 1 50 40 10', '- 2 7 0 7', 'small 2 11 5 6']),
  ('meta.pages', array['- 3 57 40 17', '[1, 2] 1 6 0 6', '3 1 5 5 0']),
  ('meta.a.b', array['- 4 18 5 13', 'dotted 1 50 40 10']),
  ('meta.nothing', array['- 5 68 45 23']),
  (null, array['- 5 68 45 23'])
) c (by, expected);
select results_eq(
  format('select credits_tests.used(%L, ''meta.spender'')', :'profile'), array['- 5 68 45 23'],
  'a key of the metadata is no column'
);

select * from finish();
rollback;
