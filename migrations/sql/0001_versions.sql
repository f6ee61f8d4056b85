-- Every row version of every tracked table. A version is never edited or deleted; only its open end is closed.
--
-- history.t holds the columns of t by name and five of its own:
--   h_version  number of the version          h_from, h_to  when it held; h_to is null while it holds
--   h_txn      transaction that wrote it      h_closed      transaction that ended it
-- Several writes of one row in one transaction leave empty versions (h_from = h_to): evidence, visible at no moment.

create table history.tracked (
  tab name primary key,
  asof boolean not null
);

-- A column added later was not there for older versions: what those show is what the database gave to the rows that existed.
create table history.added (
  tab name not null,
  col name not null,
  through_version bigint not null,
  shown text not null,
  primary key (tab, col)
);

-- When the next version of a row begins, if the last one did not end before this transaction. Live transactions may overlap, so a
-- live one steps past the other; a stated time is never squeezed in before newer history, nor is a live one before a stated future.
create function history.after(tab text, row_id bigint, previous timestamptz, written_by bigint, t history.txn) returns timestamptz
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  future constant boolean := not t.explicit and previous > clock_timestamp() and (select w.explicit from history.txn w where w.id = written_by);
begin
  if future or (t.explicit and previous > t.effective_at) then
    raise exception 'newer history exists: % % changed at %, after %', tab, row_id, previous, t.effective_at
      using errcode = 'PM001', table = tab, detail = row_id::text;
  end if;
  return case when t.explicit then t.effective_at else previous + interval '1 microsecond' end;
end $$;

create function history.refuse() returns trigger language plpgsql as
$$ begin raise exception '% of % is refused: its history would be lost', lower(tg_op), tg_table_name; end $$;

-- The columns history keeps: all but dropped and generated ones, whose values follow from the others.
create function history.kept(t regclass) returns table (col name, type text, base oid, spot smallint)
language sql stable set search_path = pg_catalog, pg_temp as $$
  select attname, format_type(atttypid, null), atttypid, attnum
  from pg_attribute where attrelid = t and attnum > 0 and not attisdropped and attgenerated = '' order by attnum
$$;

-- The value that rows had from a column just added: what the database noted itself, or a constant default that may not be null.
create function history.given(t regclass, spot smallint) returns text language sql stable set search_path = pg_catalog, pg_temp as $$
  select case when a.atthasmissing then format('%L::%s', (a.attmissingval::text::text[])[1], format_type(a.atttypid, null))
              when a.attnotnull and pg_get_expr(d.adbin, d.adrelid) !~ '\(' then pg_get_expr(d.adbin, d.adrelid) end
  from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  where a.attrelid = t and a.attnum = spot
$$;

-- Makes history.t follow the columns of t. Types lose their length and scale, so that a later change of these rewrites nothing.
create function history.follow_columns(t name) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  c record;
  last_version bigint;
  shown text;
begin
  execute format('select coalesce(max(h_version), 0) from history.%I', t) into last_version;
  for c in
    select k.*, h.atttypid as had from history.kept(format('public.%I', t)::regclass) k
    left join pg_attribute h on h.attrelid = format('history.%I', t)::regclass and h.attname = k.col and not h.attisdropped
  loop
    if c.col like 'h\_%' then
      raise exception 'column %.% cannot be tracked: names that begin with h_ belong to history', t, c.col;
    elsif c.had is null then
      execute format('alter table history.%I add column %I %s', t, c.col, c.type);
      shown := history.given(format('public.%I', t)::regclass, c.spot);
      if shown is not null and last_version > 0 then
        insert into history.added values (t, c.col, last_version, shown);
      end if;
    elsif c.had <> c.base then
      if (c.had, c.base) not in (('int2'::regtype, 'int4'::regtype), ('int2'::regtype, 'int8'::regtype), ('int4'::regtype, 'int8'::regtype), ('varchar'::regtype, 'text'::regtype)) then
        raise exception '%.% was % and cannot become %: its history would be rewritten; add a column instead', t, c.col, c.had::regtype, c.type;
      end if;
      execute format('alter table history.%I alter column %I type %s', t, c.col, c.type);
    end if;
  end loop;
