-- _grant_reason: what the ledger row of a grant says to people; note: the caller's.

create or replace function credits._grant_reason(reference text, amount bigint, note text)
returns text
language sql stable
as $$
  select credits._with_note(
    format('addon grant: %s (addon: %s)', _grant_reason.reference,
           credits._delta_text(_grant_reason.amount)),
    _grant_reason.note)
$$;
