begin;
\ir ../helpers.psql
select plan(10);

select lives_ok(
  format('select credits._check_interval(%L, %L)', 'hold_for', c.value), c.value
)
from (values ('1 microsecond'), ('365 days'), ('8760 hours'), ('11 months 35 days'),
             ('1 day -1 hour')) c (value);
select throws_ok(
  format('select credits._check_interval(%L, %L)', 'hold_for', c.value), 'PT400', c.token,
  coalesce(c.value, 'NULL')
)
from (values ('0', 'invalid_interval'), ('-1 microsecond', 'invalid_interval'),
             ('365 days 1 microsecond', 'invalid_interval'),
             ('8761 hours', 'invalid_interval'), (null, 'missing_argument')) c (value, token);

select * from finish();
rollback;
