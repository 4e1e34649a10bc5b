begin;
\ir ../helpers.psql
select plan(9);

select lives_ok(
  format('select credits._check_amount(%L, %s)', 'n', c.arguments), format('(%s)', c.arguments)
)
from (values ('5, 5, 7'), ('7, 5, 7'), ('9007199254740991, 0'), ('-3, -5')) c (arguments);
select credits_tests.refuses(
  format('select credits._check_amount(%L, %s, %s, %s)', 'n', c.amount, c.minimum, c.maximum),
  'PT400', 'invalid_amount',
  jsonb_build_object('parameter', 'n', 'value', c.amount,
                     'minimum', c.minimum, 'maximum', c.maximum),
  format('%s of %s to %s', c.amount, c.minimum, c.maximum)
)
from (values
  (4, 5, 7),
  (8, 5, 7),
  (0, 1, 9007199254740991),
  (9007199254740992, 0, 9007199254740991)
) c (amount, minimum, maximum);
select credits_tests.refuses(
  'select credits._check_amount(''n'', null, 0)',
  'PT400', 'missing_argument', '{"parameter": "n"}',
  'NULL'
);

select * from finish();
rollback;