end $$;

-- What a version shows, column by column as the table has them now; a generated column is computed again.
create function history.shown(t name) returns text language sql stable set search_path = pg_catalog, pg_temp as $$
  select string_agg(case
      when a.attgenerated <> '' then format('(%s) as %I', pg_get_expr(d.adbin, d.adrelid), a.attname)
      when x.col is not null then format('case when h_version <= %s then %s else %3$I end as %3$I', x.through_version, x.shown, a.attname)
      else quote_ident(a.attname) end, ', ' order by a.attnum)
  from pg_attribute a
  left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  left join history.added x on x.tab = t and x.col = a.attname
  where a.attrelid = format('public.%I', t)::regclass and a.attnum > 0 and not a.attisdropped
$$;

-- The trigger function of one table, with its columns spelled out: cached plans, and nothing to guess at run time. A column that
-- was added without history.track() is refused by the first write, not lost. Plans stay on the index however many rows come.
create function history.write_keeper(t name) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  template constant text := $template$
create or replace function history.%1$I() returns trigger language plpgsql security definer
set search_path = pg_catalog, pg_temp set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off set jit = off as $keep$
declare
  t history.txn;
begin
  if (select relnatts from pg_class where oid = tg_relid) <> %4$s then
    raise exception 'the columns of %% changed: its migration has to call history.track()', tg_table_name;
  end if;
  if tg_op = 'INSERT' then
    if not exists (select from new_rows) then return null; end if;
  elsif not exists (select from old_rows) then
    return null;
  end if;
  t := history.current_txn();
  if tg_op <> 'INSERT' then
    update history.%2$I h set h_closed = t.id, h_to = case
        when h.h_txn = t.id then h.h_from
        when h.h_from < t.effective_at then t.effective_at
        else history.after(tg_table_name, h.id, h.h_from, h.h_txn, t) end
      from old_rows o where h.id = o.id and h.h_to is null;
  end if;
  if tg_op <> 'DELETE' then
    insert into history.%2$I (%3$s, h_from, h_txn)
      select %5$s, case
          when p.h_closed = t.id then p.h_to
          when coalesce(p.h_to < t.effective_at, true) then t.effective_at
          else history.after(tg_table_name, n.id, p.h_to, p.h_closed, t) end, t.id
      from new_rows n
      left join lateral (select h.h_to, h.h_closed from history.%2$I h where h.id = n.id order by h.h_version desc limit 1) p on true;
  end if;
  return null;
end $keep$ $template$;
  columns text;
  new_columns text;
  width smallint;
begin
  select string_agg(quote_ident(col), ', '), string_agg('n.' || quote_ident(col), ', ') into columns, new_columns
    from history.kept(format('public.%I', t)::regclass);
  select relnatts into width from pg_class where oid = format('public.%I', t)::regclass;
  execute format(template, 'keep_' || t, t, columns, width, new_columns);
end $$;

-- Open versions are found by one index, closed ones by another: the second is slow to write, so a version enters it once, at its
-- end. `h_txn + 0` hides that column from the planner, which would walk half of history by it. A table that is always read from now
-- is shown as it was known, whatever the moment: its rows may be younger than the positions they were used for.
create function history.write_views(t name, with_asof boolean) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  at constant text := 'current_setting(''pmo.as_of'')::timestamptz';
  known constant text := 'current_setting(''pmo.known_txn'')::bigint';
  held constant text := format('(h_to is null and h_from <= %1$s or h_to is not null and tstzrange(h_from, h_to) @> %1$s)', at);
begin
  if with_asof then
    execute format('create view asof.%1$I as select %2$s from history.%1$I where %3$s', t, history.shown(t), held);
  end if;
  execute format('create view asknown.%1$I as select %2$s from history.%1$I where h_txn + 0 <= %3$s and (' || case when with_asof
      then '%4$s or h_closed > %3$s and h_from <= %5$s)' else 'h_closed is null or h_closed > %3$s)' end,
    t, history.shown(t), known, held, at);
end $$;

