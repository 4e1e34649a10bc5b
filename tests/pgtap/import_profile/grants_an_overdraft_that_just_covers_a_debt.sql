begin;
\ir ../helpers.psql
select plan(10);

create temporary table debtor as
select credits_tests.imported(
         c.monthly, c.addon, '{}', '{}',
         '{negative_balance,balance_mismatch,history_truncated,null_balance}') as id,
       c.stored, format('%s + %s', c.monthly, coalesce(c.addon::text, 'null')) as description
from (values
  (-500::numeric, 100::numeric, '0 + -400 within 400'),
  (-500, 500, '0 + 0 within 0'),
  (-500, 700, '0 + 200 within 0'),
  (-500, -100, '0 + -600 within 600'),
  (100, -300, '100 + -300 within 300'),
  (-500, null, '0 + -500 within 500')
) c (monthly, addon, stored);

select is(
  concat(p.credits_remaining, ' + ', p.addon_credits, ' within ', p.overdraft_limit),
  d.stored, d.description
)
from debtor d
join credits.profiles p on p.id = d.id;

select credits_tests.imported(
  -500, 100, '{}', '{}', '{negative_balance,balance_mismatch}') as profile \gset

select credits_tests.refuses(
  format('select credits.reserve_credits(%L, gen_random_uuid(), 1)', :'profile'),
  'PT402', 'insufficient_credits',
  '{"monthly": 0, "addon": -400, "required": 1, "available": 0}', 'there is nothing to spend'
);
select credits_tests.pack(:'profile', 450, null) as done \gset
select is(credits_tests.buckets(:'profile'), '0 + 50', 'a purchase pays the debt first');
select is(
  (select i.overdraft_limit from credits.import_profile(:'profile', 0, 0) i), 400::bigint,
  'the import answers with the limit'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
