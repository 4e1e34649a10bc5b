-- _draw_faults: what is wrong with a job that drew from packs: what it drew is what its draws say,
-- and it holds no less than they do.
-- drawn, held: the sums of its draws, null where it has none. pack_deducted, addon_held: the job's.

create or replace function credits._draw_faults(
  drawn numeric,
  held numeric,
  pack_deducted bigint,
  addon_held bigint
)
returns credits._fault[]
language sql stable
as $$
  select array[
    credits._fault('job drew from packs what its draws say', coalesce(_draw_faults.drawn, 0),
                   _draw_faults.pack_deducted),
    case
      when _draw_faults.addon_held < _draw_faults.held
        then credits._fault('job holds the pack credits of its draws',
                            format('at least %s', _draw_faults.held),
                            _draw_faults.addon_held::text)
    end
  ]
$$;
