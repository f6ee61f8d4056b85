-- Two roles: the owner migrates and owns everything; pmo_app, the server, reads history and cannot write it. Where pmo_app does not
-- exist (one database user for everything) nothing is granted, and the start says that history is not protected.
create function history.protect() returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  s text;
begin
  if not exists (select from pg_roles where rolname = 'pmo_app') or current_user = 'pmo_app' then
    return;
  end if;
  grant usage on schema public, history, asof, asknown to pmo_app;
  grant select, insert, update, delete on all tables in schema public to pmo_app;
  grant usage, select on all sequences in schema public to pmo_app;
  alter default privileges in schema public grant select, insert, update, delete on tables to pmo_app;
  alter default privileges in schema public grant usage, select on sequences to pmo_app;
  foreach s in array array['history', 'asof', 'asknown'] loop
    execute format('grant select on all tables in schema %I to pmo_app', s);
  end loop;
  if to_regclass('public.alembic_version') is not null then
    revoke insert, update, delete on public.alembic_version from pmo_app;
  end if;
  revoke execute on all functions in schema history from public;
  grant execute on function history.moment(), history.seal(integer), history.verify() to pmo_app;
end $$;
