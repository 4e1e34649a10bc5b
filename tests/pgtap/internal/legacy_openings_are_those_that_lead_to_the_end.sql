begin;
\ir ../helpers.psql
select plan(19);

-- Tried out: every opening from 0 to 30 is played through. None may lead below zero on the way.
create function credits_tests.rows_of(story text)
returns credits.legacy_entries[]
language sql
as $$
  select coalesce(array_agg(
           row(null, r.place, null, split_part(r.step, ' ', 2)::bigint,
               nullif(split_part(r.step, ' ', 3), '')::bigint, null,
               case split_part(r.step, ' ', 1) when 'deduct' then r.place end,
               split_part(r.step, ' ', 1), null, null, null)::credits.legacy_entries
           order by r.place), '{}')
    from string_to_table(nullif(rows_of.story, ''), ', ') with ordinality r (step, place)
$$;

create function credits_tests.openings(story text, monthly bigint)
returns integer[]
language sql
as $$
  select array_agg(o order by o)
    from generate_series(0, 30) o
   where (credits._recompute_legacy(credits_tests.rows_of(openings.story), o, false)).monthly
         = openings.monthly
     and not exists (
       select
         from generate_series(1, cardinality(credits_tests.rows_of(openings.story))) n
        where (credits._recompute_legacy(
                 (credits_tests.rows_of(openings.story))[1:n], o, false)).monthly < 0
     )
$$;

select is(
  coalesce((select array_agg(o order by o)
     from credits._legacy_openings(credits_tests.rows_of(c.story), m) b,
          generate_series(0, 30) o
    where o between b[1] and coalesce(b[2], 30)), '{}'),
  coalesce(credits_tests.openings(c.story, m), '{}'),
  format('%s leads to %s', coalesce(nullif(c.story, ''), 'nothing'), m)
)
from (values
  ('', 5), ('deduct -7', 0), ('deduct -7', 5), ('deduct -7, reset 3', 3),
  ('deduct -7, reset 3', 9), ('deduct -7, refund 7', 7), ('deduct -7 4, addon 5', 2),
  ('deduct -7, refund 7 4, deduct -5', 0), ('monthly 4, deduct -6, monthly -1', -1),
  ('reset -9, deduct -4', 0), ('reset -9, deduct -4', 3), ('deduct -8 5, refund 8, deduct -12', 0),
  ('reset -9, deduct -4, reset_to 8', 8), ('deduct -3, monthly -2, deduct -1', 0),
  ('deduct -7, reset_to 5, deduct -2', 3), ('deduct -7, reset_to 5, deduct -2', 4),
  ('reset_to 5, deduct -9', 0), ('deduct -3, deduct -3, refund 2', 1),
  ('deduct -3, deduct -3, refund 2', 2)
) c (story, m);

select * from finish();
rollback;
