begin;
\ir ../helpers.psql
select plan(51);

select is(
  credits._legacy_kind(c.delta, c.reason, null, c.names_a_job, true), c.kind,
  format('%s %s%s', c.delta, c.reason, case when c.names_a_job then ', of a job' else '' end)
)
from (values
  (5, 'job refund: x', true, 'refund'),
  (5, 'Refunded: failed job x', true, 'refund'),
  (5, 'job rollback: x', true, 'refund'),
  (5, 'rolled back', true, 'refund'),
  (5, 'reversal', true, 'refund'),
  (5, 'REVERSED', true, 'refund'),
  (0, 'job refund: x', true, 'refund'),
  (-5, 'job refund: x', true, 'deduct'),
  (5, 'job refund: x', false, 'unknown'),
  (5, 'nonrefundable', true, 'unknown'),
  (-5, 'job create: x', true, 'deduct'),
  (-5, 'Job x', true, 'deduct'),
  (-5, 'task x', true, 'deduct'),
  (-5, 'deduction', true, 'deduct'),
  (-5, 'charge', true, 'deduct'),
  (-5, 'usage', true, 'deduct'),
  (-5, 'reserved', true, 'deduct'),
  (0, 'job create: x', true, 'deduct'),
  (5, 'job create: x', true, 'unknown'),
  (-5, 'job create', false, 'unknown'),
  (-5, 'x', true, 'unknown'),
  (-5, 'nojob', true, 'unknown'),
  (5, 'signup: monthly credits', false, 'open'),
  (5, 'sign-up', false, 'open'),
  (5, 'Opening balance', false, 'open'),
  (5, 'initial credits', false, 'open'),
  (5, '** Welcome!', false, 'open'),
  (0, 'signup', false, 'open'),
  (-5, 'signup', false, 'unknown'),
  (5, 'credits for the signup', false, 'unknown'),
  (5, 'addon purchase: order-1', false, 'addon'),
  (-5, 'addon purchase: order-1', false, 'addon'),
  (5, 'add-on', false, 'addon'),
  (5, 'topup', false, 'addon'),
  (5, 'Top-Up', false, 'addon'),
  (5, 'purchased', false, 'addon'),
  (5, 'bought', false, 'addon'),
  (5, 'pack of 5', false, 'addon'),
  (5, 'monthly pack', false, 'addon'),
  (5, 'addon purchase: job x', true, 'addon'),
  (5, 'repack', false, 'unknown'),
  (5, 'monthly renewal', false, 'reset'),
  (-5, 'monthly renewal', false, 'reset'),
  (0, 'renewed', false, 'reset'),
  (5, 'reset', false, 'reset'),
  (5, 'allowance', false, 'reset'),
  (5, 'monthly', true, 'reset'),
  (5, 'preset', false, 'unknown'),
  (5, '', false, 'unknown'),
  (5, null, false, 'unknown'),
  (5, 'a gift', false, 'unknown')
) c (delta, reason, names_a_job, kind);

select * from finish();
rollback;
