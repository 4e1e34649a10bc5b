begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.imported_story() as profile \gset

select credits_tests.refuses(
  format('select credits.settle_job(%L%s)', credits_tests.old_id('A'), c.cost),
  'PT409', 'wrong_state', '{"state": "refunded"}', 'its credits went back before'
)
from (values (''), (', 2000')) c (cost);

select * from finish();
rollback;
