-- Another profile: it is opened and closed, and then refuses a job.
select available
  from credits.open_profile('22222222-2222-4222-8222-222222222222', credits_remaining => 70);
select available, replayed
  from credits.close_profile(
         profile_id => '22222222-2222-4222-8222-222222222222',
         reason => 'contract ended',
         actor => 'sales');
select credits.reserve_credits(
         profile_id => '22222222-2222-4222-8222-222222222222',
         job_id => 'ffffffff-ffff-4fff-8fff-ffffffffffff',
         cost => 1);