create function history.drop_views(t name) returns void
language plpgsql set search_path = pg_catalog, pg_temp set client_min_messages = warning as $$
begin
  execute format('drop view if exists asof.%1$I, asknown.%1$I', t);
end $$;

create function history.write_indexes(t name) returns void
language plpgsql set search_path = pg_catalog, pg_temp set client_min_messages = warning as $$
begin
  execute format('create unique index if not exists %I on history.%I (id) where h_to is null', t || '_open', t);
  execute format('create index if not exists %I on history.%I using gist (tstzrange(h_from, h_to)) where h_to is not null', t || '_moment', t);
  execute format('create index if not exists %I on history.%I (h_txn)', t || '_txn', t);
  execute format('create index if not exists %I on history.%I (h_closed) where h_closed is not null', t || '_closed', t);
end $$;

-- Rows that the open versions do not show as they are: changed behind the triggers' back, or by a migration's own rewriting.
create function history.unlike(t name) returns table (row_id bigint) language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  columns constant text := (select string_agg(quote_ident(col), ', ') from history.kept(format('public.%I', t)::regclass));
begin
  return query execute format($sql$
    select coalesce(p.id, h.id)::bigint from (select id, row(%2$s) as now from public.%1$I) p
    full join (select id, row(%2$s) as now from (select %3$s from history.%1$I where h_to is null) open) h on h.id = p.id
    where p.id is null or h.id is null or p.now *<> h.now$sql$, t, columns, history.shown(t));
end $$;

-- Such rows get a version when their table comes under history or changes its columns.
create function history.catch_up(t name) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  touched constant name := (select attname from pg_attribute where attrelid = format('public.%I', t)::regclass
    and attnum > 0 and not attisdropped and attgenerated = '' and attidentity = '' limit 1);
begin
  execute format('update public.%1$I set %2$I = %2$I where id in (select row_id from history.unlike(%1$L))', t, touched);
end $$;

-- Called by every migration that makes a tracked table or touches its columns. asof => false: the table has a history, but every
-- moment shows it as it is now (people, grants, rules). Later calls keep the choice.
create function history.track(t name, asof boolean default null) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  with_asof boolean;
  event text;
begin
  insert into history.tracked values (t, coalesce(asof, true))
    on conflict (tab) do update set asof = coalesce(track.asof, tracked.asof) returning tracked.asof into with_asof;
  if to_regclass(format('history.%I', t)) is null then
    execute format('create table history.%I (id %s not null, h_version bigint generated always as identity, h_from timestamptz not null,
      h_to timestamptz check (h_to >= h_from), h_txn bigint not null, h_closed bigint, primary key (id, h_version))', t,
      (select type from history.kept(format('public.%I', t)::regclass) where col = 'id'));
  end if;
  perform history.drop_views(t);
  perform history.follow_columns(t);
  perform history.write_keeper(t);
  foreach event in array array['insert', 'update', 'delete'] loop
    execute format('create or replace trigger %I after %s on public.%I %s for each statement execute function history.%I()', 'keep_' || event, event, t,
      case event when 'insert' then 'referencing new table as new_rows' when 'delete' then 'referencing old table as old_rows'
        else 'referencing old table as old_rows new table as new_rows' end, 'keep_' || t);
  end loop;
  execute format('create or replace trigger refuse_truncate before truncate on public.%I for each statement execute function history.refuse()', t);
  perform history.write_views(t, with_asof);
  perform history.write_indexes(t);
  perform history.catch_up(t);
  perform history.protect();
end $$;

-- For the downgrade that drops a table, before dropping it: its versions stay, its open ones are closed.
create function history.untrack(t name) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  execute format('drop trigger if exists keep_insert on public.%1$I; drop trigger if exists keep_update on public.%1$I;
    drop trigger if exists keep_delete on public.%1$I; drop trigger if exists refuse_truncate on public.%1$I', t);
  execute format('drop function if exists history.%I()', 'keep_' || t);
  perform history.drop_views(t);
  execute format('update history.%I set h_to = greatest((history.current_txn()).effective_at, h_from), h_closed = (history.current_txn()).id where h_to is null', t);
  delete from history.tracked where tab = t;
end $$;
