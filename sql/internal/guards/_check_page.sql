-- _check_page: the arguments of a page by seq, and whether the profile is there.
-- Raises: PT400 missing_argument, invalid_amount; PT404 profile_not_found.

create or replace function credits._check_page(
  profile_id uuid,
  before_seq bigint,
  page_size bigint
)
returns void
language plpgsql stable
as $$
begin
  perform credits._check_present('profile_id', _check_page.profile_id is not null);
  perform credits._check_amount('page_size', _check_page.page_size, 1, 1000);
  if _check_page.before_seq is not null then
    perform credits._check_amount('before_seq', _check_page.before_seq, 1);
  end if;
  if not exists (select from credits.profiles p where p.id = _check_page.profile_id) then
    perform credits._refuse_unknown_profile();
  end if;
end
$$;
