begin;
\ir ../helpers.psql
select plan(12);

-- A profile with a job of one credit at each of these moments.
create function credits_tests.jobs_at(variadic moments timestamptz[])
returns uuid
language plpgsql
as $$
declare
  v_profile uuid;
  v_moment timestamptz;
begin
  perform credits_tests.set_time(moments[1]);
  v_profile := credits_tests.profile(0, 100);
  foreach v_moment in array moments loop
    perform credits_tests.set_time(v_moment);
    perform credits_tests.job(v_profile, 1);
  end loop;
  return v_profile;
end
$$;
create function credits_tests.periods(
  profile_id uuid, step text, time_zone text, since timestamptz default null,
  until timestamptz default null
)
returns setof text
language sql
as $$
  select concat_ws(' ', to_char(u.period_start at time zone 'UTC', 'YYYY-MM-DD HH24:MI'),
                   to_char(u.period_end at time zone 'UTC', 'YYYY-MM-DD HH24:MI'), u.jobs, u.net)
    from credits.usage(periods.profile_id, periods.since, periods.until, periods.step,
                       time_zone => periods.time_zone) u
$$;

select credits_tests.jobs_at('2030-03-30 22:59Z', '2030-03-30 23:00Z', '2030-03-31 21:59:59.999999Z',
                             '2030-03-31 22:00Z') as spring
\gset
select results_eq(
  format('select credits_tests.periods(%L, %L, %L)', :'spring', c.step, c.zone), c.expected, c.what
)
from (values
  ('day', 'UTC', array['2030-03-30 00:00 2030-03-31 00:00 2 2',
                       '2030-03-31 00:00 2030-04-01 00:00 2 2'], 'days of UTC'),
  ('day', 'Europe/Berlin',
   array['2030-03-29 23:00 2030-03-30 23:00 1 1', '2030-03-30 23:00 2030-03-31 22:00 2 2',
         '2030-03-31 22:00 2030-04-01 22:00 1 1'], 'a day of 23 hours'),
  ('week', 'Europe/Berlin',
   array['2030-03-24 23:00 2030-03-31 22:00 3 3', '2030-03-31 22:00 2030-04-07 22:00 1 1'],
   'a week begins on Monday'),
  ('month', 'Europe/Berlin',
   array['2030-02-28 23:00 2030-03-31 22:00 3 3', '2030-03-31 22:00 2030-04-30 22:00 1 1'],
   'months')
) c (step, zone, expected, what);
select results_eq(
  format('select credits_tests.periods(%L, ''month'', ''Europe/Berlin'', ''2030-03-30 23:00Z'',
                                       ''2030-03-31 22:00:00.000001Z'')', :'spring'),
  array['2030-03-30 23:00 2030-03-31 22:00 2 2', '2030-03-31 22:00 2030-03-31 22:00 1 1'],
  'periods are cut off where the range ends'
);
select results_eq(
  format('select credits_tests.periods(%L, ''week'', ''UTC'', ''0001-01-01Z'', ''9999-12-31Z'')',
         :'spring'),
  array['2030-03-25 00:00 2030-04-01 00:00 4 4'], 'and not where it is longer than they are'
);

-- In autumn an hour comes twice; in Havana at midnight.
select credits_tests.jobs_at('2030-10-27 00:30Z', '2030-10-27 01:30Z', '2030-10-27 22:59Z') as autumn,
       credits_tests.jobs_at('2030-11-03 03:59Z', '2030-11-03 04:30Z', '2030-11-03 05:00Z') as havana
\gset
select results_eq(
  format('select credits_tests.periods(%L, ''day'', ''Europe/Berlin'')', :'autumn'),
  array['2030-10-26 22:00 2030-10-27 23:00 3 3'], 'a day of 25 hours'
);
select results_eq(
  format('select credits_tests.periods(%L, ''day'', ''America/Havana'')', :'havana'),
  array['2030-11-02 04:00 2030-11-03 04:00 1 1', '2030-11-03 04:00 2030-11-04 05:00 2 2'],
  'a day begins with its first midnight'
);
select results_eq(
  format('select credits_tests.periods(%L, ''day'', ''America/Havana'', ''2030-11-03 04:30Z'')',
         :'havana'),
  array['2030-11-03 04:30 2030-11-04 05:00 2 2'],
  'also where the range begins in between'
);

-- Where a day is left out, nobody has jobs on it; where a midnight is, the day begins an hour later.
select credits_tests.jobs_at('2011-12-30 09:59Z', '2011-12-30 10:00Z') as samoa,
       credits_tests.jobs_at('2017-10-15 02:59Z', '2017-10-15 03:00Z') as brazil
\gset
select results_eq(
  format('select credits_tests.periods(%L, ''day'', ''Pacific/Apia'')', :'samoa'),
  array['2011-12-29 10:00 2011-12-30 10:00 1 1', '2011-12-30 10:00 2011-12-31 10:00 1 1'],
  'a day that is left out'
);
select results_eq(
  format('select credits_tests.periods(%L, ''day'', ''America/Sao_Paulo'')', :'brazil'),
  array['2017-10-14 03:00 2017-10-15 03:00 1 1', '2017-10-15 03:00 2017-10-16 02:00 1 1'],
  'a midnight that is left out'
);
select results_eq(
  format('select credits_tests.periods(%L, ''day'', ''Europe/Berlin'', ''2030-10-27 00:30Z'',
                                       ''2030-10-27 01:30Z'')', :'autumn'),
  array['2030-10-27 00:30 2030-10-27 01:30 1 1'], 'a range within a day'
);

select * from finish();
rollback;
