-- A pack of 250 credits that nobody spends.
select amount, kind, priority
  from credits.grant_addon(
         profile_id => '11111111-1111-4111-8111-111111111111',
         amount => 250,
         reference => 'welcome-week',
         expires_at => clock_timestamp() + interval '2 seconds',
         kind => 'promo');
do $$ begin perform pg_sleep(2); end $$;
select kind, addon_delta
  from credits.expire_packs();
