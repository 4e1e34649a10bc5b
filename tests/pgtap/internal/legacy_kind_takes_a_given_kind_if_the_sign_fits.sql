begin;
\ir ../helpers.psql
select plan(25);

select is(
  credits._legacy_kind(c.delta, 'monthly renewal', c.given, c.names_a_job, true), c.kind,
  format('%s given as %s', c.delta, c.given)
)
from (values
  (-5, 'deduct', true, 'deduct'), (-5, 'deduct', false, 'deduct'), (0, 'deduct', true, 'deduct'),
  (5, 'deduct', true, 'unknown'),
  (5, 'refund', true, 'refund'), (5, 'refund', false, 'refund'), (0, 'refund', true, 'refund'),
  (-5, 'refund', true, 'unknown'),
  (5, 'open', false, 'open'), (0, 'open', false, 'open'), (-5, 'open', false, 'unknown'),
  (5, 'addon', false, 'addon'), (-5, 'addon', false, 'addon'),
  (5, 'monthly', false, 'monthly'), (-5, 'monthly', false, 'monthly'),
  (5, 'reset', false, 'reset'), (-5, 'reset', false, 'reset'),
  (5, 'reset_to', false, 'reset_to'), (0, 'reset_to', false, 'reset_to'),
  (-5, 'reset_to', false, 'unknown'),
  (5, 'unknown', false, 'unknown'), (5, 'grant', false, 'unknown'), (5, '', false, 'unknown'),
  (5, 'OPEN', false, 'open'), (5, 'Addon', false, 'addon')
) c (delta, given, names_a_job, kind);

select * from finish();
rollback;
