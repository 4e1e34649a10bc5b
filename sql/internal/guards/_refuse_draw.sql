-- _refuse_draw: the refusal of a draw that the buckets cannot pay. shortfall: the part they lack.
-- Raises: PT402 insufficient_credits.

create or replace function credits._refuse_draw(
  profile credits.profiles,
  required bigint,
  shortfall bigint
)
returns boolean
language plpgsql stable
as $$
begin
  raise exception using
    errcode = 'PT402',
    message = 'insufficient_credits',
    detail = jsonb_build_object(
      'required', _refuse_draw.required,
      'available', _refuse_draw.required - _refuse_draw.shortfall,
      'monthly', (_refuse_draw.profile).credits_remaining,
      'addon', (_refuse_draw.profile).addon_credits
    ),
    hint = 'Add credits to the profile, or ask for less.';
end
$$;
