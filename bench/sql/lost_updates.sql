-- Profiles whose balances are not what their ledger adds up to: 0 unless an update was lost.
select count(*)
  from credits.profiles p
  join (select l.profile_id, count(*) as entries, sum(l.monthly_delta) as monthly,
               sum(l.addon_delta) as addon
          from credits.ledger l
         group by l.profile_id) l on l.profile_id = p.id
 where (p.seq, p.credits_remaining, p.addon_credits)
       is distinct from (l.entries, l.monthly, l.addon);
