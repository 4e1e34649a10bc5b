-- grants: every grant of addon credits, and what became of it. Row-level security of the caller
-- applies.

create or replace view credits.grants
with (security_invoker = true) as
select g.profile_id,
       g.reference,
       g.kind,
       g.amount,
       (select coalesce(sum(r.amount), 0)::bigint
          from credits.revocations r
         where r.profile_id = g.profile_id
           and r.source_seq = g.seq) as revoked,
       (select k.remaining
          from credits.packs k
         where k.profile_id = g.profile_id
           and k.seq = g.seq) as remaining,
       (select k.expires_at
          from credits.packs k
         where k.profile_id = g.profile_id
           and k.seq = g.seq) as expires_at,
       g.granted_at,
       g.seq
  from credits.addon_grants g;

comment on view credits.grants is
  'Every grant of addon credits: what of it is revoked, and of a pack what is left until when; '
  'only one''s own rows without credits_reader.';
