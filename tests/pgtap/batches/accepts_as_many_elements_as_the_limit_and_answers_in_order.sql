begin;
\ir ../helpers.psql
select plan(10);

create temporary table answer as
select f.name, a.answer, a.place
  from credits_tests.batch_functions(null, null) f,
       lateral credits_tests.answers(
         f.name, (select jsonb_agg(jsonb '{}') from generate_series(1, 10000)))
         with ordinality a (answer, place);

select is(
  (select count(*)
     from answer a
    where a.name = f.name
      and a.answer #>> '{error, message}' = 'missing_argument'),
  10000::bigint,
  format('%s: every element is answered', f.name)
)
from credits_tests.batch_functions(null, null) f;
select is(
  (select array_agg((a.answer ->> 'position')::integer order by a.place)
     from answer a
    where a.name = f.name),
  (select array_agg(n) from generate_series(1, 10000) n),
  format('%s: in the order of the batch', f.name)
)
from credits_tests.batch_functions(null, null) f;

select * from finish();
rollback;
