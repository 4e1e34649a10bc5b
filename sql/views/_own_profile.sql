-- _own_profile: the profile of the person who asks: its id is the subject of the request's claims
-- (PostgREST, Supabase). No row, or null, for everybody else.

create or replace view credits._own_profile as
select case
         when c.subject ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then c.subject::uuid
       end as profile_id
  from (
    select nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'
  ) c (subject);

comment on view credits._own_profile is
  'The profile whose id is the subject of the request''s claims; null without one.';
