begin;
\ir ../helpers.psql
select plan(8);

-- What is found after this change of a profile with a pack and a hold.
create function credits_tests.found_after(change text)
returns text
language plpgsql
as $$
declare
  v_profile uuid := credits_tests.profile(0, 100);
begin
  perform credits_tests.pack(v_profile, 50, '2030-02-01 00:00Z');
  perform credits_tests.hold(v_profile, 10, '2 days');
  execute format('update credits.profiles p set %s where p.id = %L',
                 found_after.change, v_profile);
  return (select string_agg(concat_ws(', ', f.rule, f.expected, f.found), '; ')
            from credits.check_integrity(v_profile) f);
end
$$;
select credits_tests.set_time('2030-01-01 00:00Z') as now \gset
set local time zone 'UTC';

select is(credits_tests.found_after(c.change), c.finding, c.change)
  from (values
    ('next_pack_expiry = null',
     'profile knows its next pack expiry, at most 2030-02-01 00:00:00+00'),
    ('next_pack_expiry = ''2030-02-02 00:00Z''',
     'profile knows its next pack expiry, at most 2030-02-01 00:00:00+00, 2030-02-02 00:00:00+00'),
    ('next_hold_expiry = null',
     'profile knows its next hold expiry, at most 2030-01-03 00:00:00+00'),
    ('next_hold_expiry = ''2030-01-04 00:00Z''',
     'profile knows its next hold expiry, at most 2030-01-03 00:00:00+00, 2030-01-04 00:00:00+00'),
    ('next_hold_expiry = ''2030-01-02 00:00Z''', null),
    ('next_pack_expiry = ''2030-01-02 00:00Z''', null)
  ) c (change, finding);

select credits_tests.profile(0, 0) as profile \gset
select credits_tests.pack(:'profile', 50, '2030-02-01 00:00Z', priority => -1) as pack \gset
select credits_tests.sound(:'profile', 'a profile with an early pack knows it');
update credits.profiles p set early_packs = false where p.id = :'profile';
select results_eq(
  format('select f.rule, f.expected, f.found from credits.check_integrity(%L) f', :'profile'),
  $$ values ('profile knows that it has early packs', 'true', 'false') $$,
  'or its next draw would not look for it'
);

select * from finish();
rollback;
