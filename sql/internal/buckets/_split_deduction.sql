-- _split_deduction: THE bucket rule. Early packs first, then monthly credits, addon credits for the
-- rest, addon down to minus the overdraft limit; what no bucket can pay is the shortfall.
-- early: the part of addon_credits that is left in early packs.
-- Pure: the same arguments give the same split, and monthly + addon + shortfall = cost.

create or replace function credits._split_deduction(
  credits_remaining bigint,
  addon_credits bigint,
  overdraft_limit bigint,
  cost bigint,
  early bigint
)
returns credits._split
language sql immutable
as $$
  select row(
    least(_split_deduction.credits_remaining,
          greatest(_split_deduction.cost - _split_deduction.early, 0)),
    least(_split_deduction.addon_credits + _split_deduction.overdraft_limit,
          greatest(_split_deduction.cost - _split_deduction.credits_remaining,
                   least(_split_deduction.cost, _split_deduction.early))),
    greatest(greatest(_split_deduction.cost - _split_deduction.credits_remaining, 0)
             - _split_deduction.addon_credits - _split_deduction.overdraft_limit, 0)
  )::credits._split
$$;
