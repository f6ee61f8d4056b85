-- Who changed something, when, from where and why: one row per transaction, made by its first audited write.
--
-- Two times. recorded_at is the database's clock and cannot be set. effective_at is when the change holds: now ("live"), unless
-- pmo.effective_at is set (the import of an older position, a clock set for a test).

create schema history;
create schema asof;
create schema asknown;

create table history.txn (
  id bigint generated always as identity primary key,
  recorded_at timestamptz not null,
  effective_at timestamptz not null,
  explicit boolean not null,
  xid xid8 not null,
  actor bigint,
  deputy_for bigint,
  origin text,
  reason text
);
create index txn_recorded on history.txn (recorded_at);

-- The advisory lock every writing transaction holds shared, from its first audited write to its end.
create function history.gate() returns bigint language sql immutable parallel safe as 'select 7102018250';

create function history.setting(name text) returns text language sql stable as
$$ select nullif(current_setting('pmo.' || name, true), '') $$;

-- An application could put the number of an older transaction into pmo.txn; its xid gives it away. After a restore into another
-- server xids start again, so the time is compared too.
create function history.current_txn() returns history.txn
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  t history.txn;
  now_ timestamptz;
  given timestamptz;
begin
  select * into t from history.txn
    where id = history.setting('txn')::bigint and xid = pg_current_xact_id() and recorded_at >= transaction_timestamp();
  if t.id is not null then
    return t;
  end if;
  perform pg_advisory_xact_lock_shared(history.gate());
  now_ := clock_timestamp();
  given := history.setting('effective_at')::timestamptz;
  insert into history.txn (recorded_at, effective_at, explicit, xid, actor, deputy_for, origin, reason)
    values (now_, coalesce(given, now_), given is not null, pg_current_xact_id(), history.setting('actor')::bigint,
            history.setting('deputy_for')::bigint, history.setting('origin'), history.setting('reason'))
    returning * into t;
  perform set_config('pmo.txn', t.id::text, true);
  return t;
end $$;

-- A settled moment: every transaction up to `known` has ended, every later one will have a higher number and a later live time.
-- What is read as of (at, known) stays the same for ever. Waits for writers in flight, at most five seconds.
create function history.moment(out at timestamptz, out known bigint)
language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '5s' as $$
begin
  if current_setting('transaction_isolation') <> 'read committed' or history.setting('txn') is not null then
    raise exception 'history.moment() is asked before writing, in a transaction that reads what is committed';
  end if;
  perform pg_advisory_lock(history.gate());
  select clock_timestamp(), coalesce(max(id), 0) into at, known from history.txn;
  perform pg_advisory_unlock(history.gate());
end $$;
