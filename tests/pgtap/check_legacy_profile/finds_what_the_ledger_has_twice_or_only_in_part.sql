begin;
\ir ../helpers.psql
select plan(9);

select is(
  credits_tests.damage(500 + c.sum, 0, array[credits_tests.old_job('A', 200, c.deducted)],
                       credits_tests.old_ledger(variadic array['+500 signup'] || c.lines)),
  c.found,
  c.description
)
from (values
  (-400, true, array['-200 job create: @A', '-200 job create: @A'],
   'duplicate_deduction 1', 'two deductions'),
  (0, false, array['-200 job create: @A', '-200 job create: @A', '+400 job refund: @A'],
   'duplicate_deduction 1', 'two deductions that came back'),
  (200, false, array['-200 job create: @A', '+200 job refund: @A', '+200 job refund: @A'],
   'duplicate_refund 1', 'two refunds'),
  (1, false, array['-200 job create: @A', '+201 job refund: @A'],
   'duplicate_refund 1', 'more back than was taken'),
  (0, false, array['-200 job create: @A', '+100 job refund: @A', '+100 job refund: @A'],
   null, 'two halves'),
  (-1, false, array['-200 job create: @A', '+199 job refund: @A'],
   'partial_refund 1', 'less back than was taken'),
  (-200, false, array['-200 job create: @A', '0 job refund: @A'],
   'refund_interrupted 1', 'nothing back'),
  (200, false, array['+200 job refund: @A'],
   null, 'a job that is refunded and was taken before the ledger begins'),
  (201, false, array['+201 job refund: @A'],
   'duplicate_refund 1', 'more back than the job says it cost')
) c (sum, deducted, lines, found, description);

select * from finish();
rollback;
