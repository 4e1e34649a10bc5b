begin;
\ir ../helpers.psql
select plan(9);

select is(
  credits_tests.damage(c.monthly, c.addon, array[credits_tests.old_job('A', 200)],
                       credits_tests.old_ledger(variadic c.lines)),
  c.found,
  c.description
)
from (values
  (300, 0, array['-200 job create: @A'], 'history_truncated 1',
   'it must have begun with 500 monthly'),
  (0, 9, array['-200 job create: @A'], 'history_truncated 1',
   'it must have begun with up to 200 monthly and the rest in addon'),
  (300, 70, array['-200 job create: @A', '+70 purchase'], 'history_truncated 1',
   'a purchase says nothing of the opening'),
  (500, 9, array['-200 job create: @A', '+200 monthly renewal'], 'history_truncated 1',
   'nor does a renewal by a change'),
  (300, 0, array['+499 signup', '-200 job create: @A'], 'balance_mismatch 1',
   'a history that begins with a signup is complete'),
  (300, 0, array['-200 job create: @A', '0 something else'],
   'balance_mismatch 1, entry_unknown 1', 'a row of unknown kind leaves that open'),
  (500, 3, array['-200 job create: @A', '-3 addon'], 'history_truncated 1',
   'what left addon must have been there before'),
  (0, 9, array['-1500 monthly renewal', '-200 job create: @A'], 'history_truncated 1',
   'what a renewal took away must have been there before'),
  (0, 9, array['-200 job create: @A (monthly: -150, addon: -50)', '+70 monthly renewal',
               '-100 monthly allowance'], 'history_truncated 1',
   'so must what a job has stated')
) c (monthly, addon, lines, found, description);

select * from finish();
rollback;
