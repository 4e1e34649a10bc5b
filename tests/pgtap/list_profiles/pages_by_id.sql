begin;
\ir ../helpers.psql
select plan(9);

-- A profile of this id.
create function credits_tests.open_as(profile_id uuid)
returns uuid
language sql
as $$
  select b.profile_id from credits.open_profile(open_as.profile_id, 5, 5) b
$$;

-- The ids of all profiles, page by page. After each page a profile is opened whose id comes before.
create function credits_tests.ids_by_page(page_size bigint)
returns setof uuid
language plpgsql
as $$
declare
  v_page uuid[];
  v_last uuid;
begin
  for i in 1..(select count(*) from credits.profiles) loop -- there are never more
    v_page := array(select p.profile_id from credits.list_profiles(v_last, ids_by_page.page_size) p);
    exit when v_page = '{}';
    return query select u.id from unnest(v_page) u (id);
    v_last := v_page[cardinality(v_page)];
    perform credits_tests.open_as(('00000000-0000-4000-8000-' || right(v_last::text, 12))::uuid)
      where v_last >= '11111111-0000-0000-0000-000000000000';
  end loop;
end
$$;

select credits_tests.open_as(i::uuid)
  from (values
    ('ffffffff-ffff-4fff-8fff-000000000003'), ('ffffffff-ffff-4fff-8fff-000000000001'),
    ('ffffffff-ffff-4fff-8fff-000000000002'), ('00000000-0000-0000-0000-000000000000'),
    ('abcdefab-cdef-4bcd-8fab-cdefabcdefab'), ('9bcdefab-cdef-4bcd-8fab-cdefabcdefab')
  ) v (i);
create temporary table before as
select p.id from credits.profiles p;

select results_eq(
  'select i from credits_tests.ids_by_page(2) i', 'select b.id from before b order by b.id',
  'each profile that was there, once, in the order of their ids'
);
select ok((select count(*) from credits.profiles) > (select count(*) from before),
          'though others were opened meanwhile');
select results_eq(
  'select p.profile_id from credits.list_profiles(page_size => 1000) p',
  'select p.id from credits.profiles p order by p.id', 'all at once'
);
select is(
  (select p.profile_id from credits.list_profiles(page_size => 1) p),
  '00000000-0000-0000-0000-000000000000', 'the first id that there can be is the first'
);
select isnt(
  (select p.profile_id
     from credits.list_profiles('00000000-0000-0000-0000-000000000000', 1) p),
  '00000000-0000-0000-0000-000000000000', 'and is not after itself'
);
select results_eq(
  'select right(p.profile_id::text, 1)
     from credits.list_profiles(''ffffffff-ffff-4fff-8fff-000000000001'', 2) p',
  array['2', '3'], 'those after one'
);
select results_eq(
  'select right(p.profile_id::text, 1)
     from credits.list_profiles(''ffffffff-ffff-4fff-8fff-000000000000'', 2) p',
  array['1', '2'], 'or after an id that nobody has'
);
select is_empty(
  'select credits.list_profiles(''ffffffff-ffff-4fff-8fff-000000000003'')', 'none after the last'
);
insert into credits.profiles (id, created_at)
select gen_random_uuid(), clock_timestamp() from generate_series(1, 60);
select is((select count(*) from credits.list_profiles()), 50::bigint, 'fifty unless you say');

select * from finish();
rollback;
