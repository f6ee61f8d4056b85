-- Seals: what was once recorded is digested into tables apart and chained, so that whoever edits history later is found out.
-- The head of the chain is printed elsewhere (reports, logs): it fixes everything before it.

-- One row per version, and one per ending of a version, which belongs to the transaction that ended it.
create table history.digest (
  txn bigint not null,
  tab text collate "C" not null,
  id bigint not null,
  h_version bigint not null,
  closing boolean not null,
  moment timestamptz not null,
  sha bytea,
  primary key (tab, id, h_version, closing)
);
create index digest_txn on history.digest (txn);

create table history.seal (
  number bigint primary key,
  txn bigint not null unique,
  made_at timestamptz not null,
  txn_sha bytea not null,
  sha bytea not null
);

-- The erasure of a person's data: what was blanked, and what the blanked versions digest to from then on.
create table history.certificate (
  id bigint generated always as identity primary key,
  txn bigint not null,
  tab text not null,
  row_id bigint not null,
  cols text[] not null,
  reason text not null
);
create index certificate_txn on history.certificate (txn);

create table history.erased (
  certificate bigint not null references history.certificate,
  tab text collate "C" not null,
  id bigint not null,
  h_version bigint not null,
  sha bytea not null,
  primary key (certificate, tab, id, h_version)
);
create index erased_version on history.erased (tab, id, h_version);

-- Every table of versions, tracked at present or not.
create function history.version_tables() returns setof name language sql stable set search_path = pg_catalog, pg_temp as $$
  select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'h_from'
  where c.relnamespace = 'history'::regnamespace and c.relkind = 'r' order by c.relname collate "C"
$$;

-- The digest of each version, of some transactions or of all. Empty columns are left out, so that a column added later changes
-- nothing; JSON goes in as text, because its own empty members count; files go in as their own digest.
create function history.fingerprints(t name, txns bigint[] default null)
returns table (id bigint, h_version bigint, txn bigint, moment timestamptz, sha bytea) language plpgsql stable
set search_path = pg_catalog, pg_temp set timezone = 'UTC' set extra_float_digits = 1 set intervalstyle = 'iso_8601' as $$
declare
  columns text;
begin
  select string_agg(case
      when a.atttypid in ('json'::regtype, 'jsonb'::regtype) then format('h.%1$I::text as %1$I', a.attname)
      when a.atttypid = 'bytea'::regtype then format('encode(sha256(h.%1$I), ''hex'') as %1$I', a.attname)
      else format('h.%I', a.attname) end, ', ' order by a.attname)
    into columns from pg_attribute a
    where a.attrelid = format('history.%I', t)::regclass and a.attnum > 0 and not a.attisdropped and a.attname not like 'h\_%';
  return query execute format($sql$
    select h.id::bigint, h.h_version, h.h_txn, h.h_from, sha256(convert_to(jsonb_build_object('table', %1$L::text, 'version', h.h_version,
      'from', h.h_from, 'txn', h.h_txn, 'row', jsonb_strip_nulls(to_jsonb(r)))::text, 'UTF8'))
    from history.%1$I h cross join lateral (select %2$s) r where $1 is null or h.h_txn = any($1)$sql$, t, columns) using txns;
end $$;

create function history.txn_sha(t history.txn) returns bytea
language sql stable set search_path = pg_catalog, pg_temp set timezone = 'UTC' as
$$ select sha256(convert_to(jsonb_strip_nulls(to_jsonb(t) || jsonb_build_object('xid', t.xid::text))::text, 'UTF8')) $$;

-- What a seal covers beside the one before it: the transaction, its versions and endings, its erasures.
create function history.contents(txns bigint[] default null) returns table (txn bigint, content text)
language sql stable set search_path = pg_catalog, pg_temp set timezone = 'UTC' as $$
  select lines.txn, string_agg(lines.line, E'\n' order by lines.line collate "C") from (
    select d.txn, concat_ws('|', 'version', d.tab, d.id, d.h_version, d.closing, d.moment, encode(d.sha, 'hex')) from history.digest d
      where contents.txns is null or d.txn = any(contents.txns)
    union all
    select c.txn, concat_ws('|', 'certificate', c.id, c.tab, c.row_id, to_jsonb(c.cols), to_jsonb(c.reason)) from history.certificate c
      where contents.txns is null or c.txn = any(contents.txns)
    union all
    select c.txn, concat_ws('|', 'erased', e.certificate, e.tab, e.id, e.h_version, encode(e.sha, 'hex'))
      from history.erased e join history.certificate c on c.id = e.certificate
      where contents.txns is null or c.txn = any(contents.txns)
  ) lines (txn, line) group by lines.txn
