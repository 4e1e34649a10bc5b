begin;
\ir ../helpers.psql
select plan(9);

select credits_tests.profile(500, 5000) as profile \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.renew_monthly(%L, %L, %s, %s)',
                              credits_tests.profile(c.unused, 7), '2020-02-01 00:00Z',
                              c.allowance, c.cap)),
  jsonb_build_object('carried', c.carried, 'lapsed', c.unused - c.carried,
                     'new_balance', c.allowance + c.carried + 7),
  format('%s left, cap %s', c.unused, c.cap)
)
from (values
  (500, 800, 0, 0),
  (500, 800, 499, 499),
  (500, 800, 500, 500),
  (500, 800, 501, 500),
  (500, 800, 9007199254740991, 500),
  (0, 800, 300, 0),
  (500, 0, 0, 0),
  (0, 0, 0, 0)
) c (unused, allowance, cap, carried);

select credits_tests.profile(500, 5000) as profile \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.renew_monthly(%L, %L, 800)',
                              :'profile', '2020-02-01 00:00Z')),
  '{"carried": 0, "lapsed": 500, "new_balance": 5800}', 'a cap of 0 by default'
);

select * from finish();
rollback;
