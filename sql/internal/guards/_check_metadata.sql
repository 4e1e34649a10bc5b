-- _check_metadata: refuses job metadata that is not an object, has a reserved key, or is too large.
-- The size is that of the text, since a number of 30 stored bytes can print as 100 kB.
-- Raises: PT400 invalid_metadata, reserved_metadata_key; PT413 metadata_too_large.

create or replace function credits._check_metadata(meta jsonb)
returns boolean
language plpgsql stable
as $$
declare
  c_reserved constant text[] := array[
    'credit_cost', 'credits_deducted', 'monthly_deducted', 'addon_deducted',
    'credits_refunded', 'monthly_refunded', 'addon_refunded'
  ];
  c_maximum_bytes constant integer := 16384;
begin
  if jsonb_typeof(_check_metadata.meta) <> 'object' then
    raise exception using
      errcode = 'PT400',
      message = 'invalid_metadata',
      detail = jsonb_build_object('type', jsonb_typeof(_check_metadata.meta)),
      hint = 'Give a JSON object for meta.';
  end if;
  if _check_metadata.meta ?| c_reserved then
    raise exception using
      errcode = 'PT400',
      message = 'reserved_metadata_key',
      detail = jsonb_build_object('reserved', to_jsonb(c_reserved)),
      hint = 'Rename the keys of meta that are reserved for the breakdown.';
  end if;
  if octet_length(_check_metadata.meta::text) > c_maximum_bytes then
    raise exception using
      errcode = 'PT413',
      message = 'metadata_too_large',
      detail = jsonb_build_object(
        'bytes', octet_length(_check_metadata.meta::text),
        'maximum', c_maximum_bytes
      ),
      hint = 'Keep large data elsewhere and put a reference to it into meta.';
  end if;
  return true;
end
$$;
