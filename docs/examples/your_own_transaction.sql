-- Your rows and the credits commit together, or vanish together.
create table orders (id uuid primary key, rows integer not null);
select available
  from credits.open_profile('11111111-1111-4111-8111-111111111111', 500, 5000);

begin;
insert into orders values ('aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', 2000);
select monthly_deducted, addon_deducted, new_balance
  from credits.reserve_credits(
         profile_id => '11111111-1111-4111-8111-111111111111',
         job_id => 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa',
         cost => 2000);
rollback; -- something else went wrong

select (select count(*) from orders) as orders,
       (select count(*) from credits.jobs) as jobs,
       b.credits_remaining, b.addon_credits
  from credits.get_balance('11111111-1111-4111-8111-111111111111') b;