$$;

create function history.link(before bytea, s history.seal, content text) returns bytea
language sql stable set search_path = pg_catalog, pg_temp set timezone = 'UTC' as $$
  select sha256(before || convert_to(concat_ws('|', s.number, s.txn, s.made_at, encode(s.txn_sha, 'hex'), content), 'UTF8'))
$$;

-- Seals transactions that wait, oldest first; what is committed is complete, so their order does not matter. Returns how many.
create function history.seal(at_most integer default 1000) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  waiting bigint[];
  t name;
  s history.seal;
  head history.seal;
  next record;
begin
  perform pg_advisory_xact_lock(history.gate() + 2);
  select array_agg(id) into waiting from (
    select w.id from history.txn w where not exists (select from history.seal where txn = w.id) order by w.id limit at_most) oldest;
  if waiting is null then
    return 0;
  end if;
  for t in select history.version_tables() loop
    insert into history.digest (tab, closing, id, h_version, txn, moment, sha)
      select t, false, f.* from history.fingerprints(t, waiting) f;
    execute format('insert into history.digest (txn, tab, id, h_version, closing, moment)
      select h_closed, %1$L, id, h_version, true, h_to from history.%1$I where h_closed = any($1)', t) using waiting;
  end loop;
  select * into head from history.seal order by number desc limit 1;
  for next in
    select w as txn, c.content from history.txn w left join history.contents(waiting) c on c.txn = w.id
    where w.id = any(waiting) order by w.id
  loop
    s := row(coalesce(head.number, 0) + 1, (next.txn).id, clock_timestamp(), history.txn_sha(next.txn), null);
    s.sha := history.link(coalesce(head.sha, ''), s, next.content);
    insert into history.seal select (s).*;
    head := s;
  end loop;
  return cardinality(waiting);
end $$;

-- Everything that is not as it was sealed. `was` and `is_now` are texts for people; what still waits for its seal is not a finding.
create function history.verify() returns table (problem text, tab text, row_id bigint, version bigint, txn bigint, was text, is_now text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set timezone = 'UTC' as $$
declare
  t name;
begin
  for t in select history.version_tables() loop
    return query select * from history.verify_versions(t);
    return query select * from history.verify_endings(t);
  end loop;
  for t in select history.tracked.tab from history.tracked order by 1 loop
    return query select 'present differs', t::text, u.row_id, null::bigint, null::bigint, null::text, null::text from history.unlike(t) u;
  end loop;
  return query select * from history.verify_txns();
  return query select * from history.verify_chain();
end $$;

-- Whether nothing can be waiting for its seal any more under this transaction.
create function history.is_settled(asked bigint) returns boolean language sql stable set search_path = pg_catalog, pg_temp as
$$ select exists (select from history.seal s where s.txn = asked) or not exists (select from history.txn w where w.id = asked) $$;

create function history.verify_versions(t name)
returns table (problem text, tab text, row_id bigint, version bigint, txn bigint, was text, is_now text)
language sql stable set search_path = pg_catalog, pg_temp set timezone = 'UTC' as $$
  select found.problem, t::text, coalesce(d.id, v.id), coalesce(d.h_version, v.h_version), coalesce(d.txn, v.txn),
    case found.problem when 're-dated' then d.moment::text when 'other transaction' then d.txn::text end,
    case found.problem when 're-dated' then v.moment::text when 'other transaction' then v.txn::text end
  from history.fingerprints(t) v
  full join (select * from history.digest where digest.tab = t::text and not closing) d on d.id = v.id and d.h_version = v.h_version
  cross join lateral (select case
      when v.id is null then 'deleted'
      when d.id is null then case when history.is_settled(v.txn) then 'inserted' end
      when d.moment <> v.moment then 're-dated'
      when d.txn <> v.txn then 'other transaction'
      when d.sha <> v.sha and not exists (
        select from history.erased e where e.tab = t::text and e.id = v.id and e.h_version = v.h_version and e.sha = v.sha) then 'edited'
      end) found (problem)
  where found.problem is not null
  order by 3, 4
$$;

create function history.verify_endings(t name)
returns table (problem text, tab text, row_id bigint, version bigint, txn bigint, was text, is_now text)
language plpgsql stable set search_path = pg_catalog, pg_temp set timezone = 'UTC' as $$
begin
  return query execute format($sql$
    select found.problem, %1$L::text, h.id::bigint, h.h_version, coalesce(d.txn, h.h_closed), d.moment::text, h.h_to::text
    from history.%1$I h
    join (select * from history.digest where tab = %1$L and not closing) o on o.id = h.id and o.h_version = h.h_version
    left join (select * from history.digest where tab = %1$L and closing) d on d.id = h.id and d.h_version = h.h_version
    cross join lateral (select case
        when d.id is not null and h.h_to is null then 'reopened'
        when d.moment <> h.h_to then 'end re-dated'
        when d.txn is distinct from h.h_closed and (d.txn is not null or history.is_settled(h.h_closed)) or h.h_to is not null and h.h_closed is null
          then 'ended' end) found (problem)
    where found.problem is not null order by 3, 4$sql$, t);
end $$;

create function history.verify_txns()
returns table (problem text, tab text, row_id bigint, version bigint, txn bigint, was text, is_now text)
language sql stable set search_path = pg_catalog, pg_temp set timezone = 'UTC' as $$
  select case when w.id is null then 'transaction deleted' else 'transaction edited' end, 'txn', s.txn, null::bigint, s.txn, null::text, null::text
  from history.seal s left join history.txn w on w.id = s.txn
  where w.id is null or history.txn_sha(w) <> s.txn_sha
  union all
  select 'certificate inserted', c.tab, c.row_id, null, c.txn, null, null from history.certificate c
  where not exists (select from history.txn w where w.id = c.txn)
  order by 5
$$;

-- A broken link is named once; the links after it are judged from the value it claims.
create function history.verify_chain()
returns table (problem text, tab text, row_id bigint, version bigint, txn bigint, was text, is_now text)
language plpgsql stable set search_path = pg_catalog, pg_temp set timezone = 'UTC' as $$
declare
  next record;
  before history.seal;
begin
  for next in select s as seal, c.content from history.seal s left join history.contents() c on c.txn = s.txn order by s.number loop
    if (next.seal).number <> coalesce(before.number, 0) + 1 then
      return query select 'seal deleted', 'seal', (next.seal).number - 1, null::bigint, null::bigint, null::text, null::text;
    elsif history.link(coalesce(before.sha, ''), next.seal, next.content) <> (next.seal).sha then
      return query select 'seal broken', 'seal', (next.seal).number, null::bigint, (next.seal).txn, null::text, null::text;
    end if;
    before := next.seal;
  end loop;
  return query select 'seal deleted', 'seal', null::bigint, null::bigint, d.txn, null::text, null::text
    from (select distinct history.digest.txn from history.digest) d where not exists (select from history.seal s where s.txn = d.txn) order by d.txn;
end $$;

-- Blanks columns of one row, now and in every version, and leaves a certificate. For the owner only. `blank` gives each column its
-- new value, e.g. {"name": "Erased person 7", "phone": null}; the row itself stays, and with it everything that points to it.
create function history.erase(t name, row_id bigint, blank jsonb, why text) returns bigint
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  cols constant text := (select string_agg(quote_ident(key), ', ') from jsonb_object_keys(blank) key);
  txn constant history.txn := history.current_txn();
  versions bigint[];
  number bigint;
begin
  execute format('update public.%1$I p set version = version + 1, (%2$s) = (select %2$s from jsonb_populate_record(p, $1)) where id = $2', t, cols)
    using blank, row_id;
  execute format('with blanked as (
      update history.%1$I h set (%2$s) = (select %2$s from jsonb_populate_record(h, $1)) where id = $2 returning h_version, h_txn)
    select array_agg(h_version) filter (where h_txn <> $3) from blanked', t, cols) into versions using blank, row_id, txn.id;
  insert into history.certificate (txn, tab, row_id, cols, reason)
    values (txn.id, t, row_id, array(select jsonb_object_keys(blank) order by 1), why) returning id into number;
  insert into history.erased (certificate, tab, id, h_version, sha)
    select number, t, f.id, f.h_version, f.sha from history.fingerprints(t) f where f.id = row_id and f.h_version = any(versions);
  return number;
end $$;
