begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(0, 0) as profile \gset

select credits_tests.refuses(
  format('select credits.grant_addon(%L, 50, %L, %L, %L)',
         :'profile', 'order-1', c.expires_at, c.kind),
  'PT400', 'invalid_option',
  jsonb_build_object('parameter', 'kind', 'value', c.kind, 'allowed', array['paid', 'promo']),
  c.description
)
from (values ('2099-01-01 00:00Z', 'free', 'of a pack'), (null, '', 'and of any grant'))
     c (expires_at, kind, description);

select * from finish();
rollback;
