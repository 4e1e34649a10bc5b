-- The tables of the application, beside those of pgcredits: accounts, their keys, what they bought,
-- and the jobs that they pay for. An account and its profile have the same id.

create table accounts (
  id uuid primary key default gen_random_uuid(),
  email text not null unique,
  plan text, -- the price of the present month; null before the first one
  created_at timestamptz not null default now()
);

create table keys (
  hash text primary key, -- the key itself is shown once and kept nowhere
  account_id uuid not null references accounts,
  name text not null,
  unique (account_id, name)
);

create table jobs (
  id uuid primary key, -- the id of the job in pgcredits too
  account_id uuid not null references accounts,
  pages integer not null,
  state text not null default 'running'
);

-- What was paid for, and what a refund or a dispute takes back in proportion.
create table purchases (
  id text primary key, -- of the invoice, or of the payment where there is none
  account_id uuid not null references accounts,
  amount bigint not null, -- of money, in cents
  credits bigint not null,
  reference text, -- of the grant
  period_start timestamptz, -- or of the month
  period_end timestamptz
);

-- Refunds and disputes name the payment, and the payment of a month names its invoice.
create table invoice_payments (
  payment_intent text primary key,
  invoice text not null
);

create table plan_changes (
  event_id text primary key
);

create table topups (
  reference text primary key,
  account_id uuid not null references accounts,
  credits bigint not null,
  state text not null default 'asked'
);
