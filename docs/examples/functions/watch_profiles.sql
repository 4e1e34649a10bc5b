-- As a superuser or the owner: tell of every profile that it has run out of credits.
update credits.settings
   set event_kinds = '{credits.depleted}';
-- A page of the profiles that are there. The next page begins after the last one of it.
select credits.watch_profiles(batch_size => 10) is not null as there_may_be_more;
update credits.settings
   set event_kinds = '{}';
