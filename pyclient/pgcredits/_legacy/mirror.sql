-- The mirror: the old columns of a customer's credits follow credits.profiles.
-- It has no effect on a profile until that is imported or opened in the schema credits. From then
-- on every call writes both old columns, and whoever writes something else there is refused: rows
-- of the old table never say anything but what credits.profiles says.
-- Needed: the owner of the old table, who may also create triggers on credits.profiles, as members
-- of credits_owner may. It can be run again. To remove it: drop schema credits_mirror cascade.

begin;
set local lock_timeout = '5s';
set local client_min_messages = warning;

create schema if not exists credits_mirror;
comment on schema credits_mirror is {names};

-- Writes the old columns when credits have moved. Errors instead of rows that a policy hides.
create or replace function credits_mirror.write_old_columns()
returns trigger
language plpgsql security definer
set search_path = ''
set row_security = off
as {quote}
declare
  v_id constant {profiles}.{id}%type := new.id;
  v_there record;
  v_imported credits.legacy_profiles;
begin
  if old.seq = 0 then -- the profile arrives: it was imported, or opened
    perform pg_advisory_xact_lock(hashtextextended(new.id::text, 0)); -- see refuse_old_writers
    select l.* into v_imported from credits.legacy_profiles l where l.profile_id = new.id;
    -- Waits for an old writer that is at it. The next one waits for us, and is refused.
    select coalesce(p.{monthly}, 0) as monthly, coalesce(p.{addon}, 0) as addon
      into v_there
      from {profiles} p
     where p.{id} = v_id
       for no key update;
    if trunc(coalesce(v_there.monthly, 0)) <> coalesce(v_imported.credits_remaining, 0)
       or trunc(coalesce(v_there.addon, 0)) <> coalesce(v_imported.addon_credits, 0) then
      raise exception using
        errcode = 'PT422',
        message = 'legacy_damage',
        detail = '{"old_credits_differ": 1}',
        hint = 'The old columns hold other credits than this profile would begin with, and nothing '
          'was changed. Import the profile with pgcredits import: again, if it was being imported.';
    end if;
  end if;
  -- Written even where the values stay, so that an older snapshot is refused (40001).
  update {profiles} p
     set {monthly} = new.credits_remaining,
         {addon} = new.addon_credits
   where p.{id} = v_id;
  select p.{monthly} as monthly, p.{addon} as addon
    into v_there
    from {profiles} p
   where p.{id} = v_id;
  if found and (v_there.monthly, v_there.addon)
               is distinct from (new.credits_remaining, new.addon_credits) then
    raise exception using
      errcode = 'PT409',
      message = 'credits_not_mirrored',
      detail = jsonb_build_object('profile_id', new.id),
      hint = 'Another trigger of the old table kept the mirror from writing these columns, and '
        'nothing was changed. Let it pass what credits_mirror.write_old_columns writes.';
  end if;
  return null;
end
{quote};

-- Refuses old writers. It looks at what the row says now and not at who wrote it: the mirror passes
-- because it writes the truth, and no other trigger or role can pass with anything else. Neither
-- trigger fires where session_replication_role is replica: replication brings both rows.
create or replace function credits_mirror.refuse_old_writers()
returns trigger
language plpgsql security definer
set search_path = ''
set row_security = off
as {quote}
declare
  v_id uuid;
  v_profile credits.profiles;
begin
  if new.{id}::text !~* {uuid} then -- the id of nobody who can be here
    return null;
  end if;
  v_id := new.{id};
  if tg_op = 'INSERT' then -- a profile that is being opened is seen, or sees this row
    perform pg_advisory_xact_lock(hashtextextended(v_id::text, 0));
  elsif (old.{id}, old.{monthly}, old.{addon})
        is not distinct from (new.{id}, new.{monthly}, new.{addon}) then
    return null;
  end if;
  select c.* into v_profile from credits.profiles c where c.id = v_id;
  if not found
     or (new.{monthly}, new.{addon})
        is not distinct from (v_profile.credits_remaining, v_profile.addon_credits) then
    return null;
  end if;
  if tg_op = 'INSERT' and coalesce(new.{monthly}, 0) = 0 and coalesce(new.{addon}, 0) = 0 then
    update {profiles} p
       set {monthly} = v_profile.credits_remaining,
           {addon} = v_profile.addon_credits
     where p.{id} = new.{id};
    return null;
  end if;
  raise exception using
    errcode = 'PT409',
    message = 'credits_have_moved',
    detail = jsonb_build_object('profile_id', v_id),
    hint = 'The credits of this profile are in the schema credits, and nothing was changed. Call '
      'its functions instead of writing these columns.';
end
{quote};

-- In this order, which is that of the locks of every call.
create or replace trigger write_old_columns
  after update of credits_remaining, addon_credits on credits.profiles
  for each row execute function credits_mirror.write_old_columns();
create or replace trigger refuse_old_writers
  after insert or update on {profiles}
  for each row execute function credits_mirror.refuse_old_writers();

-- Profiles that are here already: their old columns may say what was imported, or what is true.
-- The first of them that says something else ends this script. It also fails here, and not at the
-- first job, if this role may not write every row.
set local row_security = off;
do {quote}
declare
  v_id uuid;
begin
  select c.id into v_id
    from {profiles} p
    join credits.profiles c on c.id::text = p.{id}::text
    left join credits.legacy_profiles l on l.profile_id = c.id
   where (p.{monthly}, p.{addon}) is distinct from (c.credits_remaining, c.addon_credits)
     and (trunc(coalesce(p.{monthly}, 0)), trunc(coalesce(p.{addon}, 0)))
         is distinct from (coalesce(l.credits_remaining, 0), coalesce(l.addon_credits, 0))
   limit 1;
  if found then
    raise exception using
      errcode = 'PT422',
      message = 'legacy_damage',
      detail = '{"old_credits_differ": 1}',
      hint = format('An old writer has changed profile %s since it was imported: pgcredits import '
        '--verify lists all of them. Make the same changes with calls, put back what was imported, '
        'and run this again.', v_id);
  end if;
end
{quote};
update {profiles} p
   set {monthly} = c.credits_remaining,
       {addon} = c.addon_credits
  from credits.profiles c
 where c.id::text = p.{id}::text
   and (p.{monthly}, p.{addon}) is distinct from (c.credits_remaining, c.addon_credits);

commit;
