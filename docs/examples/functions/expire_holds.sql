-- A hold that nobody settles in time. The hold of the previous example is not overdue.
select monthly_deducted, addon_deducted
  from credits.reserve_credits(
         profile_id => '11111111-1111-4111-8111-111111111111',
         job_id => 'eeeeeeee-eeee-4eee-8eee-eeeeeeeeeeee',
         cost => 50,
         hold_for => '1 millisecond');
do $$ begin perform pg_sleep(0.01); end $$;
select job_id, state, monthly_refunded, addon_refunded
  from credits.expire_holds();
