begin;
\ir ../helpers.psql
select plan(143);

select is(
  credits._check_text('reason', c.value), true, format('accepted: %s', c.value)
)
from (values ('a'), (' a '), ('ä, ¡, ÿ'), ('line 1\nline 2'), ('日本語'), ('👩‍💻'), ('{"a": 1}')) c (value);
select is(credits._check_text('reason', repeat('ä', 255)), true, 'accepted: 255 characters');
select credits_tests.refuses(
  format('select credits._check_text(''reason'', %L)', 'a' || chr(c.code) || 'b'),
  'PT400', 'invalid_reference',
  jsonb_build_object('parameter', 'reason', 'control_character',
                     'U+' || lpad(upper(to_hex(c.code)), 4, '0')),
  format('refused: U+%s', to_hex(c.code))
)
from (select g.code from generate_series(1, 31) g (code)
      union all
      select g.code from generate_series(127, 159) g (code)
      union all
      values (8232), (8233)) c (code);
-- Those next to them are letters, blanks and signs.
select is(
  credits._check_text('reason', 'a' || chr(c.code) || 'b'), true,
  format('accepted: U+%s', to_hex(c.code))
)
from (select g.code from generate_series(32, 126) g (code) where g.code in (32, 126)
      union all
      select g.code from generate_series(160, 225) g (code)
      union all
      values (8231)) c (code);

select * from finish();
rollback;
