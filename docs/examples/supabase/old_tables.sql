-- The application as it was: its tables in public, and three customers. The third had a job of
-- 2,000 credits that failed, and all of them came back to the monthly bucket.
create table public.profiles (
  id uuid primary key,
  email text,
  credits_remaining integer not null default 0 check (credits_remaining >= 0),
  addon_credits integer not null default 0 check (addon_credits >= 0)
);
create table public.jobs (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references public.profiles (id),
  status text not null default 'queued',
  meta_json jsonb not null default '{}',
  created_at timestamptz not null default now()
);
create table public.ledger (
  id bigint generated always as identity primary key,
  user_id uuid not null references public.profiles (id),
  delta integer not null,
  reason text not null,
  ts timestamptz not null default clock_timestamp()
);

alter table public.profiles enable row level security;
alter table public.jobs enable row level security;
alter table public.ledger enable row level security;
create policy "own profile" on public.profiles for select to authenticated
  using (id = (current_setting('request.jwt.claims', true)::jsonb ->> 'sub')::uuid);

insert into public.profiles (id, email, credits_remaining, addon_credits) values
  ('11111111-1111-4111-8111-111111111111', 'ada@example.com', 500, 5000),
  ('22222222-2222-4222-8222-222222222222', 'ben@example.com', 70, 0),
  ('33333333-3333-4333-8333-333333333333', 'cleo@example.com', 2000, 3500);
insert into public.jobs (id, user_id, status, meta_json) values
  ('cccccccc-cccc-4ccc-8ccc-cccccccccccc', '33333333-3333-4333-8333-333333333333', 'failed',
   '{"credit_cost": 2000, "credits_deducted": false}');
insert into public.ledger (user_id, delta, reason) values
  ('11111111-1111-4111-8111-111111111111', 500, 'signup: monthly credits'),
  ('11111111-1111-4111-8111-111111111111', 5000, 'addon purchase: order-1'),
  ('22222222-2222-4222-8222-222222222222', 70, 'signup: monthly credits'),
  ('33333333-3333-4333-8333-333333333333', 500, 'signup: monthly credits'),
  ('33333333-3333-4333-8333-333333333333', 5000, 'addon purchase: order-2'),
  ('33333333-3333-4333-8333-333333333333', -2000,
   'job create: cccccccc-cccc-4ccc-8ccc-cccccccccccc'),
  ('33333333-3333-4333-8333-333333333333', 2000,
   'job refund: cccccccc-cccc-4ccc-8ccc-cccccccccccc');
