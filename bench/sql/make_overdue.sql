-- Yesterday's holds of profile $1, as if nobody had called since.
with profile as (
  update credits.profiles p
     set next_hold_expiry = p.next_hold_expiry - interval '1 day'
   where p.id = $1::text::uuid
)
update credits.jobs j
   set hold_due_at = j.hold_due_at - interval '1 day'
 where j.profile_id = $1::text::uuid
   and j.hold_due_at is not null
