begin;
\ir ../helpers.psql
select plan(9);

-- What is found after this change in a profile with a pack, of which a part is revoked.
create function credits_tests.found_after(change text)
returns text
language plpgsql
as $$
declare
  v_profile uuid := credits_tests.profile(0, 0);
begin
  perform credits_tests.pack(v_profile, 50, '2099-01-01 00:00Z');
  perform credits_tests.job(v_profile, 30);
  perform credits_tests.revoke(v_profile, 'pack 50', 40);
  execute format(found_after.change, v_profile);
  return (select string_agg(concat_ws(', ', f.rule, f.expected, f.found), '; ')
            from credits.check_integrity(v_profile) f);
end
$$;

select is(credits_tests.found_after(c.change), c.finding, c.change)
  from (values
    ('select %L', null),
    ('update credits.profiles p set uncollected = 19 where p.id = %L',
     'profile knows what is uncollected, 20, 19'),
    ('update credits.revocations r set amount = 51, requested = 51, lapsed = 11
       where r.profile_id = %L',
     'no more is revoked than was granted, at most 50, 51'),
    ('update credits.packs k set lapsed = 31 where k.profile_id = %L',
     'pack has no more than was neither drawn nor lapsed, at most -11, 0; '
     'no more of a pack is collected than it had, at most 19, 20'),
    ('update credits.revocations r set requested = 45, amount = 45, collected = 25
       where r.profile_id = %L',
     'no more is collected of grants than the ledger took, at most 20, 25'),
    ('select credits.renew_monthly(%1$L, ''2020-01-01Z'', 50);
      select credits.revoke_renewal(%1$L, ''2020-01-01Z'', ''r'', 20, ''why'', ''who'');
      update credits.revocations r set requested = 30, amount = 30, collected = 30
       where r.profile_id = %1$L and r.revocation_id = ''r''',
     'no more is collected of months than the ledger took, at most 20, 30'),
    ('delete from credits.revocations r where r.profile_id = %L',
     'profile knows what is uncollected, 0, 20'),
    ('update credits.addon_grants g set amount = 51 where g.profile_id = %L',
     'grant is recorded with its amount, 50, 51'),
    ('update credits.packs k set amount = 51 where k.profile_id = %L',
     'pack has the amount of its grant, 51, 50')
  ) c (change, finding);

select * from finish();
rollback;
