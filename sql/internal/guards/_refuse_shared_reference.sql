-- _refuse_shared_reference: the refusal of a reference that another profile has, where only one
-- may.
-- Raises: PT409 reference_conflict.

create or replace function credits._refuse_shared_reference(profile_id uuid)
returns boolean
language sql stable
as $$
  select credits._refuse_conflict(
    'profile_id', null, to_jsonb(_refuse_shared_reference.profile_id),
    'This payment is granted already, to another profile: find_grants tells which. Do not grant '
    'it again.')
$$;
