begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.answer(format('credits.adjust_credits(%L, %L, -20, 300, %L, %L)',
                                   :'profile', 'ticket-7', 'why', 'who')) as done \gset

select credits_tests.refuses(
  format('select credits.adjust_credits(%L, %L, %s, %s, %L, %L)',
         :'profile', 'ticket-7', c.monthly, c.addon, 'why', 'who'),
  'PT409', 'reference_conflict',
  case c.monthly
    when -20 then jsonb_build_object('parameter', 'addon_delta', 'stored', 300, 'given', c.addon)
    else jsonb_build_object('parameter', 'monthly_delta', 'stored', -20, 'given', c.monthly)
  end,
  format('%s, %s', c.monthly, c.addon)
)
from (values (-20, 299), (-19, 300), (300, -20), (0, 280), (9007199254740991, 9007199254740991))
     c (monthly, addon);

select * from finish();
rollback;
