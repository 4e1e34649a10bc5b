begin;
\ir ../helpers.psql
select plan(2);

-- Lives in the previous application, from nothing, by its rules. Then the first rows of the ledger
-- are cut off, and what is said of the rest is compared with what really happened.
create function credits_tests.life(seed integer, stated double precision, resets_to boolean)
returns text
language plpgsql
as $$
declare
  c_rows constant integer := 4 + life.seed % 10;
  c_cut constant integer := 1 + life.seed % 4;
  v_history credits.legacy_entries[] := array[
    row(null, 1, null, 8, null, null, null, 'open', null, null, null)::credits.legacy_entries];
  v_entry credits.legacy_entries;
  v_monthly bigint := 8;
  v_addon bigint := 0;
  v_jobs integer[] := '{}';
  v_job integer;
  v_spent bigint[] := array_fill(0::bigint, array[c_rows]); -- of addon: taken, or misplaced
  v_right credits._legacy_books;
  v_late credits.legacy_entries[];
  v_account credits._legacy_account;
begin
  perform setseed(life.seed / 1000000.0);
  for v_place in 2..c_rows loop
    v_entry := null;
    v_entry.position := v_place;
    v_entry.kind := (array['deduct', 'deduct', 'deduct', 'refund', 'refund', 'addon', 'reset'])[
      1 + floor(random() * 7)::integer];
    v_entry.delta := 1 + floor(random() * 14)::integer;
    if v_entry.kind = 'refund' and v_jobs = '{}'
       or v_entry.kind = 'deduct' and v_entry.delta > v_monthly + v_addon then
      v_entry.kind := 'addon';
    end if;
    if v_entry.kind = 'deduct' then
      v_spent[v_place] := greatest(v_entry.delta - v_monthly, 0);
      v_monthly := v_monthly - v_entry.delta + v_spent[v_place];
      v_addon := v_addon - v_spent[v_place];
      v_entry.delta := -v_entry.delta;
      v_entry.job_position := v_place;
      v_entry.stated_addon := case when random() < life.stated then v_spent[v_place] end;
      v_jobs := v_jobs || v_place;
    elsif v_entry.kind = 'refund' then
      v_job := v_jobs[1 + floor(random() * cardinality(v_jobs))::integer];
      v_entry.job_position := v_job;
      v_entry.delta := -v_history[v_job].delta;
      v_spent[v_place] := case
        when not exists (select from unnest(v_history) h
                          where h.kind = 'refund' and h.job_position = v_job) then v_spent[v_job]
        else 0
      end;
      v_monthly := v_monthly + v_entry.delta;
    elsif v_entry.kind = 'addon' then
      v_addon := v_addon + v_entry.delta;
    else
      v_entry.kind := case when life.resets_to then 'reset_to' else 'reset' end;
      v_entry.delta := 8 - case when life.resets_to then 0 else v_monthly end;
      v_monthly := 8;
    end if;
    v_history := v_history || v_entry;
  end loop;

  v_right := credits._recompute_legacy(v_history, 0, false);
  v_late := array(
    select row(null, h.position - c_cut, null, h.delta, h.stated_addon, null,
               case when h.job_position > c_cut then h.job_position - c_cut end, h.kind, null,
               null, null)::credits.legacy_entries
      from unnest(v_history) h
     where h.position > c_cut
     order by h.position);
  v_account := credits._legacy_account(v_late, v_monthly, v_addon);
  if v_account.state = 'unsound' then
    return 'called unsound';
  elsif (v_account.at_least).addon_lost > v_right.addon_lost
     or (v_account.at_least).monthly_gained > v_right.monthly_gained then
    return 'lost less';
  elsif exists (
    select
      from unnest((v_account.at_least).addon_parts, (v_account.at_most).addon_parts,
                  v_spent[c_cut + 1:]) s (at_least, at_most, spent)
     where s.spent not between s.at_least and s.at_most
  ) then
    return 'took or misplaced something else';
  end if;
  return 'as it was';
end
$$;

select is(
  (select string_agg(distinct l.outcome, ', ')
     from generate_series(1, 1500) n,
          credits_tests.life(n, c.stated, n % 2 = 0) l (outcome)),
  'as it was',
  c.description
)
from (values (0, 'where nothing is stated'), (0.3, 'where some splits are'))
     c (stated, description);

select * from finish();
rollback;
