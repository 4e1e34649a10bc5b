begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.profile(500, 5000) as profile \gset
create temporary table job as
select j.*, credits_tests.answer(j.call) as first
  from (
    select n.name, n.id, format('credits.reserve_credits(%L, %L, 1000)', :'profile', n.id) as call
      from (values
        ('in part', gen_random_uuid()), ('settled', gen_random_uuid()),
        ('for less', gen_random_uuid()), ('at 0', gen_random_uuid())
      ) n (name, id)
  ) j;
select count(credits_tests.refund(j.id, 300, 'part-1')) from job j where j.name = 'in part' \gset
select count(credits_tests.settle(j.id, c.cost))
  from job j
  join (values ('settled', 1000), ('for less', 300), ('at 0', 0)) c (name, cost) on c.name = j.name
\gset

select credits_tests.replays(
  j.call, j.first || jsonb_build_object('state', c.state), format('%s: %s', j.name, c.description)
)
from (values
  ('in part', 'reserved', 'a job refunded in part holds the rest'),
  ('settled', 'settled', 'a settled job has run'),
  ('for less', 'settled', 'also one that settled for less'),
  ('at 0', 'settled', 'also one that settled at 0 and holds nothing')
) c (name, state, description)
join job j on j.name = c.name;

select * from finish();
rollback;
