-- Two at a time: the next page begins after the last id of this one.
select profile_id, credits_remaining, addon_credits, available, closed_at is not null as closed
  from credits.list_profiles(page_size => 2);
select profile_id, credits_remaining, addon_credits, available, closed_at is not null as closed
  from credits.list_profiles(after_profile_id => '22222222-2222-4222-8222-222222222222',
                             page_size => 2);
