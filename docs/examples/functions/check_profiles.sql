-- One piece of the books. The next one begins after last_id, until that is null.
select last_id is not null as there_may_be_more, findings
  from credits.check_profiles(batch_size => 10);
