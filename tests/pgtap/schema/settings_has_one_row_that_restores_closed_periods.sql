begin;
\ir ../helpers.psql
select plan(17);

select is((select count(*) from credits.settings), 1::bigint, 'the row is there');
select col_default_is(
  'credits', 'settings', 'closed_period_refund', 'restore', 'restore is the default'
);
select throws_ok('insert into credits.settings default values', '23505', null, 'no second row');
select throws_ok(
  'insert into credits.settings (only_row) values (false)', '23514', null,
  'only one row is possible'
);
select throws_ok(
  'update credits.settings s set closed_period_refund = ''addon''', '23514', null,
  'an unknown setting'
);
select throws_ok(
  'update credits.settings s set reference_scope = ''world''', '23514', null,
  'an unknown scope of references'
);
select col_default_is(
  'credits', 'settings', 'reference_scope', 'profile',
  'a reference is a key within its profile by default'
);
select lives_ok(
  'update credits.settings s set reference_scope = ''all''', 'the owner changes that too'
);
select lives_ok(
  'update credits.settings s set closed_period_refund = ''lapse''', 'the owner changes it'
);

select is(
  (select to_jsonb(s) - array['only_row', 'closed_period_refund', 'reference_scope']
     from credits.settings s),
  '{"event_kinds": [], "low_balance": null, "notice_before": "3 days", "event_attempts": 10}',
  'nothing is told by default'
);
select throws_ok(
  format('update credits.settings s set %s', c.change), '23514', null, c.change
)
from (values
  ('event_kinds = ''{credits.low,credits.high}'''),
  ('event_kinds = ''{null}'''),
  ('low_balance = 0'),
  ('low_balance = 9007199254740992'),
  ('notice_before = ''0'''),
  ('event_attempts = 0')
) c (change);
select lives_ok(
  'update credits.settings s set event_kinds = ''{credits.low,topup.requested}'', low_balance = 5',
  'the owner turns events on'
);

select * from finish();
rollback;
