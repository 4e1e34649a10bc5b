-- _split_deduction: THE bucket rule. Monthly credits first, addon credits for the rest, addon down
-- to minus the overdraft limit; what no bucket can pay is the shortfall.
-- Pure: the same arguments give the same split, and monthly + addon + shortfall = cost.

create or replace function credits._split_deduction(
  credits_remaining bigint,
  addon_credits bigint,
  overdraft_limit bigint,
  cost bigint
)
returns table (monthly bigint, addon bigint, shortfall bigint)
language sql immutable
as $$
  select m.monthly, a.addon, _split_deduction.cost - m.monthly - a.addon
    from (select least(_split_deduction.credits_remaining, _split_deduction.cost)) m (monthly),
         lateral (
           select least(_split_deduction.addon_credits + _split_deduction.overdraft_limit,
                        _split_deduction.cost - m.monthly)
         ) a (addon)
$$;
